// What Schannel may use, for either side: topic_tls.cpp.
#pragma once

#include "evidence/host_policy_facts.h"
#include "host/host.h"

namespace rdpdoctor::inspect {

// TLS 1.0 to 1.3, all four. `side`: "Server", "Client". Values that are no REG_DWORD go to `wrong_types`.
[[nodiscard]] std::vector<evidence::ProtocolFacts> schannel_protocols(
    host::Host& host, std::string_view side, std::vector<evidence::TextFact>& wrong_types);
[[nodiscard]] evidence::Fact<std::vector<std::string>> cipher_suites(host::Host& host);  // policy over local
[[nodiscard]] evidence::NumberFact fips_mode(host::Host& host);

}  // namespace rdpdoctor::inspect
