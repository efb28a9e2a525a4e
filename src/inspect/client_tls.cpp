// What this machine's own TLS and CredSSP may do as a client.
#include "inspect/client_topics.h"
#include "inspect/readings.h"
#include "inspect/schannel.h"

namespace rdpdoctor::inspect {

void inspect_client_tls(host::Host& host, const Target&, ClientFacts& facts) {
  std::vector<evidence::TextFact> wrong_types;  // each is unreadable in its own place, and says so
  facts.protocols = schannel_protocols(host, "Client", wrong_types);
  facts.cipher_suites = cipher_suites(host);
  facts.fips = fips_mode(host);
  facts.encryption_oracle = number(host, credssp_policy, "AllowEncryptionOracle");
  facts.restrict_sending_ntlm = number(host, ntlm_key, "RestrictSendingNTLMTraffic");
}

}  // namespace rdpdoctor::inspect
