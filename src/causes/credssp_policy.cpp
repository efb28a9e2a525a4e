// Judges what the host's policy makes of CredSSP, which carries Network Level Authentication.
#include <algorithm>

#include "base/text.h"
#include "causes/engine/policy_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

using evidence::ListenerFacts;

// AllowEncryptionOracle. [Microsoft, KB4093492]
constexpr std::uint32_t force_updated_clients = 0, mitigated = 1, vulnerable = 2;

bool lists(std::string_view libraries, std::string_view wanted) {
  return std::ranges::any_of(split(libraries, ','), [&](std::string_view part) {
    std::string_view name = trim(part);
    return equal_ignoring_case(name.substr(name.rfind('\\') + 1), wanted);
  });
}

std::optional<Found> provider_missing(const HostFacts& host) {
  const evidence::TextFact& providers = host.logon.security_providers;
  const std::string* libraries = providers.get();
  if (!libraries || lists(*libraries, "credssp.dll")) return std::nullopt;
  Found found{Certainty::likely,
              {line(providers, fmt::format("credssp.dll is not among the security providers: \"{}\"",
                                           printable(*libraries)))},
              true,
              "The host does not load CredSSP, so Network Level Authentication can't work."};
  const ListenerFacts* listener = rdp_listener(host);
  const std::uint32_t* nla = listener ? listener->user_authentication.get() : nullptr;
  if (nla && *nla == 0) {
    found.certainty = Certainty::possible;
    found.explains = false;
    found.evidence.push_back(
        line(listener->user_authentication, "but NLA is not demanded: UserAuthentication is 0"));
  }
  return found;
}

std::optional<Found> oracle(const HostFacts& host) {
  const evidence::NumberFact& fact = host.logon.encryption_oracle;
  const std::uint32_t* value = fact.get();
  if (!value || *value == mitigated) return std::nullopt;
  if (*value == vulnerable) {
    return Found{Certainty::proven,
                 {line(fact,
                       "AllowEncryptionOracle is 2, Vulnerable: the host takes part in what "
                       "CVE-2018-0886 abuses")},
                 false,
                 "The host is open to the CredSSP attack of 2018 by its own policy."};
  }
  Found found{Certainty::possible, {}, false};
  found.note = true;
  if (*value == force_updated_clients) {
    found.evidence.push_back(line(fact,
                                  "AllowEncryptionOracle is 0, Force Updated Clients: clients without "
                                  "the updates of May 2018 are refused, as they should be"));
    found.headline = "The host refuses clients without the CredSSP updates of 2018.";
  } else {
    found.evidence.push_back(
        line(fact, fmt::format("AllowEncryptionOracle is {}; it goes from 0 to 2", *value)));
    found.headline = "AllowEncryptionOracle has a value that does not exist.";
  }
  return found;
}

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  const evidence::LogonPolicyFacts& logon = host->logon;
  // Windows XP and Server 2003 have no NLA, and load no CredSSP either.
  const ListenerFacts* listener = rdp_listener(*host);
  bool nla_known = listener && listener->user_authentication.get();
  if (!nla_known && unreadable(host->system.build)) return needs_reading(host->system.build);
  std::optional<Found> missing = provider_missing(*host);
  std::optional<Found> weak = oracle(*host);
  if (missing && weak)
    missing->evidence.insert(missing->evidence.end(), weak->evidence.begin(), weak->evidence.end());
  if (missing) {
    temper(*host, "SYSTEM", *missing);
    return *missing;
  }
  if (weak && !weak->note) {
    temper(*host, "SOFTWARE", *weak);
    return *weak;
  }
  if (unreadable(logon.encryption_oracle)) return needs_reading(logon.encryption_oracle);
  if (unreadable(logon.security_providers)) return needs_reading(logon.security_providers);
  if (weak) return *weak;
  std::string because =
      fmt::format("AllowEncryptionOracle is {} ({})",
                  logon.encryption_oracle.get() ? "1, Mitigated" : "not set", logon.encryption_oracle.source);
  if (absent(logon.encryption_oracle)) return excluded_if_whole(*host, "SOFTWARE", std::move(because));
  return excluded(std::move(because));
}

}  // namespace

Cause credssp_policy() {
  return {
      .id = "credssp-policy",
      .title = "The host's policy weakens or disables CredSSP.",
      .stage = Stage::nla,
      .machine = Machine::host,
      .topic = Topic::logon,
      .explanation =
          "CredSSP carries Network Level Authentication. AllowEncryptionOracle says how the host treats "
          "clients that lack the updates against CVE-2018-0886: 0 refuses them, 1 and no value take them, 2 "
          "is the workaround of 2018 that leaves both sides open to attack and was forgotten on many "
          "machines; it is reported wherever it stands. Apart from that, Windows loads CredSSP as one of "
          "its security providers: where credssp.dll was taken out of that list, NLA has nothing to work "
          "with.",
      .tell_apart =
          "The values name it. A client that is refused by 0 shows words of the encryption oracle: "
          "credssp-version-mismatch. A host that is silent after TLS is credssp-not-answered.",
      .advice =
          {"On both machines: install the current Windows updates; then no value is needed.",
           "On the host, what is set (absent, 0 or 1 is right):   reg query "
           "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\CredSSP\\Parameters",
           "On the host, as administrator, if it is 2 (undo: the old value):   reg delete "
           "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\CredSSP\\Parameters /v "
           "AllowEncryptionOracle /f",
           "On the host, whether credssp.dll is listed:   reg query "
           "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders /v SecurityProviders",
           "On the host, as administrator, which policy sets it, to be changed there:   gpresult /h "
           "C:\\gpresult.html"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
