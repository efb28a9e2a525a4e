#include "net/datagram.h"

#include <algorithm>

#include "net/test_machine.h"

using namespace rdpdoctor;
using namespace rdpdoctor::net;

namespace {

struct TestDatagrams : DatagramMachine {
  std::function<DatagramStep()> on_opened = [] { return DatagramStep{}; };
  std::function<DatagramStep(View)> on_received = [](View) { return DatagramStep{.close = true}; };
  std::function<DatagramStep()> on_woken = [] { return DatagramStep{.close = true}; };
  std::vector<Bytes> got;
  int wakes = 0;
  int ends = 0;

  DatagramStep opened(Moment) override { return on_opened(); }
  DatagramStep received(View datagram, Moment) override {
    CHECK(ends == 0);
    got.emplace_back(datagram.begin(), datagram.end());
    return on_received(datagram);
  }
  DatagramStep woken(Moment) override {
    ++wakes;
    return on_woken();
  }
  void ended(const DatagramRecord&, Moment) override { ++ends; }
};

DatagramStep sending(std::vector<Bytes> datagrams, bool may_be_fragmented = false) {
  return {.send = std::move(datagrams), .may_be_fragmented = may_be_fragmented};
}

// Answers what it gets; "silence" with nothing.
Endpoint serve_echo(Reactor& reactor, std::string address = "127.0.0.1") {
  const auto port = reactor.serve_datagrams({address, 0}, [](View datagram) -> std::vector<Bytes> {
    Bytes copy(datagram.begin(), datagram.end());
    if (copy == text("silence")) return {};
    return {copy};
  });
  REQUIRE(port.has_value());
  return {std::move(address), *port};
}

DatagramRecord run_exchange(Reactor& reactor, const Endpoint& to, TestDatagrams& machine) {
  DatagramRecord last;
  int calls = 0;
  reactor.exchange(to, machine, [&](const DatagramRecord& record) {
    CHECK(machine.ends == 1);
    ++calls;
    last = record;
    reactor.stop();
  });
  CHECK(machine.got.empty());
  reactor.run();
  REQUIRE(calls == 1);
  return last;
}

bool ipv6_here() {
  Reactor reactor;
  return reactor.serve_datagrams({"::1", 0}, [](View) { return std::vector<Bytes>{}; }).has_value();
}

}  // namespace

TEST_CASE("a datagram is answered whole, whatever its size") {
  for (const std::string address : {"127.0.0.1", "::1"}) {
    if (address == "::1" && !ipv6_here()) continue;
    for (const std::size_t size : {1U, 20U, 1232U, 9000U}) {
      Reactor reactor;
      TestDatagrams machine;
      machine.on_opened = [size] { return sending({Bytes(size, 0x5A)}); };
      const auto record = run_exchange(reactor, serve_echo(reactor, address), machine);
      CHECK(record.outcome == DatagramOutcome::open);
      CHECK(record.sent == 1);
      CHECK(record.received == 1);
      REQUIRE(machine.got.size() == 1);
      CHECK(machine.got[0] == Bytes(size, 0x5A));
    }
  }
}

TEST_CASE("several datagrams are several events, and the machine decides when it is over") {
  Reactor reactor;
  TestDatagrams machine;
  machine.on_opened = [] { return sending({text("one"), text("two"), text("three")}); };
  machine.on_received = [&](View) { return DatagramStep{.close = machine.got.size() == 3}; };
  const auto record = run_exchange(reactor, serve_echo(reactor), machine);
  CHECK(record.received == 3);
  for (const auto& each : {text("one"), text("two"), text("three")}) {
    CHECK(std::ranges::count(machine.got, each) == 1);
  }
}

TEST_CASE("silence ends when the machine says so, not before") {
  Reactor reactor;
  TestDatagrams machine;
  const Moment begun = Reactor::now();
  machine.on_opened = [&] {
    auto step = sending({text("silence")});
    step.wake = begun + 20ms;
    return step;
  };
  const auto record = run_exchange(reactor, serve_echo(reactor), machine);
  CHECK(record.outcome == DatagramOutcome::open);
  CHECK(record.received == 0);
  CHECK(machine.wakes == 1);
  CHECK(20ms <= Reactor::now() - begun);
}

