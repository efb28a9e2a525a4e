#include "fixes/emit/powershell_quote.h"

#include <algorithm>

#include "base/text.h"
#include "fmt/format.h"
#include "host/registry.h"

namespace rdpdoctor::fixes::emit {
namespace {

using Units = std::vector<std::uint16_t>;

Units units_of(View bytes) {
  Units out;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    const unsigned high = i + 1 < bytes.size() ? bytes[i + 1] : 0U;
    out.push_back(static_cast<std::uint16_t>(bytes[i] | (high << 8U)));
  }
  return out;
}

std::string hex_of(const Units& units) {
  Writer out;
  for (const std::uint16_t unit : units) out.u16le(unit);
  return hex(out.view());
}

std::string name_hex(std::string_view name) {
  return hex(utf8_to_utf16le(name));
}

// RegistryKey.GetValue of REG_MULTI_SZ: texts up to each NUL; the empty one at the end is none.
Units listed(const Units& stored) {
  Units out;
  Units current;
  for (std::size_t i = 0; i < stored.size(); ++i) {
    if (stored[i] != 0) {
      current.push_back(stored[i]);
      continue;
    }
    if (current.empty() && i + 1 == stored.size()) break;
    current.push_back(0);
    out.insert(out.end(), current.begin(), current.end());
    current.clear();
  }
  if (!current.empty()) {
    out.insert(out.end(), current.begin(), current.end());
    out.push_back(0);
  }
  out.push_back(0);
  return out;
}

std::string data_of(const Stored& value) {
  if (value.type == host::reg_multi_sz) return hex_of(listed(units_of(value.data)));
  if (value.type != host::reg_sz && value.type != host::reg_expand_sz) return hex(value.data);
  Units units = units_of(value.data);
  if (units.empty() || units.back() != 0) units.push_back(0);
  return hex_of(units);
}

}  // namespace

std::string quoted(std::string_view utf8) {
  std::string out = "'";
  bool plain = true;
  for (const std::uint16_t unit : units_of(utf8_to_utf16le(utf8))) {
    if (unit == '\'') {
      out += "''";
    } else if (0x20 <= unit && unit < 0x7F) {
      out += static_cast<char>(unit);
    } else {
      fmt::format_to(std::back_inserter(out), "' + [char]0x{:04X} + '", unit);
      plain = false;
    }
  }
  out += '\'';
  return plain ? out : fmt::format("({})", out);
}

std::string comment(std::string_view utf8) {
  std::string out = printable(utf8, 4000);
  std::ranges::replace_if(out, [](char c) { return c < 0x20 || 0x7E < c; }, '?');
  return out;
}

std::string state_of(const std::optional<Stored>& value) {
  if (!value) return "absent";
  return fmt::format("{}:{}", value->type, data_of(*value));
}

std::string state_of(const std::optional<KeyTree>& tree) {
  if (!tree) return "absent";
  std::vector<std::string> lines;
  if (!tree->keys.contains("")) lines.emplace_back("K:");
  for (const auto& [path, values] : tree->keys) {
    lines.push_back("K:" + name_hex(path));
    for (const KeyTree::Value& value : values)
      lines.push_back(fmt::format("V:{}:{}:{}", name_hex(path), name_hex(value.name), state_of(value.is)));
  }
  std::ranges::sort(lines);
  return join(lines, "|");
}

}  // namespace rdpdoctor::fixes::emit
