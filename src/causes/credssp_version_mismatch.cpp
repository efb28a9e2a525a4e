// Judges whether the host's CredSSP lacks the change of 2018 that current clients insist on.
#include "causes/engine/nla_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

constexpr std::uint32_t first_changed_version = 5;  // [MS-CSSP] 2.2.1: 5 and 6 protect against CVE-2018-0886

Verdict judge(const CaseFile& c) {
  Connections rounds = nla_rounds(c);
  if (rounds.empty()) return no_nla_round(c);
  Connections told = filter(rounds, [](const Connection& r) { return r.nla.version.has_value(); });
  if (told.empty()) return needs(need::further);
  std::uint32_t version = *told.front()->nla.version;
  if (first_changed_version <= version) {
    return excluded(fmt::format("the host speaks CredSSP {}, which has the change of 2018", version));
  }
  return Found{
      Certainty::likely,
      {{source("nla", told), fmt::format("the host answers with CredSSP version {}; the change of 2018 "
                                         "(CVE-2018-0886) came with versions 5 and 6",
                                         version)},
       {source("nla", told), "updated Windows clients refuse such a host once credentials are to be sent"}},
      true,
      ""};
}

}  // namespace

Cause credssp_version_mismatch() {
  return {
      .id = "credssp-version-mismatch",
      .title = "Client and host are on two sides of the CredSSP change of 2018.",
      .stage = Stage::nla,
      .machine = Machine::host,
      .explanation =
          "In 2018 CredSSP was changed against an attack on the logon (CVE-2018-0886, \"encryption "
          "oracle\"). "
          "A client with the update refuses, by default, a host without it; a host that is told to accept "
          "updated clients only refuses an old client. The connection ends after TLS, with a message that "
          "speaks of encryption oracle remediation. A host whose CredSSP version is below 5 has never had "
          "the update.",
      .tell_apart =
          "The host's version is in its first answer. If it is 5 or 6 the host is updated, and an old client "
          "or a strict policy (AllowEncryptionOracle) is the other possibility. A close without any answer "
          "is credssp-not-answered.",
      .advice = {"On the host: install its updates (any cumulative update since May 2018 has the change); "
                 "that ends it for all clients.",
                 "On the client, if that is the old one: update it.",
                 "A host that can be updated only through Remote Desktop: use its console, the hypervisor or "
                 "PowerShell remoting.",
                 "Do not lower AllowEncryptionOracle on the client: it opens the client to that attack."},
      .article_note = "Pages that have it mostly tell readers to switch the protection off.",
      .codes = {{"disconnect", 0x906, Certainty::possible, "the client's security layer gave up"},
                {"schannel", 0x80090302, Certainty::possible,
                 "the function that was asked for is not supported"},
                {"freerdp", 0x20009, Certainty::possible, "authentication failed"}},
      .signs = {{"mstsc-credssp-oracle", Certainty::likely, "the client names the CredSSP change of 2018"},
                {"mstsc-function-not-supported", Certainty::possible,
                 "the usual reason of these words since 2018"},
                {"mstsc-authentication-error", Certainty::possible, "NLA failed"},
                {"mstsc-message-altered", Certainty::possible, "the binding of NLA to TLS did not verify"},
                {"nla-failed", Certainty::possible, "NLA failed"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
