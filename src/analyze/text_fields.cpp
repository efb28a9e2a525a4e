#include "analyze/text_fields.h"

#include <algorithm>
#include <map>
#include <string>

#include "base/text.h"

namespace rdpdoctor::analyze {
namespace {

struct Clue {
  std::string_view word;
  Field field;
  std::size_t reach;  // from the word's end to the number
};

// In order: the first that is near enough decides, so the more exact ones stand before "error" and "code".
constexpr Clue clues[] = {
    {"disconnected, reason code", Field::extended, 6},  // event 40 of LocalSessionManager
    {"extend", Field::extended, 28},
    {"errinfo", Field::error_info, 24},
    {"errorinfo", Field::error_info, 24},
    {"error info", Field::error_info, 24},
    {"alert", Field::alert, 24},
    {"event id", Field::no_code, 8},
    {"eventid", Field::no_code, 8},
    {"event", Field::no_code, 4},
    {"exit code", Field::no_code, 6},
    {"exception code", Field::no_code, 6},
    {"exit status", Field::no_code, 6},
    {"error state", Field::no_code, 8},  // Schannel's own
    {"status code", Field::status, 12},
    {"status", Field::status, 16},
    {"hresult", Field::status, 16},
    {"wsagetlasterror", Field::winsock, 16},
    {"winsock error", Field::winsock, 16},
    {"socket error", Field::winsock, 16},
    {"failurecode", Field::negotiation, 16},
    {"failure code", Field::negotiation, 16},
    {"negotiation failure", Field::negotiation, 16},
    {"disconnectreason", Field::disconnect, 20},
    {"disconnect reason", Field::disconnect, 20},
    {"disconnect code", Field::disconnect, 20},
    {"disc reason", Field::disconnect, 20},
    {"(reason", Field::disconnect, 6},
    {"reasons", Field::no_code, 8},
    {"reason", Field::disconnect, 10},
    {"process id", Field::no_code, 6},
    {"session id", Field::no_code, 6},
    {"thread id", Field::no_code, 6},
    {"time stamp", Field::no_code, 6},
    {"channel", Field::no_code, 6},
    {"port", Field::no_code, 4},
    {"address", Field::no_code, 6},
    {"offset", Field::no_code, 6},
    {"size", Field::no_code, 6},
    {"length", Field::no_code, 6},
    {"flags", Field::no_code, 6},
    {"mask", Field::no_code, 6},
    {"handle", Field::no_code, 6},
    {"thread", Field::no_code, 6},
    {"pid", Field::no_code, 6},
    {"version", Field::no_code, 6},
    {"build", Field::no_code, 6},
    {"error line", Field::no_code, 6},
    {"error code", Field::main, 16},
    {"fehlercode", Field::main, 16},
    {"code d'erreur", Field::main, 16},
    {"error number", Field::main, 16},
    {"errorcode", Field::main, 16},
    {"error", Field::error, 20},
    {"code", Field::error, 12},
    {"fail", Field::error, 20},
    {"disconnected", Field::error, 12},
    {"errno", Field::no_code, 8},  // of this system, not of Windows: its words tell it
    {"err", Field::error, 8},
    // The same in other languages, in UTF-8 (a second number in such a dialog is known by its place).
    {"fehler", Field::error, 20},
    {"erreur", Field::error, 20},
    {"errore", Field::error, 20},
    {"c\xC3\xB3"
     "digo",
     Field::error, 20},
    {"codice", Field::error, 12},
    {"kod", Field::error, 16},  // Polish, Swedish, Turkish; "kode": Danish, Norwegian
    {"k\xC3\xB3"
     "d",
     Field::error, 16},
    {"\xEC\x98\xA4\xEB\xA5\x98", Field::error, 20},
    {"\xE9\x8C\xAF\xE8\xAA\xA4", Field::error, 20},
    {"\xE9\x94\x99\xE8\xAF\xAF", Field::error, 20},
    {"\xE3\x82\xA8\xE3\x83\xA9\xE3\x83\xBC", Field::error, 20},
    {"\xD0\xBE\xD1\x88\xD0\xB8\xD0\xB1\xD0\xBA", Field::error, 20},
};

// One of them is in every clue that makes a number a code.
constexpr std::string_view beginnings[] = {"err",
                                           "code",
                                           "reason",
                                           "alert",
                                           "status",
                                           "fail",
                                           "hresult",
                                           "wsa",
                                           "disconnect",
                                           "extended",
                                           "fehler",
                                           "c\xC3\xB3"
                                           "digo",
                                           "codice",
                                           "kod",
                                           "k\xC3\xB3"
                                           "d",
                                           "\xEC\x98\xA4\xEB\xA5\x98",
                                           "\xE9\x8C\xAF\xE8\xAA\xA4",
                                           "\xE9\x94\x99\xE8\xAF\xAF",
                                           "\xE3\x82\xA8\xE3\x83\xA9\xE3\x83\xBC",
                                           "\xD0\xBE\xD1\x88\xD0\xB8\xD0\xB1\xD0\xBA"};

constexpr std::string_view of_disconnect[] = {"disconnect", "gateway"};
constexpr std::string_view of_extended[] = {"extended"};
constexpr std::string_view of_error_info[] = {"error-info"};
constexpr std::string_view of_alert[] = {"tls-alert"};
constexpr std::string_view of_status[] = {"ntstatus", "schannel", "gateway-hresult", "winsock", "freerdp"};
constexpr std::string_view of_winsock[] = {"winsock"};
constexpr std::string_view of_negotiation[] = {"negotiation-failure"};
constexpr std::string_view of_main[] = {"disconnect",      "gateway",  "freerdp", "ntstatus",
                                        "gateway-hresult", "schannel", "winsock"};

// What names of codes begin with, so that other words with underscores are not looked up.
constexpr std::string_view prefixes[] = {
    "status_", "errconnect_", "errinfo_", "sec_e_",    "ssl_err_",         "wsae",         "wsah",
    "wsat",    "wsan",        "e_proxy_", "freerdp_e", "disconnectreason", "exdisc",       "crypt_e_",
    "cert_e_", "nte_",        "hybrid_",  "ssl_req",   "ssl_not_allowed",  "ssl_cert_not", "ssl_with_user"};

// Names without their separators, in which sources differ.
std::string bare(std::string_view name) {
  std::string out = lower(name);
  std::erase(out, '_');
  return out;
}

std::map<std::string, std::vector<codes::Match>, std::less<>> collect_names() {
  std::map<std::string, std::vector<codes::Match>, std::less<>> names;
  for (const codes::Family& family : codes::all_families()) {
    for (const codes::Code& code : family.codes) names[bare(code.name)].push_back({&family, &code});
  }
  return names;
}

}  // namespace

bool has_clue(std::string_view line) {
  return std::ranges::any_of(beginnings, [&](std::string_view b) { return line.find(b) != line.npos; });
}

FieldSeen field_of(std::string_view before) {
  for (const Clue& clue : clues) {
    std::size_t at = before.rfind(clue.word);
    if (at == before.npos) continue;
    std::string_view between = before.substr(at + clue.word.size());
    if (between.size() > clue.reach) continue;
    // A full stop ends what was said of it.
    if (between.find(". ") != between.npos) continue;
    bool close = between.find_first_of("=:") != between.npos || between.find("code") != between.npos ||
                 clue.word == "code";
    return {clue.field, close};
  }
  return {};
}

std::span<const std::string_view> families_of(Field field) {
  switch (field) {
    case Field::disconnect: return of_disconnect;
    case Field::extended: return of_extended;
    case Field::error_info: return of_error_info;
    case Field::alert: return of_alert;
    case Field::status: return of_status;
    case Field::winsock: return of_winsock;
    case Field::negotiation: return of_negotiation;
    default: return of_main;
  }
}

bool fits_any_field(Field field) {
  return field == Field::main || field == Field::error;
}

std::vector<codes::Match> named(std::string_view word) {
  bool worth = word.size() <= 80 && std::ranges::any_of(prefixes, [&](std::string_view p) {
                 return word.starts_with(p) && word.size() > p.size();
               });
  if (!worth) return {};
  static const auto names = collect_names();
  auto found = names.find(bare(word));
  if (found == names.end() || found->second[0].code->value == 0) return {};  // 0: nothing failed
  return found->second;
}

std::optional<std::uint32_t> alert_named(std::string_view after) {
  std::string name;
  for (char c : after) {
    bool letter = 'a' <= c && c <= 'z';
    if (!letter && c != ' ' && c != '_' && !(c == ':' && name.empty())) break;
    if (letter) {
      name += c;
    } else if (!name.empty() && name.back() != '_') {
      name += '_';
    }
  }
  const codes::Family* alerts = codes::find_family("tls-alert");
  const codes::Code* longest = nullptr;
  for (const codes::Code& code : alerts->codes) {
    bool begins =
        name.starts_with(code.name) && (name.size() == code.name.size() || name[code.name.size()] == '_');
    if (begins && (longest == nullptr || longest->name.size() < code.name.size())) longest = &code;
  }
  if (longest == nullptr || longest->value == 0) return std::nullopt;
  return longest->value;
}

}  // namespace rdpdoctor::analyze
