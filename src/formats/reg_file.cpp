#include "formats/reg_file.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "fmt/core.h"
#include "formats/text_lines.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::string_view version_4 = "REGEDIT4";
constexpr std::string_view version_5 = "Windows Registry Editor Version 5.00";
constexpr std::size_t longest_value = 16U << 20U;  // characters of text, over all its lines

std::optional<std::uint32_t> hex_number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

// From the character after a quote to the closing one, \\ and \" resolved; the text after it. Nothing when
// no quote closes it.
struct Quoted {
  std::string text;
  std::string_view rest;
};
std::optional<Quoted> quoted(std::string_view line) {
  Quoted out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') {
      out.rest = line.substr(i + 1);
      return out;
    }
    bool escaped = line[i] == '\\' && i + 1 < line.size();
    out.text += escaped ? line[++i] : line[i];
  }
  return std::nullopt;
}

// "01,02,ff" with white space; REGEDIT4 wrote texts in the machine's code page, of which ASCII is sure.
std::optional<Bytes> hex_bytes(std::string_view text) {
  Bytes out;
  for (std::string_view part : split(text, ',')) {
    part = trim(part);
    if (part.empty() && trim(text).size() == trim(text).find_last_not_of(',') + 2) continue;  // a last comma
    if (part.empty() && trim(text).empty()) return out;
    const auto byte = hex_number(part);
    if (!byte || 0xFF < *byte || 2 < part.size()) return std::nullopt;
    out.push_back(static_cast<std::uint8_t>(*byte));
  }
  return out;
}

Bytes widened(const Bytes& narrow) {
  Bytes out;
  out.reserve(narrow.size() * 2);
  for (std::uint8_t byte : narrow) {
    const bool sure = byte < 0x80;
    out.push_back(sure ? byte : 0xFD);
    out.push_back(sure ? 0 : 0xFF);
  }
  return out;
}

class RegFile {
 public:
  RegFile(ByteSource& file, const RegistryTextSink& sink) : lines_(file), sink_(sink) {}

  Result<RegistryText> read() {
    std::string line;
    while (next(line) && trim(line).empty()) {
    }
    const std::string_view header = trim(line);
    old_ = header == version_4;
    if (!old_ && header != version_5) {
      if (lines_.error()) return std::unexpected(*lines_.error());
      return std::unexpected(
          Error{"it is no registry export", ErrorKind::malformed, 0, std::string(version_5)});
    }
    while (!stopped_ && next(line)) take(line);
    if (lines_.error()) problem(to_text(*lines_.error()));
    if (lines_.cut_off() && !trim(line).empty()) problem("it is cut off");
    out_.by_hand = !lines_.is_utf16();
    if (!out_.problem.empty() || out_.changes || out_.by_hand)
      for (RegistryTextPart& part : out_.parts) part.extent = RegistryTextPart::Extent::nothing;
    return std::move(out_);
  }

 private:
  bool next(std::string& line) {
    ++number_;
    return lines_.next(line);
  }
  void problem(std::string_view what) {
    if (out_.problem.empty()) out_.problem = fmt::format("line {}: {}", number_, what);
  }

  void take(std::string& line) {
    const std::string_view text = trim(line);
    if (text.empty() || text.starts_with(';')) return;
    if (text.starts_with('[')) return take_key(text);
    if (text.starts_with('@') || text.starts_with('"')) return take_value(line);
    problem("neither a key nor a value");
  }

  void take_key(std::string_view text) {
    key_.clear();
    if (!text.ends_with(']') || text.size() < 3) return problem("a key without its closing bracket");
    text = text.substr(1, text.size() - 2);
    if (text.starts_with('-')) {
      out_.changes = true;
      return;
    }
    key_ = text;
    ++out_.keys;
    if (out_.parts.empty() || !is_at_or_below(key_, out_.parts.back().key))
      out_.parts.push_back({.key = key_});
    if (!sink_.key(key_)) stop();
  }

  void stop() {
    stopped_ = true;
    problem("the rest is not read: it holds too much");
  }

