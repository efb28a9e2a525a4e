#include "base/time.h"

#include <doctest/doctest.h>

#include <limits>

using namespace rdpdoctor;

namespace {
constexpr std::int64_t day = 86'400'000;
constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
}  // namespace

TEST_CASE("civil time counts from 1970") {
  CHECK(from_civil(1970, 1, 1, 0, 0, 0) == Instant{0});
  CHECK(from_civil(1969, 12, 31, 23, 59, 59) == Instant{-1000});
  CHECK(from_civil(2000, 2, 29, 0, 0, 0) == Instant{11'016 * day});
  CHECK(from_civil(2024, 3, 1, 0, 0, 0).ms - from_civil(2024, 2, 28, 0, 0, 0).ms == 2 * day);
  CHECK(from_civil(1900, 3, 1, 0, 0, 0).ms - from_civil(1900, 2, 28, 0, 0, 0).ms == day);
  CHECK(from_civil(2023, 13, 1, 0, 0, 0) == from_civil(2024, 1, 1, 0, 0, 0));
  CHECK(from_civil(2023, 0, 1, 0, 0, 0) == from_civil(2022, 12, 1, 0, 0, 0));
}

TEST_CASE("civil time does not overflow") {
  constexpr int low = std::numeric_limits<int>::min();
  constexpr int high = std::numeric_limits<int>::max();
  CHECK(from_civil(low, low, low, low, low, low) < Instant{0});
  CHECK(from_civil(high, high, high, high, high, high) > Instant{0});
}

TEST_CASE("an instant is written as RFC 3339") {
  CHECK(to_rfc3339(Instant{0}) == "1970-01-01T00:00:00Z");
  CHECK(to_rfc3339(Instant{-1}) == "1969-12-31T23:59:59.999Z");
  CHECK(to_rfc3339(from_civil(2026, 11, 21, 2, 18, 0)) == "2026-11-21T02:18:00Z");
  CHECK(to_rfc3339(Instant{5}) == "1970-01-01T00:00:00.005Z");
  CHECK(date_of(from_civil(2026, 11, 21, 23, 59, 59)) == "2026-11-21");
}

TEST_CASE("instants beyond the years 0001 to 9999 are clamped") {
  CHECK(to_rfc3339(Instant{least}) == "0001-01-01T00:00:00Z");
  CHECK(to_rfc3339(Instant{most}) == "9999-12-31T23:59:59.999Z");
  CHECK(date_of(Instant{least}) == "0001-01-01");
  CHECK(date_of(Instant{most}) == "9999-12-31");
}

TEST_CASE("RFC 3339 is read in all its forms") {
  CHECK(from_rfc3339("1970-01-01T00:00:00Z") == Instant{0});
  CHECK(from_rfc3339("1970-01-01t00:00:00z") == Instant{0});
  CHECK(from_rfc3339("1970-01-01 01:30:00+01:30") == Instant{0});
  CHECK(from_rfc3339("1969-12-31T22:00:00-02:00") == Instant{0});
  CHECK(from_rfc3339("1970-01-01T00:00:00.5Z") == Instant{500});
  CHECK(from_rfc3339("1970-01-01T00:00:00.123456789Z") == Instant{123});
  CHECK(from_rfc3339("2016-12-31T23:59:60Z") == from_civil(2017, 1, 1, 0, 0, 0));
}

TEST_CASE("what is not RFC 3339 is not an instant") {
  for (const char* text :
       {"", "1970", "1970-01-01", "1970-01-01T00:00:00", "1970-13-01T00:00:00Z", "1970-00-01T00:00:00Z",
        "2023-02-29T00:00:00Z", "1970-01-32T00:00:00Z", "1970-01-01T24:00:00Z", "1970-01-01T00:60:00Z",
        "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00ZZ", "1970-01-01T00:00:00+1:00", "+970-01-01T00:00:00Z",
        "0000-01-01T00:00:00Z", "1970-01-01T00:00:00Z\n", "1970/01/01T00:00:00Z"}) {
    CAPTURE(text);
    CHECK_FALSE(from_rfc3339(text).has_value());
  }
}

TEST_CASE("instants survive the way to text and back") {
  const Instant first = from_civil(1, 1, 1, 0, 0, 0);
  const Instant last{from_civil(9999, 12, 31, 23, 59, 59).ms + 999};
  CHECK(from_rfc3339(to_rfc3339(first)) == first);
  CHECK(from_rfc3339(to_rfc3339(last)) == last);
  for (std::int64_t ms = first.ms; ms < last.ms; ms += 9'876'543'210'123) {
    REQUIRE(from_rfc3339(to_rfc3339(Instant{ms})) == Instant{ms});
  }
  for (int n = 0; n < 146'097; ++n) {  // every day of one 400-year cycle
    const Instant noon{first.ms + n * day + day / 2};
    REQUIRE(from_rfc3339(to_rfc3339(noon)) == noon);
  }
}

TEST_CASE("file times count 100 ns from 1601") {
  CHECK(from_filetime(0) == from_civil(1601, 1, 1, 0, 0, 0));
  CHECK(from_filetime(116'444'736'000'000'000) == Instant{0});
  CHECK(to_filetime(Instant{0}) == 116'444'736'000'000'000);
  CHECK(to_filetime(from_filetime(133'500'000'000'010'000)) == 133'500'000'000'010'000);
}

TEST_CASE("file times at their extremes do not overflow") {
  CHECK(to_rfc3339(from_filetime(UINT64_MAX)) == "9999-12-31T23:59:59.999Z");
  CHECK(to_filetime(from_filetime(UINT64_MAX)) == UINT64_MAX / 10'000 * 10'000);
  CHECK(to_filetime(Instant{least}) == 0);
  CHECK(to_filetime(Instant{most}) == UINT64_MAX / 10'000 * 10'000);
}

TEST_CASE("spans are said in their largest whole unit") {
  CHECK(span_words(0) == "0 seconds");
  CHECK(span_words(999) == "999 milliseconds");
  CHECK(span_words(1000) == "1 second");
  CHECK(span_words(-180'000) == "3 minutes");
  CHECK(span_words(day - 1) == "23 hours");
  CHECK(span_words(2 * day - 1) == "1 day");
  CHECK(span_words(183 * day) == "183 days");
  CHECK(span_words(least) == "106751991167 days");
}

TEST_CASE("milliseconds are rounded for output, and what can't be is left alone") {
  CHECK(rdpdoctor::rounded_ms(1.23456) == 1.235);
  CHECK(rdpdoctor::rounded_ms(-0.0004) == 0.0);
  CHECK(rdpdoctor::rounded_ms(1e300) == 1e300);
}
