// Judges whether the client is in FIPS mode and the host offers nothing that it allows.
#include <algorithm>

#include "base/text.h"
#include "causes/engine/client_views.h"
#include "causes/engine/tcp_views.h"
#include "causes/engine/tls_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

// Of the suites that hosts choose, those that FIPS mode leaves: AES, and 3DES where it still is.
// [Microsoft, "TLS Cipher Suites in Windows 11" and its sisters, what holds with FIPS mode enabled]
bool allowed_by_fips(std::string_view suite) {
  const std::string name = lower(suite);
  return name.contains("_aes_") || name.contains("_3des_");
}

// Answers to offers that hold AES: what a host picks of "legacy-ciphers" was all it was given.
Connections with_choice(const CaseFile& c) {
  return finished(c, [](const Connection& conn) {
    return tls_answered(conn) && !conn.tls.cipher.empty() && conn.asked.tls != "legacy-ciphers";
  });
}

bool without_tls(const Connection& c) {
  return c.x224.outcome == evidence::X224Outcome::confirmed && c.x224.selected.value_or(0) == 0;
}

Found only_others(const ClientFacts& client, const Connections& answered) {
  constexpr std::size_t enough = 2;  // one may be the host's taste
  return {enough <= answered.size() ? Certainty::likely : Certainty::possible,
          {line(client.fips, "FIPS mode is on: AES and 3DES suites only" + policy_words(client.fips)),
           {source("tls", answered), fmt::format("the host chooses {}, which FIPS mode does not allow, {}",
                                                 printable(answered.front()->tls.cipher, 60),
                                                 share(answered.size(), answered.size()))}},
          true,
          "The client is in FIPS mode, and the host uses what that forbids."};
}

Verdict judge_on(const CaseFile& c, const ClientFacts& client) {
  const Connections own = filter(system_handshakes(c), [](const Connection& conn) {
    return conn.tls.outcome == evidence::TlsOutcome::completed;
  });
  if (!own.empty()) return excluded("FIPS mode is on, and this system's own TLS completes the handshake");
  if (all_of(standards(c), without_tls)) {
    return Found{Certainty::possible,
                 {line(client.fips, "FIPS mode is on" + policy_words(client.fips)),
                  {source("x224", standards(c)),
                   "the host uses RDP's own security, of which FIPS mode takes the FIPS level alone"}},
                 failing_stage(c) == Stage::session,
                 ""};
  }
  const Connections answered = with_choice(c);
  if (answered.empty()) return needs_probe();
  const bool allowed =
      any_of(answered, [](const Connection& conn) { return allowed_by_fips(conn.tls.cipher); });
  if (allowed) return excluded("FIPS mode is on, and the host chooses a suite that it allows");
  return only_others(client, answered);
}

Verdict judge(const CaseFile& c) {
  const ClientFacts* client = client_of(c);
  if (!client) return needs_client_look();
  if (unreadable(client->fips)) return needs_reading(client->fips);
  const std::uint32_t* fips = client->fips.get();
  if (!fips || *fips == 0)
    return excluded(fmt::format("FIPS mode is {} ({})", fips ? "off" : "not set", client->fips.source));
  return judge_on(c, *client);
}

}  // namespace

Cause client_fips() {
  return {
      .id = "client-fips",
      .title = "The client is in FIPS mode, and the host offers nothing that this allows.",
      .stage = Stage::tls,
      .machine = Machine::client,
      .explanation =
          "FIPS mode on the client leaves Schannel its AES and 3DES suites, and of RDP's own security the "
          "FIPS level "
          "alone. Windows hosts have them. A server of another kind, or a gateway before the host, that "
          "insists on "
          "ChaCha20 or RC4 shares nothing with such a client.",
      .tell_apart =
          "The suite that the host chooses is in the report. If it is an AES suite, FIPS mode is not the "
          "reason; if "
          "clients without FIPS mode fail as well it is not either.",
      .advice =
          {"On the client, whether it is set (Enabled 1):   reg query "
           "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\FIPSAlgorithmPolicy",
           "Where rules demand FIPS mode: leave it on, and let the host offer an AES suite with TLS 1.2.",
           "On the client: secpol.msc > Local Policies > Security Options > System cryptography: Use FIPS "
           "compliant algorithms; restart after a change."},
      .codes = {{"disconnect", 0x904, Certainty::possible, "the handshake ended, and with it the socket"},
                {"schannel", 0x80090331, Certainty::possible, "the two sides have no suite in common"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
