// The machine as the one that connects: one topic a file, client_NAME.cpp.
#include "inspect/inspect.h"

namespace rdpdoctor::inspect {

void inspect_client(host::Host& host, Instant now, evidence::CaseFile& c, const Tick& tick) {
  evidence::ClientFacts& facts = c.client.emplace();
  facts.kind = host.kind();
  facts.source = host.name();
  facts.read_at = now;
  if (tick) static_cast<void>(tick("client"));
}

}  // namespace rdpdoctor::inspect
