#include "causes/engine/schannel_suites.h"

#include <algorithm>

#include "base/text.h"

namespace rdpdoctor::causes {
namespace {

struct Suite {
  std::string_view name;
  SuiteUse use;
  std::uint32_t since;  // the first build that has it
};

constexpr std::uint32_t vista = 6000, windows_7 = 7600, windows_10 = 10240, server_2022 = 20348;
constexpr std::string_view prefix = "TLS_";

// Without the prefix. Updates brought the suites with GCM and RSA to Windows 7 and 8, too.
constexpr Suite suites[] = {
    {"AES_256_GCM_SHA384", SuiteUse::tls13, server_2022},
    {"AES_128_GCM_SHA256", SuiteUse::tls13, server_2022},
    {"CHACHA20_POLY1305_SHA256", SuiteUse::tls13, server_2022},
    {"ECDHE_RSA_WITH_AES_256_GCM_SHA384", SuiteUse::with_rsa, windows_10},
    {"ECDHE_RSA_WITH_AES_128_GCM_SHA256", SuiteUse::with_rsa, windows_10},
    {"ECDHE_RSA_WITH_AES_256_CBC_SHA384", SuiteUse::with_rsa, windows_7},
    {"ECDHE_RSA_WITH_AES_128_CBC_SHA256", SuiteUse::with_rsa, windows_7},
    {"ECDHE_RSA_WITH_AES_256_CBC_SHA", SuiteUse::with_rsa, vista},
    {"ECDHE_RSA_WITH_AES_128_CBC_SHA", SuiteUse::with_rsa, vista},
    {"DHE_RSA_WITH_AES_256_GCM_SHA384", SuiteUse::with_rsa, windows_7},
    {"DHE_RSA_WITH_AES_128_GCM_SHA256", SuiteUse::with_rsa, windows_7},
    {"DHE_RSA_WITH_AES_256_CBC_SHA", SuiteUse::with_rsa, windows_7},
    {"DHE_RSA_WITH_AES_128_CBC_SHA", SuiteUse::with_rsa, windows_7},
    {"RSA_WITH_AES_256_GCM_SHA384", SuiteUse::with_rsa, windows_7},
    {"RSA_WITH_AES_128_GCM_SHA256", SuiteUse::with_rsa, windows_7},
    {"RSA_WITH_AES_256_CBC_SHA256", SuiteUse::with_rsa, windows_7},
    {"RSA_WITH_AES_128_CBC_SHA256", SuiteUse::with_rsa, windows_7},
    {"RSA_WITH_AES_256_CBC_SHA", SuiteUse::with_rsa, vista},
    {"RSA_WITH_AES_128_CBC_SHA", SuiteUse::with_rsa, vista},
    {"RSA_WITH_3DES_EDE_CBC_SHA", SuiteUse::with_rsa, vista},
    {"ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", SuiteUse::with_ecdsa, windows_7},
    {"ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", SuiteUse::with_ecdsa, windows_7},
    {"ECDHE_ECDSA_WITH_AES_256_CBC_SHA384", SuiteUse::with_ecdsa, windows_7},
    {"ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", SuiteUse::with_ecdsa, windows_7},
    {"ECDHE_ECDSA_WITH_AES_256_CBC_SHA", SuiteUse::with_ecdsa, vista},
    {"ECDHE_ECDSA_WITH_AES_128_CBC_SHA", SuiteUse::with_ecdsa, vista},
};

// Known to Schannel, and nothing that a client of today offers: no encryption, RC4, DES, pre-shared keys,
// DSS.
constexpr std::string_view useless[] = {"RSA_WITH_NULL_", "RSA_WITH_RC4_", "RSA_WITH_DES_",
                                        "RSA_EXPORT",     "PSK_",          "DHE_DSS_"};

std::string_view without_curve(std::string_view name) {
  for (std::string_view curve : {"_P256", "_P384", "_P521"}) {
    if (name.size() <= curve.size()) continue;
    std::string_view end = name.substr(name.size() - curve.size());
    if (equal_ignoring_case(end, curve)) return name.substr(0, name.size() - curve.size());
  }
  return name;
}

bool begins(std::string_view text, std::string_view start) {
  return start.size() <= text.size() && equal_ignoring_case(text.substr(0, start.size()), start);
}

void count(SuiteList& list, std::string_view name, std::uint32_t build) {
  std::string_view bare = trim(name);
  if (bare.empty()) return;
  ++list.names;
  SuiteUse use = use_of_suite(bare, build);
  bool usable = use == SuiteUse::tls13 || use == SuiteUse::with_rsa || use == SuiteUse::with_ecdsa;
  if (usable && bare.size() != name.size()) {
    ++list.only_without_spaces;
    return;
  }
  if (use == SuiteUse::tls13) ++list.tls13;
  if (use == SuiteUse::with_rsa) ++list.with_rsa;
  if (use == SuiteUse::with_ecdsa) ++list.with_ecdsa;
  if (use == SuiteUse::unknown && list.unknown.size() < 8) list.unknown.push_back(printable(bare, 60));
}

}  // namespace

SuiteUse use_of_suite(std::string_view name, std::uint32_t build) {
  if (begins(name, "SSL_CK_")) return SuiteUse::not_for_remote_desktop;
  if (!begins(name, prefix)) return SuiteUse::unknown;
  std::string_view bare = without_curve(name.substr(prefix.size()));
  for (const Suite& suite : suites) {
    if (!equal_ignoring_case(suite.name, bare)) continue;
    return suite.since <= build ? suite.use : SuiteUse::unknown;
  }
  bool known = std::ranges::any_of(useless, [&](std::string_view start) { return begins(bare, start); });
  return known ? SuiteUse::not_for_remote_desktop : SuiteUse::unknown;
}

SuiteList read_suites(const std::vector<std::string>& texts, std::uint32_t build) {
  SuiteList list;
  for (const std::string& text : texts) {
    list.characters = std::max(list.characters, text.size());
    for (std::string_view name : split(text, ',')) count(list, name, build);
  }
  return list;
}

}  // namespace rdpdoctor::causes
