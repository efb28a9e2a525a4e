// Who sent the RSTs that ended connections: each one's TTL against that of what the host itself sent on the
// same connection. Only where this process may watch packets. All pure.
#pragma once

#include "causes/engine/hops.h"
#include "causes/engine/views.h"

namespace rdpdoctor::causes {

struct ResetSender {
  Compared where = Compared::not_told;  // the sender of the first RST, beside the host
  std::uint32_t reset_ttl = 0;
  std::uint32_t host_ttl = 0;  // of the host's data; of its SYN-ACK where there was none
  bool by_data = false;        // the host had sent data: a firewall that accepts for it is no answer
};
[[nodiscard]] ResetSender reset_sender(const Connection& c);

// Connections ended by RST, by who sent it.
struct ResetSenders {
  Connections elsewhere;   // nearer than the host, or of another distance than its data
  Connections beside;      // as far away as the host, but another TTL to begin with: another machine
  Connections host;        // the host's own TTL
  Connections behind;      // farther than what accepted the connection, which has sent nothing else
  bool unwatched = false;  // some were ended by RST while packets could not be watched
  [[nodiscard]] bool told() const {
    return !elsewhere.empty() || !beside.empty() || !host.empty() || !behind.empty();
  }
};
[[nodiscard]] ResetSenders reset_senders(const Connections& ended_by_reset);

// The RSTs that ended a ClientHello, or the handshake after it.
[[nodiscard]] ResetSenders hello_resets(const CaseFile& c);
// The RSTs that ended standard attempts before a whole answer to the connection request.
[[nodiscard]] ResetSenders request_resets(const CaseFile& c);

// Every RST whose sender is told came from elsewhere, on two connections at least.
[[nodiscard]] bool all_from_elsewhere(const ResetSenders& senders);
// Every RST whose sender is told carries the host's own TTL, and none is untold.
[[nodiscard]] bool all_from_host(const ResetSenders& senders);

// "the RST came from 1 hop away (TTL 63), the host is 3 hops away (TTL 125), 4 of 4".
[[nodiscard]] std::string sender_words(const Connections& some, std::size_t of_all);

}  // namespace rdpdoctor::causes
