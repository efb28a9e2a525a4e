// Lets Windows keep the certificate that it makes for Remote Desktop: the store's name, and SYSTEM's access.
#include "base/text.h"
#include "fixes/engine/fix.h"
#include "fixes/engine/let_in.h"
#include "fixes/engine/listener_key.h"
#include "fixes/engine/listener_keys.h"
#include "fmt/core.h"
#include "host/files.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::string_view store_name = "SelfSignedCertStore", usual = "Remote Desktop",
                           store_key = R"(HKLM\SOFTWARE\Microsoft\SystemCertificates\Remote Desktop)",
                           system = "S-1-5-18";

// To add a certificate: KEY_READ, KEY_SET_VALUE and KEY_CREATE_SUB_KEY; all of a key's rights. [MS-RRP] 2.2.3
constexpr std::uint32_t to_add = 0x2001f, all_access = 0xf003f;
constexpr std::uint8_t container_inherit = 0x02;

LetIn local_system() {
  return {.token = formats::local_system_token(),
          .wanted = to_add,
          .grant = {.flags = container_inherit, .mask = all_access, .sid = std::string(system)},
          .itself = {std::string(system)}};
}

// A key that inherits the denial is let in by the one above it; its own list must be mended as well.
void open_key(Planner& p, const std::string& key) {
  const auto security = p.host().key_security(key);
  if (security.state == Presence::absent) return;  // Windows makes the store anew
  if (!security.get())
    return p.refuse(fmt::format("the access list of {} can't be read: {}", key, security.why));
  const LetIn who = local_system();
  const AccessEdited trial = let_in(formats::encode_security_descriptor(*security.get()), who);
  if (!trial.problem.empty()) return p.refuse(key + ": " + trial.problem);
  p.access_of_key(
      key, [who](View before) { return let_in_or_error(before, who); }, "SYSTEM may add a certificate");
}

void name_store(Planner& p) {
  const auto name = p.text_of(stations, store_name);
  if (name.get() && equal_ignoring_case(trim(*name.get()), usual)) return;
  if (!p.blind() && (!name.get() || name.get()->empty())) {
    const auto certificate = p.host().value(stations, "SelfSignedCertificate");
    if (certificate.state == Presence::absent) return;  // the service writes both when it first starts
  }
  p.set(std::string(stations), std::string(store_name), text(usual),
        "Windows' own certificate is kept in the store Remote Desktop");
}

// A chosen certificate that is there with its key: Windows' own is not wanted.
bool uses_chosen(Planner& p) {
  if (p.blind() || !chooses_certificate(p)) return false;
  const auto key = listener_key(p);
  return key && key->pinned && key->certificate && !key->container.empty();
}

void plan(Planner& p) {
  if (uses_chosen(p))
    return p.note("the listener uses a certificate that was chosen for it: Windows' own is not wanted");
  name_store(p);
  if (p.blind() || p.refused()) return;
  for (const std::string& key : {std::string(store_key), host::under(store_key, "Certificates")})
    open_key(p, key);
  if (p.running() && !p.refused())
    p.note(
        "a certificate is made once SessionEnv and TermService were restarted, which ends all sessions: "
        "restart-remote-desktop-services");
}

}  // namespace

Fix restore_certificate_store() {
  return {
      .id = "restore-certificate-store",
      .title = "Windows can keep the certificate that it makes for Remote Desktop.",
      .explanation =
          "Sets SelfSignedCertStore to \"Remote Desktop\", Windows' own name, where another one or none "
          "stands "
          "beside a certificate, and gives SYSTEM back its access to that store's key where it was taken: "
          "SYSTEM's own denial is removed, nobody else's. A store that is merely not there is no fault: "
          "Windows makes it anew. Access lists of keys can't be changed on a disk; --emit makes a script "
          "that "
          "does it on the machine. The certificate itself is made by SessionEnv, when it starts.",
      .side = Side::host,
      .risk = Risk::low,
      .takes_effect = "when SessionEnv and TermService start the next time",
      .verified_by = "self-signed-store-missing is no longer found",
      .article = "regenerate the self-signed certificate",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
