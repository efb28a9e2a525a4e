// Judges whether the host's policy refuses NTLM to those who connect.
#include "causes/engine/log_views.h"
#include "causes/engine/policy_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

using evidence::NumberFact;

constexpr std::uint32_t STATUS_NTLM_BLOCKED = 0xC0000418;
// RestrictReceivingNTLMTraffic, policy "Network security: Restrict NTLM: Incoming NTLM traffic".
constexpr std::uint32_t allow_all = 0, deny_domain_accounts = 1, deny_all_accounts = 2;
constexpr std::uint32_t largest_lm_level = 5;

// A connection or a logged logon that was refused for this very reason.
std::optional<EvidenceLine> refused_for_it(const CaseFile& c) {
  Connections blocked = finished(
      c, [](const Connection& conn) { return conn.nla.error_code.value_or(0) == STATUS_NTLM_BLOCKED; });
  if (!blocked.empty())
    return EvidenceLine{source("nla", blocked), "the logon is answered by 0xC0000418 STATUS_NTLM_BLOCKED"};
  for (const Event& e : c.events) {
    if (is_event(e, "Security-Auditing", 4625) && causes::holds(e, "0xC0000418"))
      return EvidenceLine{source(e), "a logon was refused with 0xC0000418, for NTLM is blocked"};
  }
  return std::nullopt;
}

Verdict restricted(const CaseFile& c, const HostFacts& host, const NumberFact& fact) {
  std::uint32_t value = *fact.get();
  if (deny_all_accounts < value) {
    return needs(fmt::format("what RestrictReceivingNTLMTraffic {} means ({})", value, fact.source));
  }
  std::string_view whom = value == deny_domain_accounts ? "domain accounts" : "all accounts";
  Found found{Certainty::possible,
              {line(fact, fmt::format("incoming NTLM is refused for {}: RestrictReceivingNTLMTraffic is {}",
                                      whom, value))},
              false,
              fmt::format("The host refuses NTLM for {}.", whom)};
  std::optional<bool> domain = in_domain(host);
  if (auto refused = refused_for_it(c)) {
    found.certainty = Certainty::proven;
    found.explains = true;
    found.evidence.push_back(std::move(*refused));
  } else if (domain == false && value == deny_domain_accounts) {
    return excluded(
        fmt::format("it concerns domain accounts, and the host is in no domain ({})", fact.source));
  } else if (domain == false) {
    found.certainty = Certainty::likely;
    found.explains = true;
    found.evidence.push_back(
        line(host.system.domain, "the host is in no domain, so NTLM is what its accounts log on with"));
  } else {
    found.evidence.push_back({fact.source,
                              "it hits who connects by address or alias, out of reach of a domain controller "
                              "or by a local account; by the host's full name Kerberos is used"});
  }
  temper(host, "SYSTEM", found);
  return found;
}

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  const NumberFact& receiving = host->logon.restrict_receiving_ntlm;
  if (unreadable(receiving)) return needs_reading(receiving);
  if (receiving.get() && *receiving.get() != allow_all) return restricted(c, *host, receiving);
  const NumberFact& level = host->logon.lm_compatibility_level;
  if (unreadable(level)) return needs_reading(level);
  if (level.get() && largest_lm_level < *level.get()) {
    return Found{Certainty::possible,
                 {line(level, fmt::format("LmCompatibilityLevel is {}; it goes from 0 to {}", *level.get(),
                                          largest_lm_level))},
                 false,
                 "LmCompatibilityLevel has a value that does not exist."};
  }
  if (receiving.get()) return excluded(fmt::format("incoming NTLM is allowed ({})", receiving.source));
  return excluded_if_whole(*host, "SYSTEM",
                           fmt::format("incoming NTLM is not restricted ({})", receiving.source));
}

}  // namespace

Cause ntlm_restricted() {
  return {
      .id = "ntlm-restricted",
      .title = "The host's policy refuses NTLM.",
      .stage = Stage::nla,
      .machine = Machine::host,
      .topic = Topic::logon,
      .explanation =
          "The policy \"Restrict NTLM: Incoming NTLM traffic\" (RestrictReceivingNTLMTraffic: 1 refuses "
          "domain accounts, 2 all) makes the host turn away logons by NTLM. Clients use NTLM when they "
          "connect by address or alias, when no domain controller is in reach, and for local accounts; on a "
          "host without a domain that is everybody. RestrictSendingNTLMTraffic is about connections that "
          "this host makes itself, and does not matter to those who come in.",
      .tell_apart =
          "The value names it, and a client's 0xC0000418 proves it. Connecting by the host's full name, "
          "which uses Kerberos, passes in a domain. Members of Protected Users are refused NTLM without any "
          "setting on the host: ntlm-refused.",
      .advice = {"On the client, in a domain: connect by the host's full name (srv.corp.example), not by "
                 "address or alias: that uses Kerberos.",
                 "On the host, PowerShell as administrator, what was blocked and for whom:   Get-WinEvent "
                 "-LogName Microsoft-Windows-NTLM/Operational -MaxEvents 20",
                 "On the host: secpol.msc > Local Policies > Security Options > Network security: Restrict "
                 "NTLM: Incoming NTLM traffic.",
                 "On the host, as administrator, which policy sets it, to be changed there:   gpresult /h "
                 "C:\\gpresult.html"},
      .codes = {{"ntstatus", 0xC0000418, Certainty::possible,
                 "policy forbids NTLM, on the host or beyond it"}},
      .covers = {"ntlm-refused"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
