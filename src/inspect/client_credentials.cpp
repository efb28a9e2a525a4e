// What the Credential Manager keeps for Remote Desktop: whose name for which target, never the secret.
#include "base/text.h"
#include "inspect/client_topics.h"

namespace rdpdoctor::inspect {

void inspect_client_credentials(host::Host& host, const Target&, ClientFacts& facts) {
  static constexpr std::size_t most_kept = 500;
  auto all = host.saved_credentials();
  facts.credentials = {all.state, {}, printable(all.why)};
  for (const host::SavedCredential& saved : all.value) {
    if (facts.credentials.value.size() == most_kept) break;
    if (!lower(saved.target).starts_with("termsrv/")) continue;
    facts.credentials.value.push_back({.target = printable(saved.target),
                                       .user = printable(saved.user),
                                       .kind = printable(saved.kind),
                                       .written = saved.written});
  }
}

}  // namespace rdpdoctor::inspect
