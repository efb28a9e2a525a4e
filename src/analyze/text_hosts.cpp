#include "analyze/text_hosts.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/text.h"
#include "formats/rdp_file.h"

namespace rdpdoctor::analyze {
namespace {

bool is_of_host(char c) {
  return is_digit(c) || is_letter(c) || c == '.' || c == '-' || c == '_' || c == ':' || c == '[' ||
         c == ']' || c == '%';
}

// Words and marks that may stand between "connecting to" and the name.
std::string_view without_fillers(std::string_view text) {
  static constexpr std::string_view fillers[] = {"the ",      "server ", "host ",   "peer ",
                                                 "computer ", "rdp ",    "target ", "remote ",
                                                 "address ",  "at ",     "named ",  "is "};
  for (int i = 0; i < 6; ++i) {
    std::size_t begin = text.find_first_not_of(" :=\"'`<");
    if (begin == text.npos) return {};
    text.remove_prefix(begin);
    // The typographic quotation mark.
    if (text.starts_with("\xE2\x80\x9C")) text.remove_prefix(3);
    auto filler = std::ranges::find_if(fillers, [&](std::string_view f) {
      return text.size() > f.size() && equal_ignoring_case(text.substr(0, f.size()), f);
    });
    if (filler == std::end(fillers)) return text;
    text.remove_prefix(filler->size());
  }
  return text;
}

// 1 to 5 digits behind a colon, or an address.
bool looks_like_host(std::string_view token, bool quoted) {
  bool letters_and_dot = false;
  std::size_t dot = token.find('.');
  if (dot != token.npos && dot > 0 && dot + 1 < token.size()) letters_and_dot = true;
  bool port = token.find(':') != token.npos;
  // "xrdp.log" and "main.c" are files.
  for (std::string_view file :
       {".log", ".c", ".cpp", ".exe", ".dll", ".rdp", ".ini", ".pem", ".sock", ".so"}) {
    if (lower(token).ends_with(file)) return false;
  }
  return letters_and_dot || port || quoted;
}

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (text.size() < at + count) return std::nullopt;
  for (char c : text.substr(at, count)) {
    if (!is_digit(c)) return std::nullopt;
  }
  return decimal<int>(text.substr(at, count));
}

bool has(std::string_view text, std::size_t at, std::string_view one_of) {
  return at < text.size() && one_of.find(text[at]) != one_of.npos;
}

bool begins_with_month(std::string_view line) {
  static constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return line.size() > 6 && line[3] == ' ' &&
         std::ranges::find(months, line.substr(0, 3)) != std::end(months);
}

}  // namespace

std::string host_at(std::string_view text) {
  bool quoted =
      text.substr(0, 24).find_first_of("\"'") != text.npos || text.substr(0, 24).contains("\xE2\x80\x9C");
  text = without_fillers(text);
  std::size_t end = 0;
  while (end < text.size() && end < 256 && is_of_host(text[end])) ++end;
  std::string_view token = text.substr(0, end);
  while (!token.empty() && (token.back() == '.' || token.back() == ':' || token.back() == '-'))
    token.remove_suffix(1);
  if (token.size() < 2 || !looks_like_host(token, quoted)) return "";
  auto target = formats::parse_target(token);
  if (!target) return "";
  // Its own session manager, a tunnel's near end: not the host that is complained of.
  bool own = target->host.starts_with("127.") || target->host == "::1" || target->host == "::" ||
             target->host == "0.0.0.0" || equal_ignoring_case(target->host, "localhost");
  return own ? "" : target->host;
}

bool begins_as_log(std::string_view line) {
  bool bracket = has(line, 0, "[");
  std::size_t at = bracket ? 1 : 0;
  if (bracket && has(line, 1, "0123456789")) return true;
  if (digits(line, at, 4) && has(line, at + 4, "-/")) return true;
  if (digits(line, at, 2) && has(line, at + 2, ":./")) return true;
  return begins_with_month(line) && has(line, 4, " 0123456789") && is_digit(line[5]);
}

std::optional<Instant> instant_at(std::string_view line) {
  if (has(line, 0, "[")) line.remove_prefix(1);
  auto year = digits(line, 0, 4), month = digits(line, 5, 2), day = digits(line, 8, 2);
  auto hour = digits(line, 11, 2), minute = digits(line, 14, 2), second = digits(line, 17, 2);
  bool shape = has(line, 4, "-") && has(line, 7, "-") && has(line, 10, "T ") && has(line, 13, ":") &&
               has(line, 16, ":");
  if (!shape || !year || !month || !day || !hour || !minute || !second) return std::nullopt;
  if (*month < 1 || 12 < *month || *day < 1 || 31 < *day || 23 < *hour || 59 < *minute || 60 < *second)
    return std::nullopt;
  std::size_t at = 19;
  int ms = 0;
  if (has(line, at, ".,")) {
    std::size_t begin = ++at;
    while (at < line.size() && is_digit(line[at])) ++at;
    for (std::size_t i = 0; i < 3; ++i) ms = ms * 10 + (begin + i < at ? line[begin + i] - '0' : 0);
  }
  Instant local = from_civil(*year, *month, *day, *hour, *minute, *second);
  if (has(line, at, "Zz")) return Instant{local.ms + ms};
  if (!has(line, at, "+-")) return std::nullopt;
  auto zone_hours = digits(line, at + 1, 2);
  auto zone_minutes = digits(line, has(line, at + 3, ":") ? at + 4 : at + 3, 2);
  if (!zone_hours || !zone_minutes) return std::nullopt;
  std::int64_t offset = (*zone_hours * 60 + *zone_minutes) * std::int64_t{60000};
  return Instant{local.ms + ms - (line[at] == '-' ? -offset : offset)};
}

}  // namespace rdpdoctor::analyze
