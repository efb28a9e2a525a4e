#include "fixes/emit/cmd_quote.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "fmt/format.h"
#include "host/registry.h"

namespace rdpdoctor::fixes::emit {
namespace {

constexpr std::size_t longest_data = 1000;  // characters that a person can be asked to type, or to paste

bool typed_safely(std::string_view word) {
  return std::ranges::all_of(
      word, [](char c) { return 0x20 <= c && c <= 0x7E && c != '"' && c != '%' && c != '!'; });
}

std::string without(std::string text, std::string_view part) {
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at))
    text.replace(at, part.size(), "x");
  return text;
}

// Backslashes before the closing quote are doubled: the C runtime reads \" as a quote.
std::string in_quotes(std::string_view word) {
  const std::size_t end = word.find_last_not_of('\\');
  const std::size_t trailing = word.size() - (end == std::string_view::npos ? 0 : end + 1);
  return fmt::format("\"{}{}\"", word, std::string(trailing, '\\'));
}

// With exactly the NULs that `reg add` writes.
std::optional<std::string> typed_text(const Stored& value) {
  const std::string text = utf16le_to_utf8(value.data);
  if (text.empty() || text.back() != '\0' || value.data.size() % 2 != 0) return std::nullopt;
  return text.substr(0, text.size() - 1);
}

std::optional<std::string> typed_list(const Stored& value) {
  auto text = typed_text(value);
  if (!text || text->empty() || text->back() != '\0') return std::nullopt;
  text->pop_back();
  if (text->find("\\0") != std::string::npos || text->empty()) return std::nullopt;
  std::string out;
  for (const std::string_view part : split(*text, '\0')) {
    if (part.empty() || part.ends_with('\\')) return std::nullopt;
    if (!out.empty()) out += "\\0";
    out += part;
  }
  return out;
}

struct Typed {
  std::string_view type;
  std::optional<std::string> data;
};
Typed typed(const Stored& value) {
  switch (value.type) {
    case host::reg_sz: return {"REG_SZ", typed_text(value)};
    case host::reg_expand_sz: return {"REG_EXPAND_SZ", typed_text(value)};
    case host::reg_multi_sz: return {"REG_MULTI_SZ", typed_list(value)};
    case host::reg_binary:
      if (value.data.empty()) return {};
      return {"REG_BINARY", hex(value.data)};
    case host::reg_dword:
      if (value.data.size() != 4) return {};
      return {"REG_DWORD", std::to_string(Reader(value.data).u32le("REG_DWORD"))};
    default: return {};
  }
}

}  // namespace

std::optional<std::string> cmd_quoted(std::string_view word) {
  if (!typed_safely(word)) return std::nullopt;
  return in_quotes(word);
}

std::optional<std::string> cmd_path(std::string_view path) {
  std::string rest(path);
  for (const std::string_view known : {"%ProgramData%", "%SystemRoot%", "%MachineGuid%"})
    rest = without(std::move(rest), known);
  if (!typed_safely(rest)) return std::nullopt;
  return in_quotes(path);
}

std::optional<std::string> cmd_line(const host::Arguments& command) {
  static constexpr std::string_view special = " &|<>^()@,;=`'*?\t";
  std::string out;
  for (const std::string& word : command) {
    const auto quoted = cmd_quoted(word);
    if (!quoted) return std::nullopt;
    // "start=" and "mtu=1400" are typed as they are: only the command itself is split at = by cmd.exe.
    const bool bare = !word.empty() && without(word, "=").find_first_of(special) == std::string::npos;
    if (!out.empty()) out += ' ';
    out += bare ? word : *quoted;
  }
  return out;
}

std::optional<std::string> reg_command(std::string_view key, std::string_view name,
                                       const std::optional<Stored>& value) {
  const auto where = cmd_quoted(key), what = cmd_quoted(name);
  if (!where || !what) return std::nullopt;
  const std::string named = name.empty() ? "/ve" : "/v " + *what;
  if (!value) return fmt::format("reg delete {} {} /f", *where, named);
  const auto [type, data] = typed(*value);
  if (!data || longest_data < data->size()) return std::nullopt;
  const auto quoted = cmd_quoted(*data);
  if (!quoted) return std::nullopt;
  const bool number = type == "REG_DWORD" || type == "REG_BINARY";
  return fmt::format("reg add {} {} /t {} /d {} /f", *where, named, type, number ? *data : *quoted);
}

std::optional<std::string> reg_query(std::string_view key, std::string_view name) {
  const auto where = cmd_quoted(key), what = cmd_quoted(name);
  if (!where || !what) return std::nullopt;
  return fmt::format("reg query {} {}", *where, name.empty() ? "/ve" : "/v " + *what);
}

}  // namespace rdpdoctor::fixes::emit
