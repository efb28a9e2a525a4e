// Judges what the client's AllowEncryptionOracle makes of this host's CredSSP.
#include "causes/engine/client_views.h"
#include "causes/engine/nla_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

// AllowEncryptionOracle. [Microsoft, KB4093492] As a client both 0 and 1 refuse a host without the update.
constexpr std::uint32_t force_updated_clients = 0, mitigated = 1, vulnerable = 2;
constexpr std::uint32_t first_changed_version = 5;  // [MS-CSSP] 2.2.1: 5 and 6 have the change of 2018

std::string_view word_of(std::uint32_t value) {
  static constexpr std::string_view words[] = {"Force Updated Clients", "Mitigated", "Vulnerable"};
  return value < std::size(words) ? words[value] : "no known value";
}

Connections with_version(const CaseFile& c) {
  return filter(nla_rounds(c), [](const Connection& conn) { return conn.nla.version.has_value(); });
}

EvidenceLine value_line(const ClientFacts& client, std::string_view then) {
  const std::uint32_t value = *client.encryption_oracle.get();
  return line(client.encryption_oracle,
              fmt::format("AllowEncryptionOracle is {}, {}: {}", value, word_of(value), then));
}

Found open_to_attack(const ClientFacts& client, const Connections& told) {
  Found found{Certainty::proven,
              {value_line(client, "the client takes part in what CVE-2018-0886 abuses" +
                                      policy_words(client.encryption_oracle))},
              false,
              "The client is open to the CredSSP attack of 2018 by its own policy."};
  if (!told.empty() && first_changed_version <= *told.front()->nla.version)
    found.evidence.push_back(
        {source("nla", told),
         fmt::format("this host does not need it: it speaks CredSSP {}", *told.front()->nla.version)});
  return found;
}

Verdict judge(const CaseFile& c) {
  const ClientFacts* client = client_of(c);
  if (!client) return needs_client_look();
  const evidence::NumberFact& oracle = client->encryption_oracle;
  if (unreadable(oracle)) return needs_reading(oracle);
  const std::uint32_t* value = oracle.get();
  if (!value)
    return excluded(fmt::format("AllowEncryptionOracle is not set, which is right ({})", oracle.source));
  const Connections told = with_version(c);
  if (*value == vulnerable) return open_to_attack(*client, told);
  if (*value != force_updated_clients && *value != mitigated)
    return needs(fmt::format("what AllowEncryptionOracle {} means ({})", *value, oracle.source));
  if (told.empty()) return no_nla_round(c);
  const std::uint32_t version = *told.front()->nla.version;
  if (first_changed_version <= version)
    return excluded(
        fmt::format("the host speaks CredSSP {}, which AllowEncryptionOracle {} takes", version, *value));
  return Found{Certainty::likely,
               {value_line(*client, "it refuses hosts without the update of 2018, as it should"),
                {source("nla", told),
                 fmt::format("the host answers with CredSSP version {}, from before it", version)}},
               true,
               "The client's policy refuses this host, which lacks the CredSSP update of 2018."};
}

}  // namespace

Cause client_credssp_policy() {
  return {
      .id = "client-credssp-policy",
      .title = "The client's CredSSP policy does not fit the host, or is weakened.",
      .stage = Stage::nla,
      .machine = Machine::client,
      .explanation =
          "AllowEncryptionOracle on the client says how it treats hosts without the update against "
          "CVE-2018-0886: 0 "
          "and 1 refuse them, which is also what Windows does where nothing is set; 2 talks to them and "
          "leaves the "
          "logon open to that attack. It was the workaround of 2018 and was forgotten on many machines, so "
          "it is "
          "reported wherever it stands.",
      .tell_apart =
          "The host's CredSSP version is in its first answer: below 5 it lacks the update and any current "
          "client "
          "refuses it (credssp-version-mismatch). The value names the rest. The host's own value is "
          "credssp-policy.",
      .advice =
          {"On the host: install its updates (any cumulative update since May 2018); then no value is "
           "needed.",
           "On the client, what is set (absent, 0 or 1 is right):   reg query "
           "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\CredSSP\\Parameters",
           "On the client, as administrator, if it is 2 (undo: the old value):   reg delete "
           "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\CredSSP\\Parameters /v "
           "AllowEncryptionOracle /f",
           "A host that can be updated only through Remote Desktop: use its console, the hypervisor or "
           "PowerShell remoting.",
           "Do not set it to 2: it opens the client to that attack."},
      .codes = {{"disconnect", 0x906, Certainty::possible, "the client's security layer gave up"},
                {"schannel", 0x80090302, Certainty::possible,
                 "the function that was asked for is not supported"}},
      .signs = {{"mstsc-credssp-oracle", Certainty::possible, "the client names the CredSSP change of 2018"},
                {"mstsc-function-not-supported", Certainty::possible,
                 "the usual reason of these words since 2018"}},
      .covers = {"credssp-version-mismatch"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
