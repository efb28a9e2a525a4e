// What Windows' firewall on the client does with connections to the target. All pure.
#pragma once

#include <optional>
#include <vector>

#include "causes/engine/client_views.h"

namespace rdpdoctor::causes {

// A rule, or a profile's default, that stops what goes out to the target over TCP.
struct OutboundBlock {
  EvidenceLine line;
  bool of_program = false;  // it names Remote Desktop's client, so that other programs pass
  bool limited = false;     // it holds under conditions of which it is not known whether they are met
};
// Of profiles that are on; the surest first.
[[nodiscard]] std::vector<OutboundBlock> outbound_blocks(const CaseFile& c, const ClientFacts& client);

// The rule that lets Remote Desktop's client out to the target where a profile blocks by default; nullptr:
// none.
[[nodiscard]] const evidence::FirewallRule* client_let_out(const CaseFile& c, const ClientFacts& client);

// What would have to be read before it can be said that nothing blocks; none if all was.
[[nodiscard]] std::optional<Untested> outbound_unread(const ClientFacts& client);

}  // namespace rdpdoctor::causes