  void take_value(std::string& line) {
    RegistryTextValue value;
    std::string_view rest;
    auto begin = line.find_first_not_of(" \t");
    if (line[begin] == '@') {
      rest = std::string_view(line).substr(begin + 1);
    } else {
      auto name = quoted(std::string_view(line).substr(begin + 1));
      if (!name) return problem("a value's name without its closing quote");
      value.name = std::move(name->text);
      rest = name->rest;
    }
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    if (!rest.starts_with('=')) return problem("a value without =");
    rest.remove_prefix(1);
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    if (trim(rest) == "-") {
      out_.changes = true;
      return;
    }
    std::string data(rest);
    if (!take_data(data, value)) return;
    if (key_.empty()) return problem("a value outside of any key");
    ++out_.values;
    if (!sink_.value(key_, std::move(value))) stop();
  }

  // True when `value` has it.
  bool take_data(std::string& data, RegistryTextValue& value) {
    if (data.starts_with('"')) return take_text(data, value);
    const std::size_t colon = data.find(':');
    const std::string kind = lower(data.substr(0, colon));
    if (colon == std::string::npos || (kind != "dword" && !kind.starts_with("hex"))) {
      problem("data of an unknown kind");
      return false;
    }
    data.erase(0, colon + 1);
    if (kind == "dword") {
      const auto number = hex_number(trim(data));
      if (!number) problem("dword: not a number");
      value.type = 4;
      value.data = Writer().u32le(number.value_or(0)).take();
      return number.has_value();
    }
    return take_hex(kind, data, value);
  }

  bool take_text(std::string& data, RegistryTextValue& value) {
    data.erase(0, 1);
    // Line feeds inside a text are written as they are.
    std::string more;
    auto whole = quoted(data);
    while (!whole && data.size() < longest_value && next(more)) {
      data += '\n' + more;
      whole = more.contains('"') ? quoted(data) : std::nullopt;
    }
    if (!whole || !trim(whole->rest).empty()) {
      problem("a text without its closing quote");
      return false;
    }
    value.type = 1;
    value.data = registry_text(whole->text);
    return true;
  }

  bool take_hex(std::string_view kind, std::string& data, RegistryTextValue& value) {
    std::string more;
    while (trim(data).ends_with('\\') && data.size() < longest_value) {
      data.erase(data.find_last_of('\\'));
      if (!next(more)) break;
      data += trim(more);
    }
    value.type = 3;
    std::optional<std::uint32_t> type = 3;
    if (3 < kind.size())
      type = kind.ends_with(')') ? hex_number(kind.substr(4, kind.size() - 5)) : std::nullopt;
    auto bytes = hex_bytes(data);
    if (!bytes || !type) {
      problem("hex: not bytes");
      return false;
    }
    value.type = *type;
    bool is_text = *type == 1 || *type == 2 || *type == 7;
    value.data = old_ && is_text ? widened(*bytes) : std::move(*bytes);
    return true;
  }

  TextLines lines_;
  const RegistryTextSink& sink_;
  RegistryText out_;
  std::string key_;
  std::uint64_t number_ = 0;
  bool old_ = false;
  bool stopped_ = false;
};

}  // namespace

bool is_at_or_below(std::string_view key, std::string_view top) {
  if (key.size() < top.size() || !equal_ignoring_case(key.substr(0, top.size()), top)) return false;
  return key.size() == top.size() || key[top.size()] == '\\';
}

Bytes registry_text(std::string_view text) {
  Bytes out = utf8_to_utf16le(text);
  out.insert(out.end(), 2, 0);
  return out;
}

RegistryTextKind registry_text_kind(View first) {
  const std::string text = beginning_as_text(first.first(std::min<std::size_t>(first.size(), 4096)));
  const std::string_view begin = trim(text);
  if (begin.starts_with(version_4) || begin.starts_with(version_5)) return RegistryTextKind::export_file;
  return begin.starts_with("HKEY_") ? RegistryTextKind::query : RegistryTextKind::none;
}

Result<RegistryText> read_reg_file(ByteSource& file, const RegistryTextSink& sink) {
  return RegFile(file, sink).read();
}

}  // namespace rdpdoctor::formats
