#include "analyze/tcp_copies.h"

#include <algorithm>
#include <cstdlib>

namespace rdpdoctor::analyze {

bool TcpCopies::is_copy(const wire::DecodedPacket& p, std::int64_t at_us) {
  // Whoever sends again gives the packet a new Identification, and does not do so within a millisecond.
  // Where there is none (IPv6, or 0) only the time tells.
  constexpr std::int64_t soon_us = 1000;
  constexpr std::int64_t soon_with_id_us = 20'000;
  const auto flags = static_cast<std::uint8_t>((p.tcp.syn ? 1U : 0U) | (p.tcp.fin ? 2U : 0U) |
                                               (p.tcp.rst ? 4U : 0U) | (p.tcp.ack ? 8U : 0U));
  const Known now{p.tcp.sequence, p.acknowledgment, p.payload_bytes, p.from.port,
                  p.ip_id,        p.window,         flags,           at_us};
  for (const Known& k : known_) {
    if (k.sequence != now.sequence || k.length != now.length || k.flags != now.flags ||
        k.ip_id != now.ip_id || k.acknowledgment != now.acknowledgment || k.window != now.window ||
        k.from_port != now.from_port || k.at_us == 0)
      continue;
    if (std::abs(at_us - k.at_us) <= (p.ip_id != 0 ? soon_with_id_us : soon_us)) return true;
  }
  known_[next_] = now;
  next_ = (next_ + 1) % known_.size();
  return false;
}

}  // namespace rdpdoctor::analyze
