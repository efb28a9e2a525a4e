// What only a running Windows tells, asked wherever these tests run: on another system and under Wine, which
// has most of it in name only, nothing may come out as absent or empty that was not read.
#include <doctest/doctest.h>

#include "host/live/client_text.h"
#include "host/live/event_channels.h"
#include "host/live/filter_drops.h"
#include "host/live/live.h"
#include "host/live/security_products.h"

namespace rdpdoctor::host {
namespace {

template <class T>
bool read_or_said_why(const Reading<T>& r) {
  INFO(r.why);
  if (!is_windows()) return r.state == Presence::unreadable && r.why.contains("does not run Windows");
  return r.state == Presence::present || (r.state == Presence::unreadable && !r.why.empty());
}
template <class T>
bool absent_or_said_why(const Reading<T>& r) {
  return (is_windows() && r.state == Presence::absent) || (r.state == Presence::unreadable && !r.why.empty());
}

constexpr const char* no_channel = "rdpdoctor-test/No-Such-Channel";

}  // namespace

TEST_CASE("an event channel that every Windows has is never absent, and one that none has never there") {
  CHECK(read_or_said_why(channel_enabled("System")));
  CHECK(read_or_said_why(channel_events("System", "*", 5)));
  CHECK(absent_or_said_why(channel_enabled(no_channel)));
  CHECK(absent_or_said_why(channel_events(no_channel, "*", 5)));
}

TEST_CASE("a channel that is not there, or can't be asked for, is not turned on, and that is said") {
  const auto done = enable_channel(no_channel, true);
  REQUIRE_FALSE(done.has_value());
  CHECK_FALSE(to_text(done.error()).empty());
}

TEST_CASE("drops of the filtering platform are read, or it is said why not") {
  CHECK(read_or_said_why(read_filter_drops()));
}

TEST_CASE("registered security products are read, or it is said why not; absent says that it is a server") {
  const auto products = read_security_products();
  if (products.state == Presence::absent)
    CHECK(products.why.contains("Windows Server"));
  else
    CHECK(read_or_said_why(products));
}

TEST_CASE("the client's own words for a code are read, or it is said why not") {
  const auto words = client_error_text(0x904, 7);
  if (words.state == Presence::present)
    CHECK_FALSE(words.value.empty());
  else
    CHECK(absent_or_said_why(words));
}

}  // namespace rdpdoctor::host
