#include <doctest/doctest.h>

#include "net/echo_tally.h"
#include "net/test_machine.h"

using namespace rdpdoctor;
using namespace rdpdoctor::net;

namespace {

EchoRecord echo_now(const EchoRequest& request) {
  Reactor reactor;
  EchoRecord got;
  int calls = 0;
  reactor.echo(request, [&](const EchoRecord& record) {
    ++calls;
    got = record;
  });
  CHECK(calls == 0);
  reactor.run();
  CHECK(calls == 1);
  return got;
}

// This system may not let us, and Wine may not know how: then that is said.
bool was_done(const EchoRecord& record) {
  if (record.outcome == EchoRecord::Outcome::done) return true;
  CHECK(!record.problem.empty());
  CHECK(record.answers_ms.empty());
  return false;
}

}  // namespace

TEST_CASE("loopback answers each echo request once, of any size") {
  for (const char* address : {"127.0.0.1", "::1"}) {
    for (const std::uint32_t size : {0U, 64U, 1280U, 9000U}) {
      const EchoRecord record =
          echo_now({.address = address, .packet_bytes = size, .count = 3, .spacing = 1ms, .patience = 5s});
      if (!was_done(record)) continue;
#ifdef __linux__
      CHECK(record.sent == 3);
      CHECK(record.answers_ms.size() == 3);
      CHECK(record.answer_ttls == std::vector<std::uint32_t>{64});
      CHECK(record.icmp.state == Presence::absent);
#endif
    }
  }
}

TEST_CASE("runs side by side keep their answers apart") {
  Reactor reactor;
  int calls = 0;
  for (std::uint32_t i = 1; i <= 5; ++i) {
    reactor.echo({.address = "127.0.0.1", .count = i, .patience = 5s}, [&calls, i](const EchoRecord& record) {
      ++calls;
      if (!was_done(record)) return;
      CHECK(record.answers_ms.size() <= i);
#ifdef __linux__
      CHECK(record.sent == i);
      CHECK(record.answers_ms.size() == i);
#endif
    });
  }
  reactor.run();
  CHECK(calls == 5);
}

TEST_CASE("what is no address is a failure that is told once") {
  const EchoRecord record = echo_now({.address = "no.such.number", .patience = 1h});
  CHECK(record.outcome == EchoRecord::Outcome::failed);
  CHECK(!record.problem.empty());
}

#ifdef __linux__

TEST_CASE("a request larger than this machine's own link is told with the link's size") {
  const EchoRecord record = echo_now({.address = "127.0.0.1", .packet_bytes = 1U << 20, .patience = 5s});
  if (!was_done(record)) return;
  CHECK(record.sent + (record.icmp.get() != nullptr ? 1U : 0U) == 1);
}

#endif

TEST_CASE("a reactor with echo requests open can be destroyed, and calls nobody") {
  Reactor reactor;
  reactor.echo({.address = "127.0.0.1", .count = 64, .spacing = 1h, .patience = 1h},
               [](const EchoRecord&) { FAIL("never"); });
}

TEST_CASE("answers are counted once, and only to what was sent") {
  const Moment start{};
  EchoTally tally(3);
  tally.answered(0, 64, start);
  tally.sent(start);
  tally.sent(start + 5ms);
  tally.answered(1, 60, start + 10ms);
  tally.answered(1, 61, start + 11ms);
  tally.answered(2, 62, start + 12ms);
  tally.answered(900, 62, start + 12ms);
  CHECK(tally.record().answers_ms == std::vector<double>{5});
  CHECK(tally.record().answer_ttls == std::vector<std::uint32_t>{60});
  CHECK(!tally.settled());
  tally.sent(start + 20ms);
  tally.sent(start + 20ms);
  CHECK(tally.record().sent == 3);
  tally.refused(0, {.type = 3, .code = 1});
  CHECK(!tally.settled());
  tally.refused(2, {.type = 3, .code = 13});
  CHECK(tally.settled());
  CHECK(tally.record().icmp.value.code == 1);
}

TEST_CASE("the number of requests is bounded") {
  EchoTally none(0);
  none.sent({});
  CHECK(none.all_sent());
  EchoTally many(4'000'000'000U);
  for (int i = 0; i < 100; ++i) many.sent({});
  CHECK(many.record().sent == most_echo_requests);
}
