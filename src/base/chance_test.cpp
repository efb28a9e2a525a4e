#include "base/chance.h"

#include <doctest/doctest.h>

namespace rdpdoctor {

TEST_CASE("the chance of a share is Fisher's") {
  // Fisher's tea: 3 of 4 right, 17/70.
  CHECK(chance_of_share(3, 4, 1, 4) == doctest::Approx(17.0 / 70));
  CHECK(chance_of_share(4, 4, 0, 4) == doctest::Approx(1.0 / 70));
  CHECK(chance_of_share(0, 4, 4, 4) == doctest::Approx(1.0));
  CHECK(chance_of_share(0, 9, 0, 9) == 1);
  CHECK(chance_of_share(3, 3, 0, 0) == 1);
  CHECK(chance_of_share(40, 40, 0, 4000) < 1e-60);
}

TEST_CASE("rows that are too few or too many are told from luck") {
  // three bad of six: 20 ways, 4 of them in one row, 4 in three
  CHECK(chance_of_few_rows(1, 3, 6) == doctest::Approx(4.0 / 20));
  CHECK(chance_of_few_rows(2, 3, 6) == doctest::Approx(16.0 / 20));
  CHECK(chance_of_many_rows(3, 3, 6) == doctest::Approx(4.0 / 20));
  CHECK(chance_of_few_rows(3, 3, 6) == doctest::Approx(1.0));
  CHECK(chance_of_few_rows(1, 20, 60) < 1e-10);
  CHECK(chance_of_many_rows(20, 20, 60) < 1e-3);
  CHECK(chance_of_few_rows(1, 0, 6) == 1);
  CHECK(chance_of_few_rows(1, 6, 6) == 1);
}

TEST_CASE("one given choice is one of all there are") {
  CHECK(chance_of_choice(11, 16) == doctest::Approx(1.0 / 4368));
  CHECK(chance_of_choice(0, 5) == doctest::Approx(1.0));
  CHECK(chance_of_choice(6, 5) == 1);
}

}  // namespace rdpdoctor
