#include "analyze/alignment.h"

#include <doctest/doctest.h>

namespace rdpdoctor::analyze {

TEST_CASE("two clocks are aligned by the one shift that most moments share") {
  std::vector<std::int64_t> left{0, 10'000, 25'000, 100'000};
  std::vector<std::int64_t> right{62'300, 72'310, 87'290, 162'305, 500'000};
  auto found = align(left, right);
  REQUIRE(found);
  CHECK(found->ahead_ms >= 62'290);
  CHECK(found->ahead_ms <= 62'310);
  CHECK(found->pairs.size() == 4);
  CHECK(found->pairs[3].left == 3);
  CHECK(found->pairs[3].right == 3);
}

TEST_CASE("a single pair aligns only when nothing else could") {
  auto one = align({5'000}, {7'500});
  REQUIRE(one);
  CHECK(one->ahead_ms == 2'500);
  CHECK_FALSE(align({5'000}, {7'500, 60'000}));
  CHECK_FALSE(align({5'000}, {5'000 + 3'600'000}));
}

TEST_CASE("moments at even distances fit several shifts and align nothing") {
  std::vector<std::int64_t> left{0, 60'000, 120'000};
  std::vector<std::int64_t> right{1'000, 61'000, 121'000, 181'000, 241'000};
  CHECK_FALSE(align(left, right));
}

TEST_CASE("nothing aligns with nothing") {
  CHECK_FALSE(align({}, {}));
  CHECK_FALSE(align({1}, {}));
  CHECK(median({}) == 0);
  CHECK(median({5, 1, 9}) == 5);
}

}  // namespace rdpdoctor::analyze
