// Judges whether the host's clock and ours differ by more than authentication tolerates.
#include <algorithm>
#include <cstdlib>

#include "base/text.h"
#include "causes/engine/certificates.h"
#include "causes/engine/nla_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {

Cause clock_skew();

namespace {

constexpr std::int64_t minute_ms = 60 * 1000;
constexpr std::int64_t kerberos_allows_ms = 5 * minute_ms;  // RFC 4120 1.6, Windows' default
constexpr std::uint32_t STATUS_TIME_DIFFERENCE_AT_DC = 0xC0000133;

// A field that was never filled in gives 1601 or a year far ahead: no clock.
constexpr Instant year_2000{946684800000};
constexpr Instant year_2100{4102444800000};

bool plausible(const Instant& when) {
  return year_2000.ms <= when.ms && when.ms < year_2100.ms;
}

// In a domain, Kerberos counts the minutes. NTLM doesn't: a client answers with the time that the challenge
// told it
// ([MS-NLMP] 3.3.2). The names in the challenge tell a member from a machine on its own.
bool in_domain(const Connection& c) {
  const std::string& domain = c.nla.netbios_domain_name;
  return !domain.empty() && !equal_ignoring_case(domain, c.nla.netbios_computer_name);
}

// Whether Kerberos is used is not seen here, so only a code that is about clocks makes this an explanation.
bool complained_of(const CaseFile& c) {
  if (!c.complaint) return false;
  Cause self = clock_skew();
  return std::ranges::any_of(self.codes, [&](const CodeFit& fit) { return fit.value == c.complaint->code; });
}

std::string rounded(std::int64_t ms) {
  ms = std::abs(ms);
  std::int64_t unit = ms < minute_ms ? 1000 : minute_ms;
  return span_words((ms + unit / 2) / unit * unit);
}

Found differ(const CaseFile& c, const Clocks& both) {
  Found found{Certainty::proven, {}, complained_of(c), "", {}};
  found.evidence.push_back({source("nla", *both.where),
                            fmt::format("the host's clock is {} {} ours: {} against {}",
                                        rounded(both.ahead_ms()), both.ahead_ms() < 0 ? "behind" : "ahead of",
                                        to_rfc3339(both.host), to_rfc3339(both.ours))});
  std::string domain = both.where->nla.netbios_domain_name;
  found.evidence.push_back(
      {source("nla", *both.where),
       in_domain(*both.where)
           ? "the host is a member of " + domain + ": Kerberos bears five minutes, NTLM bears the difference"
           : "the host is in no domain, and NTLM bears the difference"});
  found.evidence.push_back({source("nla", *both.where), "which of the two is wrong can't be told from here"});
  return found;
}

Verdict judge(const CaseFile& c) {
  auto both = clocks(c);
  if (both && plausible(both->host) && plausible(both->ours)) {
    if (kerberos_allows_ms < std::abs(both->ahead_ms())) return differ(c, *both);
    return excluded("the host's clock and ours agree to within " + rounded(both->ahead_ms()));
  }
  Connections said = filter(
      nla_rounds(c), [](const Connection& r) { return r.nla.error_code == STATUS_TIME_DIFFERENCE_AT_DC; });
  if (!said.empty()) {
    return Found{Certainty::likely,
                 {{source("nla", said), "the host says that clocks differ (0xC0000133)"}},
                 true,
                 "",
                 {}};
  }
  if (both) return needs("the host's clock: its answer carries no plausible time");
  if (nla_rounds(c).empty()) return no_nla_round(c);
  return needs(need::clocks);
}

}  // namespace

Cause clock_skew() {
  return {
      .id = "clock-skew",
      .title = "The host's clock and the client's differ too much.",
      .stage = Stage::nla,
      .machine = Machine::host,
      .explanation =
          "Kerberos accepts a difference of five minutes between the machines and their domain controller, "
          "and certificates are judged by whoever looks at his own clock. A machine that woke from a "
          "snapshot, lost its battery, or takes its time from the wrong source (its hypervisor, a dead time "
          "server) fails at logon although network, certificate and password are right.",
      .tell_apart =
          "The host tells its clock in the NTLM challenge, so the difference is read, not guessed; it does "
          "not tell whose clock is wrong. A certificate that is expired for one side and valid for the "
          "other is the same fault seen from TLS.",
      .advice = {"On both machines, the time source:   w32tm /query /status",
                 "On both machines, the distance to a third clock:   w32tm /stripchart /computer:TIMESERVER "
                 "/samples:3 /dataonly",
                 "On the one that is wrong, as administrator:   w32tm /resync /rediscover",
                 "In a domain: members take their time from the domain controllers, and only the PDC "
                 "emulator from outside."},
      .fixes = {"sync-clock"},
      .codes = {{"disconnect", 0x1D07, Certainty::likely,
                 "the client says that the clocks are too far apart"},
                {"disconnect", 0x1B07, Certainty::possible, "a certificate looks expired by a wrong clock"},
                {"ntstatus", 0xC0000133, Certainty::likely, "the clocks differ too much for Kerberos"},
                {"schannel", 0x80090324, Certainty::likely, "the clocks differ too much"},
                {"schannel", 0x80090328, Certainty::possible,
                 "a certificate looks expired by a wrong clock"}},
      .events = {{"Security-Auditing", 4625, "0xC0000133", Certainty::likely,
                  "a logon failed by the difference of two clocks"},
                 {"Security-Auditing", 4771, "Status=0x25", Certainty::likely,
                  "Kerberos refused a logon by the difference of two clocks", EventWeight::note}},
      .signs = {{"mstsc-time-difference", Certainty::likely, "the client says that the clocks differ"},
                {"kerberos-clock", Certainty::likely, "Kerberos says that the clocks differ"},
                {"mstsc-certificate-expired", Certainty::possible,
                 "a wrong clock makes a good certificate look expired"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
