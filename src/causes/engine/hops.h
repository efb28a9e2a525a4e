// How far away a packet's sender is, by the TTL (IPv6: hop limit) with which the packet arrived. Systems
// begin with 64, 128 or 255, and every router takes one: a sender of the same distance and the same beginning
// may be the same machine, one of another distance is not. All pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace rdpdoctor::causes {

struct Distance {
  std::uint32_t initial = 0;  // 64 (Linux and most others), 128 (Windows), 255 (network devices)
  std::uint32_t hops = 0;     // routers in between
};
// None for 0 (not told) and for what no IP packet can carry.
[[nodiscard]] std::optional<Distance> distance_of(std::uint32_t ttl);

enum class Compared { not_told, same, nearer, farther, beside };  // beside: as far, but another machine
// Where the sender of a packet that arrived with `ttl` is, seen from us, beside the sender of `reference`.
[[nodiscard]] Compared compare_ttl(std::uint32_t ttl, std::uint32_t reference);

// "2 hops away (TTL 62)", "next to this machine (TTL 64)"; "" when not told.
[[nodiscard]] std::string hop_words(std::uint32_t ttl);

}  // namespace rdpdoctor::causes
