// Finding codes by name, as a person types or pastes it.
#include <algorithm>
#include <string>

#include "base/text.h"
#include "codes/registry.h"

namespace rdpdoctor::codes {
namespace {

// Longest first where one begins with another.
constexpr std::string_view prefixes[] = {
    "disconnectreason", "exdiscreason",   "ssl_err_",    "ui_err_",       "errinfo_", "errconnect_",
    "freerdp_error_",   "rdstls_result_", "logon_msg_",  "logon_failed_", "e_proxy_", "ssl3_alert_",
    "tls1_alert_",      "tls_alert_",     "status_ctx_", "status_",       "sec_e_",   "sec_i_",
    "crypt_e_",         "cert_e_",        "nte_",        "gateway_",      "authz_",   "wsa",
};

// Sources differ in separators ("UNKNOWN_PDU_TYPE", "UNKNOWNPDUTYPE"), so names are compared without them;
// the prefix is taken off before that, or "CERT_EXPIRED" would seem to begin with CERT_E_.
struct Name {
  std::string whole;
  std::string bare;  // without its prefix; all of it when it has none or is nothing else
};

std::string without_separators(std::string_view text) {
  std::string result(text);
  std::erase(result, '_');
  return result;
}

Name name_from(std::string_view text) {
  std::string name = lower(trim(text));
  std::ranges::replace_if(name, [](char c) { return c == '-' || c == ' '; }, '_');
  std::string_view rest = name;
  for (std::string_view prefix : prefixes) {
    if (rest.starts_with(prefix)) {
      rest.remove_prefix(prefix.size());
      break;
    }
  }
  Name result{without_separators(name), without_separators(rest)};
  if (result.bare.empty()) result.bare = result.whole;
  return result;
}

}  // namespace

std::vector<Match> find_name(std::string_view name) {
  const Name wanted = name_from(name);
  std::vector<Match> exact;
  std::vector<Match> without_prefix;
  if (wanted.whole.empty()) return exact;
  for (const Family& family : all_families()) {
    for (const Code& code : family.codes) {
      const Name known = name_from(code.name);
      if (known.whole == wanted.whole) exact.push_back({&family, &code});
      if (known.bare == wanted.bare) without_prefix.push_back({&family, &code});
    }
  }
  const bool has_prefix = wanted.bare != wanted.whole;
  return has_prefix && !exact.empty() ? exact : without_prefix;
}

}  // namespace rdpdoctor::codes
