#include "cli/watch_time.h"

#include <doctest/doctest.h>

#include <string>

namespace rdpdoctor::cli {

TEST_CASE("a span is a whole number and its unit") {
  using namespace std::chrono_literals;
  CHECK(span_of("90s") == 90s);
  CHECK(span_of("10m") == 10min);
  CHECK(span_of("2h") == 2h);
  CHECK(span_of("365d") == 365 * 24h);
  for (auto bad :
       {"", "s", "10", "10x", "1.5h", "-3m", "+3m", " 3m", "3 m", "0s", "366d", "99999999999999999999s"}) {
    INFO(bad);
    CHECK_FALSE(span_of(bad));
  }
}

TEST_CASE("a log's name is one that every file system takes") {
  Instant at = from_civil(2026, 11, 21, 3, 4, 5);
  CHECK(watch_log_name("srv-1.corp.example", at) == "rdpdoctor-watch-srv-1.corp.example-2026-11-21.jsonl");
  CHECK(watch_log_name("fe80::1%eth0", at) == "rdpdoctor-watch-fe80__1_eth0-2026-11-21.jsonl");
  CHECK(watch_log_name("../x", at) == "rdpdoctor-watch-.._x-2026-11-21.jsonl");
}

}  // namespace rdpdoctor::cli
