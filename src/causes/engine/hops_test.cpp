// Distances and senders by TTL.
#include "causes/engine/hops.h"

#include <doctest/doctest.h>

namespace rdpdoctor::causes {

TEST_CASE("a TTL tells where it began and how many routers took one") {
  CHECK(distance_of(64)->hops == 0);
  CHECK(distance_of(61)->hops == 3);
  CHECK(distance_of(61)->initial == 64);
  CHECK(distance_of(65)->initial == 128);
  CHECK(distance_of(128)->hops == 0);
  CHECK(distance_of(129)->initial == 255);
  CHECK(distance_of(255)->hops == 0);
  CHECK(distance_of(1)->hops == 63);
}

TEST_CASE("no TTL tells nothing") {
  CHECK_FALSE(distance_of(0));
  CHECK_FALSE(distance_of(256));
  CHECK(compare_ttl(0, 64) == Compared::not_told);
  CHECK(compare_ttl(64, 0) == Compared::not_told);
  CHECK(hop_words(0).empty());
}

TEST_CASE("senders are compared by hops, whatever their TTLs began with") {
  CHECK(compare_ttl(125, 125) == Compared::same);
  CHECK(compare_ttl(62, 125) == Compared::nearer);   // 2 hops against 3
  CHECK(compare_ttl(253, 125) == Compared::nearer);  // 2 hops against 3
  CHECK(compare_ttl(60, 125) == Compared::farther);  // 4 hops against 3
  CHECK(compare_ttl(61, 125) == Compared::beside);   // as far, but another system
}

TEST_CASE("a distance is said in hops, with the TTL that tells it") {
  CHECK(hop_words(64) == "next to this machine (TTL 64)");
  CHECK(hop_words(127) == "1 hop away (TTL 127)");
  CHECK(hop_words(61) == "3 hops away (TTL 61)");
}

}  // namespace rdpdoctor::causes