TEST_CASE("a later step takes the place of an earlier wake") {
  Reactor reactor;
  TestDatagrams machine;
  machine.on_opened = [] {
    auto step = sending({text("now")});
    step.wake = Reactor::now() + 1h;
    return step;
  };
  machine.on_received = [](View) { return DatagramStep{.wake = Reactor::now() + 1ms}; };
  CHECK(run_exchange(reactor, serve_echo(reactor), machine).received == 1);
  CHECK(machine.wakes == 1);
}

TEST_CASE("a closed port is told at once, by whom on Linux") {
  Reactor reactor;
  std::uint16_t closed = 0;
  {
    Reactor other;
    closed = serve_echo(other).port;
  }
  TestDatagrams machine;
  machine.on_opened = [] {
    auto step = sending({text("hello")});
    step.wake = Reactor::now() + 2s;
    return step;
  };
  const auto record = run_exchange(reactor, {"127.0.0.1", closed}, machine);
#ifdef _WIN32  // Wine does not tell
  CHECK((record.outcome == DatagramOutcome::refused || record.outcome == DatagramOutcome::open));
#else
  CHECK(record.outcome == DatagramOutcome::refused);
  CHECK(machine.wakes == 0);
  REQUIRE(record.icmp.get() != nullptr);
  CHECK(record.icmp.value.type == 3);
  CHECK(record.icmp.value.code == 3);
  CHECK(record.icmp.value.from == "127.0.0.1");
  CHECK_FALSE(record.icmp.value.from_us);
  CHECK(record.icmp.value.ttl == 64);
#endif
}

#ifdef __linux__
TEST_CASE("a datagram larger than the link is too big, unless it may be cut") {
  const Bytes large(65507, 1);  // with its headers 65535 bytes: what loopback takes
  for (const bool cut : {false, true}) {
    Reactor reactor;
    TestDatagrams machine;
    machine.on_opened = [&] { return sending({large}, cut); };
    const auto record = run_exchange(reactor, serve_echo(reactor), machine);
    CHECK(record.path_mtu.value >= 1500);
    if (record.path_mtu.value < 65535) CHECK((record.outcome == DatagramOutcome::too_big) == !cut);
  }
  Reactor reactor;
  TestDatagrams machine;
  machine.on_opened = [] { return sending({Bytes(65508, 1)}); };
  const auto record = run_exchange(reactor, serve_echo(reactor), machine);
  CHECK(record.outcome == DatagramOutcome::too_big);
  CHECK(record.sent == 0);
}
#endif

TEST_CASE("an address that is none, or has no route, ends as such") {
  Reactor reactor;
  TestDatagrams machine;
  CHECK(run_exchange(reactor, {"not an address", 1}, machine).outcome != DatagramOutcome::open);
}

TEST_CASE("a stopped reactor ends its exchanges, a destroyed one calls nobody") {
  TestDatagrams machine;
  {
    Reactor reactor;
    const auto to = serve_echo(reactor);
    machine.on_opened = [&] {
      reactor.stop();
      return sending({text("silence")});
    };
    int calls = 0;
    reactor.exchange(to, machine, [&](const DatagramRecord& record) {
      ++calls;
      CHECK(record.outcome == DatagramOutcome::open);
    });
    reactor.run();
    CHECK(calls == 1);
    CHECK(machine.ends == 1);
    reactor.exchange(to, machine, [&](const DatagramRecord&) { FAIL("never"); });
  }
  CHECK(machine.ends == 1);
}

TEST_CASE("a server's port that is in use, or an address that is none, is an error that says so") {
  Reactor reactor;
  const auto to = serve_echo(reactor);
  const auto again = reactor.serve_datagrams(to, [](View) { return std::vector<Bytes>{}; });
  REQUIRE_FALSE(again.has_value());
  CHECK(again.error().os_code != 0);
  CHECK_FALSE(reactor.serve_datagrams({"x", 0}, [](View) { return std::vector<Bytes>{}; }).has_value());
}
