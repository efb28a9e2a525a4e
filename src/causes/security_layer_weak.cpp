// Judges whether the listener takes RDP's own security only. It never explains a failure by itself.
#include "causes/engine/policy_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

// Win32_TSGeneralSetting, SecurityLayer and MinEncryptionLevel: 0 RDP, 1 negotiate, 2 TLS; 1 low to 4 FIPS.
constexpr std::uint32_t rdp_security = 0, tls = 2, low = 1;

void add_level(const evidence::ListenerFacts& listener, Found& found) {
  const evidence::NumberFact& level = listener.min_encryption_level;
  if (level.get() && *level.get() == low)
    found.evidence.push_back(
        line(level, "MinEncryptionLevel is 1: what the host sends is not even encrypted by it"));
}

// CredSSP runs inside of TLS, so a listener that demands NLA uses TLS all the same.
void add_nla(const evidence::ListenerFacts& listener, Found& found) {
  const evidence::NumberFact& nla = listener.user_authentication;
  if (nla.get() && *nla.get() == 1)
    found.evidence.push_back(
        line(nla, "UserAuthentication is 1: NLA is demanded beside it, and that needs TLS"));
}

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  const evidence::ListenerFacts* listener = rdp_listener(*host);
  if (!listener) return needs_inspection();
  const evidence::NumberFact& fact = listener->security_layer;
  if (auto weak = by_setting_alone(fact, rdp_security, "SecurityLayer is 0: RDP's own security")) {
    weak->explains = false;
    return *weak;
  }
  if (unreadable(fact)) return needs_reading(fact);
  const std::uint32_t* layer = fact.get();
  if (!layer)
    return excluded_if_whole(*host, "SYSTEM",
                             fmt::format("SecurityLayer is not set: Windows' own default ({})", fact.source));
  if (tls < *layer)
    return needs(fmt::format("what Windows makes of SecurityLayer {} ({})", *layer, fact.source));
  if (*layer != rdp_security)
    return excluded(fmt::format("SecurityLayer is {}: {} ({})", *layer,
                                *layer == tls ? "TLS is demanded" : "TLS is used by clients that can",
                                fact.source));
  Found found{
      Certainty::proven,
      {line(fact, fmt::format("SecurityLayer is 0: RDP's own security, without proof of which host it "
                              "is{}",
                              policy_words(fact)))},
      false,
      ""};
  if (fact.by_policy && fact.local && *fact.local != rdp_security)
    found.evidence.push_back(
        {fact.local_source,
         fmt::format("{}: the setting of the machine, which does not count", *fact.local)});
  add_level(*listener, found);
  add_nla(*listener, found);
  temper(*host, fact.by_policy ? "SOFTWARE" : "SYSTEM", found);
  return found;
}

}  // namespace

Cause security_layer_weak() {
  return {
      .id = "security-layer-weak",
      .title = "The listener takes RDP's own security only, without TLS.",
      .stage = Stage::x224,
      .machine = Machine::host,
      .topic = Topic::listener,
      .explanation =
          "With SecurityLayer 0 the host proves nothing of who it is, so that anybody on the way can stand "
          "between, and the encryption is RC4 at best; MinEncryptionLevel 1 leaves one direction out even of "
          "that. Clients that insist on TLS or NLA are turned away. It is what scripts set that \"repair\" "
          "certificates by doing without them, and stays when the reason is long gone.",
      .tell_apart =
          "A weakening: connections of old clients pass. A client that is turned away for it gets the "
          "negotiation failure SSL_NOT_ALLOWED_BY_SERVER: tls-not-allowed.",
      .advice = {"On the host, what is set:   reg query \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal "
                 "Server\\WinStations\\RDP-Tcp\" /v SecurityLayer",
                 "On the host, which policy sets it, to be changed there:   gpresult /h policies.html",
                 "On the host, as administrator, TLS again; see first that its certificate is right (undo: "
                 "the same "
                 "with 0):   reg add \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal "
                 "Server\\WinStations\\RDP-Tcp\" /v SecurityLayer /t REG_DWORD /d 2 /f",
                 "On the host, as administrator (undo: the old number):   reg add "
                 "\"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp\" /v "
                 "MinEncryptionLevel /t REG_DWORD /d 2 /f"},
      .article = Article::wrong,
      .article_note =
          "The article lowers the security layer as a remedy. It takes the proof away that the host is the "
          "right one, and hides what is wrong with the certificate.",
      .fixes = {"restore-listener-defaults"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
