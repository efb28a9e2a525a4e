#include <algorithm>
#include <array>
#include <csignal>

#include "net/test_machine.h"

using namespace rdpdoctor;
using namespace rdpdoctor::net;

namespace {

Resolution resolve_now(const std::string& name, Duration within = 60s) {
  Reactor reactor;
  Resolution got;
  int calls = 0;
  reactor.resolve(name, Reactor::now() + within, [&](Resolution resolution) {
    ++calls;
    got = std::move(resolution);
  });
  reactor.run();
  REQUIRE(calls == 1);
  return got;
}

}  // namespace

TEST_CASE("run() returns when nothing is left, and can be called again") {
  Reactor reactor;
  reactor.run();
  int posted = 0;
  for (int i = 1; i <= 3; ++i) {
    reactor.post([&] { ++posted; });
    reactor.run();
    CHECK(posted == i);
  }
}

TEST_CASE("timers fire in the order of their times") {
  Reactor reactor;
  std::string order;
  const Moment now = Reactor::now();
  reactor.at(now + 9ms, [&] { order += 'c'; });
  reactor.at(now + 3ms, [&] { order += 'b'; });
  reactor.at(now - 1h, [&] { order += 'a'; });
  reactor.run();
  CHECK(order == "abc");
  CHECK(9ms <= Reactor::now() - now);
}

TEST_CASE("stop() before run() makes the next run() return, and only that one") {
  Reactor reactor;
  bool late = false;
  reactor.at(Reactor::now() + 10ms, [&] { late = true; });
  reactor.stop();
  reactor.run();
  CHECK(!late);
  reactor.run();
  CHECK(late);
}

TEST_CASE("a reactor with listeners, timers and questions open can be destroyed") {
  Reactor reactor;
  serve(reactor, [](TestMachine&) {});
  reactor.at(Reactor::now() + 1h, [] { FAIL("never"); });
  reactor.resolve("localhost", Reactor::now() + 1h, [](const Resolution&) { FAIL("never"); });
  TestMachine client;
  reactor.connect({"127.0.0.1", 1}, Reactor::now() + 1h, client, nullptr,
                  [](const TcpRecord&) { FAIL("never"); });
  CHECK(client.ends == 0);
}

TEST_CASE("waiting for an interrupt does not keep run() going") {
  Reactor reactor;
  reactor.on_interrupt([] {});
  reactor.run();
  bool fired = false;
  reactor.at(Reactor::now() + 2ms, [&] { fired = true; });
  reactor.run();
  CHECK(fired);
  reactor.on_interrupt(nullptr);
  reactor.run();
}

TEST_CASE("interrupts are caught, each of them") {
  Reactor reactor;
  int caught = 0;
  reactor.on_interrupt([&] {
    ++caught;
    if (caught == 2) reactor.stop();
    if (caught == 1) std::raise(SIGTERM);
  });
  reactor.at(Reactor::now() + 1h, [] { FAIL("never"); });
  reactor.post([] { std::raise(SIGINT); });
  reactor.run();
  CHECK(caught == 2);
}

TEST_CASE("listening tells why it could not") {
  Reactor reactor;
  const auto nonsense = reactor.listen({"localhost", 0}, [] { return nullptr; });
  REQUIRE(!nonsense.has_value());
  CHECK(nonsense.error().kind == ErrorKind::usage);
  const Endpoint taken = serve(reactor, [](TestMachine&) {});
  const auto again = reactor.listen(taken, [] { return nullptr; });
  REQUIRE(!again.has_value());
  CHECK(again.error().kind == ErrorKind::io);
  CHECK(again.error().os_code != 0);
  CHECK(again.error().doing == "listen on 127.0.0.1 port " + std::to_string(taken.port));
}

TEST_CASE("localhost resolves to loopback, without repeats") {
  const Resolution found = resolve_now("localhost");
  CHECK(found.outcome == Resolution::Outcome::resolved);
  REQUIRE(!found.addresses.empty());
  for (const std::string& address : found.addresses) {
    CHECK((address == "::1" || address.starts_with("127.")));
    CHECK(std::ranges::count(found.addresses, address) == 1);
  }
  CHECK(0 <= found.ms);
  CHECK(found.error.empty());
}

TEST_CASE("a numeric address resolves to itself") {
  CHECK(resolve_now("192.0.2.7").addresses == std::vector<std::string>{"192.0.2.7"});
  CHECK(resolve_now("2001:db8::7").addresses == std::vector<std::string>{"2001:db8::7"});
}

TEST_CASE("a name that cannot exist is not found, or nobody answers") {
  const Resolution none = resolve_now("no-such-host.invalid");
  CHECK((none.outcome == Resolution::Outcome::not_found || none.outcome == Resolution::Outcome::no_answer));
  CHECK(none.addresses.empty());
  CHECK(none.os_code != 0);
  CHECK(!none.error.empty());
}

TEST_CASE("a question whose deadline has passed is timed out, and its late answer is dropped") {
  const Resolution late = resolve_now("no-such-host.invalid", -1s);
  CHECK(late.outcome == Resolution::Outcome::timed_out);
}

TEST_CASE("random bytes fill all of any length, and differ") {
  std::array<std::uint8_t, 64> a{};
  std::array<std::uint8_t, 64> b{};
  Reactor::random(a);
  Reactor::random(b);
  CHECK(a != b);
  Reactor::random({});
}

TEST_CASE("the wall clock is later than the day this was written") {
  CHECK(from_civil(2024, 1, 1, 0, 0, 0) < Reactor::wall_clock());
}
