#include "cli/client_log_window.h"

#include <doctest/doctest.h>

namespace rdpdoctor::cli {
namespace {

const Instant now = from_civil(2026, 11, 21, 14, 5, 0);

}  // namespace

TEST_CASE("the window ends now and begins a span before, or lies around an instant") {
  const auto usual = log_window("", "", now);
  REQUIRE(usual);
  CHECK(to_rfc3339(usual->from) == "2026-11-21T13:50:00Z");
  CHECK_FALSE(usual->to);
  CHECK(to_rfc3339(log_window("2h", "", now)->from) == "2026-11-21T12:05:00Z");
  const auto around = log_window("", "2026-11-20T08:00:00.5Z", now);
  REQUIRE(around);
  CHECK(to_rfc3339(around->from) == "2026-11-20T07:55:00.500Z");
  CHECK(to_rfc3339(around->to.value()) == "2026-11-20T08:05:00.500Z");
  for (const char* bad : {"15", "m", "-3m", "' or '1'='1"}) CHECK_FALSE(log_window(bad, "", now).has_value());
  for (const char* bad : {"yesterday", "2026-11-20", "08:00"})
    CHECK_FALSE(log_window("", bad, now).has_value());
}

TEST_CASE("a query asks for the time, and of System for Schannel's events alone") {
  const auto& [operational, analytic, system] = client_log_channels;
  CHECK(event_query(operational, {now, std::nullopt}) ==
        "*[System[TimeCreated[@SystemTime>='2026-11-21T14:05:00.000Z']]]");
  CHECK(event_query(system, {now, Instant{now.ms + 1}}) ==
        "*[System[Provider[@Name='Schannel'] and TimeCreated[@SystemTime>='2026-11-21T14:05:00.000Z' and "
        "@SystemTime<='2026-11-21T14:05:00.001Z']]]");
  CHECK(member_name(analytic.channel) == "Microsoft-Windows-TerminalServices-RDPClient_Analytic.xml");
}

}  // namespace rdpdoctor::cli
