// Takes a list of cipher suites away, or puts it right, that leaves Remote Desktop none.
#include <algorithm>

#include "base/text.h"
#include "fixes/engine/fix.h"
#include "fixes/engine/listener_key.h"
#include "fmt/core.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::string_view policy =
    R"(HKLM\SOFTWARE\Policies\Microsoft\Cryptography\Configuration\SSL\00010002)";
constexpr std::string_view local =
    R"(HKLM\SYSTEM\CurrentControlSet\Control\Cryptography\Configuration\Local\SSL\00010002)";
constexpr std::uint32_t windows_10 = 10240;

// Microsoft, "Cipher Suites in TLS/SSL (Schannel SSP)": what Windows 10 and later have first for TLS 1.2, and
// what 8.1 and Server 2012 R2 have, where the curve is part of the name.
constexpr std::string_view good_suites[] = {
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"};
constexpr std::string_view older_suites[] = {
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384_P384", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256_P256",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384_P384", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256_P256"};

bool begins(std::string_view text, std::string_view start) {
  return start.size() <= text.size() && equal_ignoring_case(text.substr(0, start.size()), start);
}

// What the listener is: the build decides which names are known, its key which of them can be used.
struct Listener {
  std::uint32_t build = 0;
  bool elliptic_key = false;
};

Listener listener_of(Planner& p) {
  Listener out{.build = build_of(p).value_or(windows_10)};
  if (!chooses_certificate(p)) return out;  // Windows' own is RSA
  const auto key = listener_key(p);
  out.elliptic_key = key && key->certificate && key->certificate->key_type.starts_with("EC");
  return out;
}

// A suite of TLS 1.2 and before with AES, without which clients up to Windows 10 are shut out.
bool serves(std::string_view name, const Listener& listener) {
  const std::string_view start =
      listener.elliptic_key ? "TLS_ECDHE_ECDSA_WITH_AES_" : "TLS_ECDHE_RSA_WITH_AES_";
  if (!listener.elliptic_key && (begins(name, "TLS_RSA_WITH_AES_") || begins(name, "TLS_DHE_RSA_WITH_AES_")))
    return true;
  if (!begins(name, start)) return false;
  const bool too_new = !listener.elliptic_key && listener.build < windows_10 && lower(name).contains("_gcm_");
  return !too_new;
}

struct List {
  std::vector<std::string> names;  // without the spaces around them
  bool works = false;              // as it is
  bool spaced = false;             // some name has spaces around it, with which Schannel may not know it
  bool works_trimmed = false;
};

List list_of(const std::vector<std::string>& texts, const Listener& listener) {
  List list;
  for (const std::string& text : texts) {
    for (const std::string_view name : split(text, ',')) {
      const std::string_view bare = trim(name);
      if (bare.empty()) continue;
      list.names.emplace_back(bare);
      list.spaced = list.spaced || bare.size() != name.size();
      if (!serves(bare, listener)) continue;
      list.works_trimmed = true;
      list.works = list.works || bare.size() == name.size();
    }
  }
  return list;
}

Reading<std::vector<std::string>> functions(Planner& p, std::string_view key) {
  const auto raw = p.host().value(key, "Functions");
  if (raw.state == Presence::absent) return Reading<std::vector<std::string>>::absent();
  auto names = host::as_texts(raw);
  if (!names.get())
    p.refuse(fmt::format("{} can't be read: {}", printable(host::value_source(p.host(), key, "Functions")),
                         names.why));
  return names;
}

void plan_policy(Planner& p, const std::vector<std::string>& texts, const Listener& listener) {
  const List list = list_of(texts, listener);
  if (!list.works_trimmed)
    return p.remove_value(std::string(policy), "Functions", "Windows' own list of cipher suites counts");
  p.note("the policy's list has suites that the listener can use: what it forbids stays forbidden");
  if (list.spaced)
    p.set(std::string(policy), "Functions", text(join(list.names, ",")),
          "the list's names are without spaces");
}

// How Windows takes a local list that is not there is not documented: it gets good ones in front.
void plan_local(Planner& p, const Listener& listener) {
  const auto texts = functions(p, local);
  if (!texts.get()) return;
  const List list = list_of(texts.value, listener);
  if (list.works) return;
  std::vector<std::string> names;
  for (const std::string_view name : good_suites)
    if (windows_10 <= listener.build) names.emplace_back(name);
  for (const std::string_view name : older_suites)
    if (listener.build < windows_10) names.emplace_back(name);
  for (const std::string& name : list.names)
    if (std::ranges::count(names, name) == 0) names.push_back(name);
  p.set(std::string(local), "Functions", fixes::texts(names),
        "suites that every current client has stand first");
}

void plan(Planner& p) {
  if (p.blind())
    return p.remove_value(std::string(policy), "Functions", "Windows' own list of cipher suites counts");
  const Listener listener = listener_of(p);
  const auto texts = functions(p, policy);
  if (p.refused()) return;
  if (texts.get()) plan_policy(p, texts.value, listener);
  const bool policy_stays = texts.get() && list_of(texts.value, listener).works_trimmed;
  if (!policy_stays) plan_local(p, listener);
}

}  // namespace

Fix clear_cipher_policy() {
  return {
      .id = "clear-cipher-policy",
      .title = "The list of cipher suites holds ones that Remote Desktop can use.",
      .explanation =
          "Removes the value Functions of the policy \"SSL Cipher Suite Order\" where it is empty, misspelt "
          "or "
          "has no suite for the listener's certificate, so that Windows' own list counts. A list that only "
          "has "
          "spaces around its names gets them removed and stays. Where the local list was emptied, suites "
          "with "
          "ECDHE and AES are put in front of it. A list that works is left. "
          "Where "
          "Group Policy sets the value nothing is written: change it there.",
      .side = Side::host,
      .risk = Risk::medium,
      .takes_effect = "when Windows starts again",
      .verified_by = "cipher-policy-broken is no longer found",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
