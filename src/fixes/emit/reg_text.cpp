#include "fixes/emit/reg_text.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "fmt/format.h"
#include "host/registry.h"

namespace rdpdoctor::fixes::emit {
namespace {

constexpr std::size_t widest = 77;  // of a line of bytes, before its backslash

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out;
}

// Printable ASCII and one NUL at its end; anything else is given as bytes, which are exact.
std::optional<std::string> plain_text(View data) {
  if (data.size() < 2 || data.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i + 2 < data.size(); i += 2) {
    if (data[i + 1] != 0 || data[i] < 0x20 || 0x7E < data[i]) return std::nullopt;
    out += static_cast<char>(data[i]);
  }
  if (data[data.size() - 2] != 0 || data[data.size() - 1] != 0) return std::nullopt;
  return out;
}

std::string hex_lines(std::string_view kind, View data, std::size_t column) {
  std::string out(kind);
  column += kind.size();
  for (std::size_t i = 0; i < data.size(); ++i) {
    fmt::format_to(std::back_inserter(out), "{:02x}", data[i]);
    column += 3;
    if (i + 1 == data.size()) break;
    out += ',';
    if (widest < column + 2) {
      out += "\\\n  ";
      column = 2;
    }
  }
  return out;
}

}  // namespace

std::optional<std::string> reg_key(std::string_view key) {
  static constexpr auto roots = std::to_array<std::pair<std::string_view, std::string_view>>({
      {"HKLM", "HKEY_LOCAL_MACHINE"},
      {"HKEY_LOCAL_MACHINE", "HKEY_LOCAL_MACHINE"},
      {"HKU", "HKEY_USERS"},
      {"HKEY_USERS", "HKEY_USERS"},
      {"HKCU", "HKEY_CURRENT_USER"},
      {"HKEY_CURRENT_USER", "HKEY_CURRENT_USER"},
  });
  const std::string_view root = key.substr(0, key.find('\\'));
  const auto* known =
      std::ranges::find_if(roots, [root](const auto& row) { return equal_ignoring_case(row.first, root); });
  if (known == roots.end() || root.size() == key.size() || has_control(key)) return std::nullopt;
  return fmt::format("{}{}", known->second, key.substr(root.size()));
}

std::optional<std::string> reg_name(std::string_view name) {
  if (name.empty()) return "@";
  if (has_control(name)) return std::nullopt;
  return fmt::format("\"{}\"", escaped(name));
}

std::string reg_data(const Stored& value, std::size_t column) {
  if (value.type == host::reg_dword && value.data.size() == 4)
    return fmt::format("dword:{:08x}", Reader(value.data).u32le("REG_DWORD"));
  if (value.type == host::reg_sz)
    if (const auto text = plain_text(value.data)) return fmt::format("\"{}\"", escaped(*text));
  if (value.type == host::reg_binary) return hex_lines("hex:", value.data, column);
  return hex_lines(fmt::format("hex({:x}):", value.type), value.data, column);
}

bool needs_utf16(std::string_view text) {
  if (std::ranges::any_of(text, [](char c) { return 0x7F < static_cast<unsigned char>(c); })) return true;
  return std::ranges::any_of(std::to_array<std::string_view>({"=hex(1):", "=hex(2):", "=hex(7):"}),
                             [text](std::string_view kind) { return text.contains(kind); });
}

}  // namespace rdpdoctor::fixes::emit
