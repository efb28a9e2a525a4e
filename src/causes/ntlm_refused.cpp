// Judges whether the host answers the first NTLM message with an error.
#include <algorithm>

#include "causes/engine/nla_views.h"
#include "causes/engine/tcp_views.h"
#include "codes/registry.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

constexpr std::uint32_t STATUS_NTLM_BLOCKED = 0xC0000418;
constexpr std::uint32_t STATUS_TIME_DIFFERENCE_AT_DC = 0xC0000133;  // judged as clock-skew

// "This package is not accepted", not "this account isn't": unsupported function, no such package, invalid
// token, no credentials; STATUS_NOT_SUPPORTED, STATUS_NO_SUCH_PACKAGE.
constexpr std::uint32_t package_not_accepted[] = {0x80090302, 0x80090305, 0x80090308,         0x8009030E,
                                                  0xC00000BB, 0xC00000FE, STATUS_NTLM_BLOCKED};

bool about_package(std::uint32_t code) {
  return std::find(std::begin(package_not_accepted), std::end(package_not_accepted), code) !=
         std::end(package_not_accepted);
}

// Our probe sends no credentials, so no error it gets is about an account; a client's may be.
bool refused_before_account(const Connection& c) {
  if (!c.nla.error_code || *c.nla.error_code == 0 || *c.nla.error_code == STATUS_TIME_DIFFERENCE_AT_DC)
    return false;
  return c.source == "probe" || c.source.empty() || about_package(*c.nla.error_code);
}

std::string code_words(std::uint32_t code) {
  std::string_view name = codes::name_or_empty("ntstatus", code);
  if (name.empty()) name = codes::name_or_empty("schannel", code);
  return name.empty() ? fmt::format("0x{:08X}", code) : fmt::format("0x{:08X} {}", code, name);
}

Found refused(const Connections& rounds, const Connections& with_error) {
  std::uint32_t code = *with_error.front()->nla.error_code;
  Found found;
  found.certainty = code == STATUS_NTLM_BLOCKED ? Certainty::proven
                    : about_package(code)       ? Certainty::likely
                                                : Certainty::possible;
  found.evidence.push_back(
      {source("nla", with_error), fmt::format("an NTLM request without credentials is answered by errorCode "
                                              "{}, {}",
                                              code_words(code), share(with_error.size(), rounds.size()))});
  if (!about_package(code)) {
    found.headline = "The host refuses the logon's first message with " + code_words(code) + ".";
    found.evidence.push_back({source("nla", with_error), "no account was named yet, so it is not about one"});
  }
  return found;
}

Verdict judge(const CaseFile& c) {
  Connections rounds = nla_rounds(c);
  if (rounds.empty()) return no_nla_round(c);
  Connections with_error = filter(rounds, refused_before_account);
  if (!with_error.empty()) return refused(rounds, with_error);
  bool challenged =
      any_of(rounds, [](const Connection& r) { return r.nla.outcome == evidence::NlaOutcome::challenged; });
  if (challenged) return needs(need::credentials);
  return needs(need::further);
}

}  // namespace

Cause ntlm_refused() {
  return {
      .id = "ntlm-refused",
      .title = "The host does not accept NTLM.",
      .stage = Stage::nla,
      .machine = Machine::host,
      .explanation =
          "Within Network Level Authentication a client logs on by Kerberos or by NTLM. NTLM is what is left "
          "when the host is asked for by address or alias, when no domain controller is in reach, and for "
          "local accounts. Policy on the host or on the domain can forbid it (restrict incoming NTLM), the "
          "account can be one that must not use it (Protected Users), or the two sides' LAN Manager levels "
          "do not meet.",
      .tell_apart =
          "An errorCode for a request without credentials is about the package. If the host gives its NTLM "
          "challenge and refuses only after the password, it is about the account (account-restricted, "
          "logon-refused). No answer at all is credssp-not-answered. Connecting by the host's full name, "
          "which uses Kerberos, passes where only NTLM is refused.",
      .advice = {"On the client, in a domain: connect by the host's full name (srv.corp.example), not by "
                 "address or alias: that uses Kerberos.",
                 "On the host, PowerShell as administrator, what was blocked and for whom:   Get-WinEvent "
                 "-LogName Microsoft-Windows-NTLM/Operational -MaxEvents 20",
                 "On the host, RestrictReceivingNTLMTraffic (1 refuses domain accounts, 2 all):   reg query "
                 "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\MSV1_0",
                 "On the host, LmCompatibilityLevel (too different on the two sides, it shuts one out):   "
                 "reg query HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa",
                 "For members of Protected Users: connect by name where a domain controller is in reach; "
                 "don't take the account out of the group."},
      .article_note =
          "The article says to connect by address instead of by name: that forces NTLM and can cause this.",
      .codes =
          {{"ntstatus", 0xC0000418, Certainty::likely, "policy forbids NTLM"},
           {"ntstatus", 0xC000006E, Certainty::possible, "for members of Protected Users NTLM is refused so"},
           {"ntstatus", 0xC00000BB, Certainty::possible, "what was asked for is not supported"},
           {"ntstatus", 0xC00000FE, Certainty::possible, "the package does not exist there"},
           {"schannel", 0x80090302, Certainty::possible,
            "as a CredSSP error it can mean that NTLM is refused"},
           {"schannel", 0x80090305, Certainty::possible, "the package does not exist there"},
           {"schannel", 0x8009035F, Certainty::possible, "only NTLM was possible and policy wants more"},
           {"disconnect", 0x1707, Certainty::possible,
            "only NTLM was possible and policy wants mutual authentication"},
           {"disconnect", 0xC07, Certainty::possible, "for members of Protected Users NTLM is refused so"},
           {"freerdp", 0x20009, Certainty::possible, "authentication failed"},
           {"freerdp", 0x20017, Certainty::possible, "for members of Protected Users NTLM is refused so"}},
      .events = {{"Security-Auditing", 4625, "0xC0000418", Certainty::likely,
                  "a logon failed, for NTLM is blocked"}},
      .signs = {{"mstsc-function-not-supported", Certainty::possible, "refused NTLM gives these words, too"},
                {"mstsc-authentication-error", Certainty::possible, "NLA failed"},
                {"mstsc-no-credentials", Certainty::possible,
                 "a client that may not use NTLM gets this answer"},
                {"mstsc-invalid-token", Certainty::possible, "a refused logon package gives this answer"},
                {"account-restriction", Certainty::possible,
                 "Protected Users who cannot get Kerberos see these words"},
                {"nla-failed", Certainty::possible, "NLA failed"},
                {"mic-failed", Certainty::possible, "the NTLM messages did not verify"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
