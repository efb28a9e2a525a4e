#include "causes/engine/hops.h"

#include "fmt/core.h"

namespace rdpdoctor::causes {

std::optional<Distance> distance_of(std::uint32_t ttl) {
  if (ttl == 0 || 255 < ttl) return std::nullopt;
  for (std::uint32_t initial : {64U, 128U, 255U}) {
    if (ttl <= initial) return Distance{initial, initial - ttl};
  }
  return std::nullopt;
}

Compared compare_ttl(std::uint32_t ttl, std::uint32_t reference) {
  auto one = distance_of(ttl), other = distance_of(reference);
  if (!one || !other) return Compared::not_told;
  if (ttl == reference) return Compared::same;
  if (one->hops == other->hops) return Compared::beside;
  return one->hops < other->hops ? Compared::nearer : Compared::farther;
}

std::string hop_words(std::uint32_t ttl) {
  auto distance = distance_of(ttl);
  if (!distance) return "";
  if (distance->hops == 0) return fmt::format("next to this machine (TTL {})", ttl);
  return fmt::format("{} {} away (TTL {})", distance->hops, distance->hops == 1 ? "hop" : "hops", ttl);
}

}  // namespace rdpdoctor::causes
