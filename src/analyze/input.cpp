#include "analyze/input.h"

#include <algorithm>

#include "base/text.h"
#include "formats/evtx.h"
#include "formats/gzip.h"
#include "formats/pcap.h"
#include "formats/zip.h"

namespace rdpdoctor::analyze {
namespace {

bool has_mark(View first, std::uint8_t a, std::uint8_t b) {
  return first.size() >= 2 && first[0] == a && first[1] == b;
}

// As UTF-8 as far as it goes; nothing when it is no text.
std::optional<std::string> as_text(View first) {
  if (has_mark(first, 0xFF, 0xFE)) return utf16le_to_utf8(first.subspan(2, (first.size() - 2) / 2 * 2));
  if (has_mark(first, 0xFE, 0xFF)) {
    Bytes swapped(first.begin() + 2, first.end());
    for (std::size_t i = 0; i + 1 < swapped.size(); i += 2) std::swap(swapped[i], swapped[i + 1]);
    return utf16le_to_utf8(View(swapped).first(swapped.size() / 2 * 2));
  }
  if (first.size() >= 3 && first[0] == 0xEF && first[1] == 0xBB && first[2] == 0xBF) first = first.subspan(3);
  auto odd = [](std::uint8_t b) { return b < 0x20 && b != '\t' && b != '\n' && b != '\r' && b != 0x1B; };
  auto odds = static_cast<std::size_t>(std::ranges::count_if(first, odd));
  bool zero = std::ranges::find(first, std::uint8_t{0}) != first.end();
  if (zero || odds > first.size() / 50) return std::nullopt;
  return std::string(first.begin(), first.end());
}

// "full address:s:srv01": a name, a type of one letter, a value.
bool is_setting(std::string_view line) {
  std::size_t colon = line.find(':');
  if (colon == 0 || colon == std::string_view::npos || colon > 60 || line.size() < colon + 3) return false;
  char type = line[colon + 1];
  return line[colon + 2] == ':' && std::string_view("sibSIB").contains(type);
}

bool is_rdp_file(std::string_view text, const std::string& name) {
  std::size_t settings = 0, lines = 0;
  for (std::string_view line : split(text, '\n')) {
    if (trim(line).empty()) continue;
    ++lines;
    settings += is_setting(trim(line)) ? 1 : 0;
  }
  return (settings > 0 && settings * 2 >= lines) || lower(name).ends_with(".rdp");
}

// A diagnosis or a case file of our own.
bool is_case_file(std::string_view text) {
  if (!trim(text).starts_with('{')) return false;
  return text.contains("\"rdpdoctor.") || text.contains("\"connections\"") || text.contains("\"target\"");
}

bool is_registry_export(std::string_view text) {
  return text.starts_with("Windows Registry Editor Version") || text.starts_with("REGEDIT4");
}

// "stderr_of_xfreerdp-2.LOG" holds the words stderr, of, xfreerdp and 2.
std::vector<std::string> words_of(const std::string& name) {
  std::vector<std::string> words(1);
  for (char c : lower(name)) {
    bool in_word = ('a' <= c && c <= 'z') || ('0' <= c && c <= '9');
    if (in_word)
      words.back() += c;
    else if (!words.back().empty())
      words.emplace_back();
  }
  return words;
}

bool names_a_log(const std::string& name) {
  static constexpr std::string_view programs[] = {
      "freerdp", "xfreerdp",  "wfreerdp", "sdlfreerdp", "wlfreerdp", "xfreerdp3", "freerdp3",
      "remmina", "xrdp",      "sesman",   "guacd",      "guacamole", "mremoteng", "rdesktop",
      "mstsc",   "rdpclient", "krdc",     "vinagre",    "rdp",       "client",    "console",
      "stderr",  "stdout",    "dialog",   "pasted",     "message"};
  std::string base = lower(base_name(name));
  bool text = base.ends_with(".log") || base.ends_with(".txt") || base.ends_with(".out") ||
              base.ends_with(".err") || base.ends_with(".md") || base.find('.') == std::string::npos;
  std::vector<std::string> words = words_of(base);
  // The collecting tools' own logs tell of the collecting.
  bool of_the_tool = std::ranges::any_of(words, [](auto& w) { return w == "msrd" || w == "tss"; });
  return text && !of_the_tool && std::ranges::any_of(words, [](auto& w) {
           return std::ranges::find(programs, w) != std::end(programs);
         });
}

}  // namespace

InputKind kind_of(View first, const std::string& name) {
  first = first.first(std::min(first.size(), kind_bytes));
  if (first.empty()) return InputKind::empty;
  if (first.size() >= 8 && formats::is_evtx(first)) return InputKind::event_log;
  if (formats::is_gzip(first)) return InputKind::gzip;
  if (formats::is_zip(first)) return InputKind::zip;
  if (first.size() >= 4 && formats::is_capture(first)) return InputKind::capture;
  if (formats::is_event_xml(first)) return InputKind::event_xml;
  auto text = as_text(first);
  if (!text) return InputKind::unknown;
  if (is_registry_export(*text)) return InputKind::registry_export;
  if (is_case_file(*text)) return InputKind::case_file;
  return is_rdp_file(*text, name) ? InputKind::rdp_file : InputKind::text;
}

std::string_view word(InputKind kind) {
  switch (kind) {
    case InputKind::capture: return "capture";
    case InputKind::event_log: return "event log";
    case InputKind::event_xml: return "events as XML";
    case InputKind::rdp_file: return ".rdp file";
    case InputKind::case_file: return "case file";
    case InputKind::gzip: return "gzip file";
    case InputKind::zip: return "zip archive";
    case InputKind::text: return "text";
    case InputKind::registry_export: return "registry export";
    case InputKind::empty: return "empty file";
    case InputKind::unknown: break;
  }
  return "file of a kind that is not known here";
}

bool worth_reading(InputKind kind, const std::string& name) {
  switch (kind) {
    case InputKind::text: return names_a_log(name);
    case InputKind::registry_export:
    case InputKind::empty:
    case InputKind::unknown: return false;
    default: return true;
  }
}

std::string why_not_read(InputKind kind, const std::string& name) {
  switch (kind) {
    case InputKind::registry_export:
      return "a registry export: this command judges captures, logs and texts, not registry values";
    case InputKind::empty: return "an empty file";
    case InputKind::text:
      return "a text whose name says no client's or server's log; given by itself it is read";
    default: break;
  }
  if (lower(name).ends_with(".etl"))
    return "a Windows trace: made a capture by Microsoft's etl2pcapng, it is read";
  return "none of the kinds that are read: capture (pcap, pcapng), event log (.evtx or XML), log or text, "
         ".rdp file, our own JSON, zip, gzip, folder";
}

std::string base_name(const std::string& path) {
  std::size_t end = path.find_last_not_of("/\\");
  if (end == std::string::npos) return path;
  std::size_t slash = path.find_last_of("/\\", end);
  return path.substr(slash == std::string::npos ? 0 : slash + 1,
                     end - (slash == std::string::npos ? 0 : slash + 1) + 1);
}

}  // namespace rdpdoctor::analyze
