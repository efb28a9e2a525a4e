#include <numeric>

#include "net/internal.h"
#include "net/test_machine.h"

using namespace rdpdoctor;
using namespace rdpdoctor::net;

namespace {

// A port of loopback that nobody listens on: one that was just given and returned.
Endpoint closed_port() {
  Reactor other;
  return serve(other, [](TestMachine&) {});
}

Bytes numbered(std::size_t n) {
  Bytes bytes(n);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  return bytes;
}

Step sending(Bytes bytes, Step::Close close = Step::Close::no) {
  Step step = closing(close);
  step.send = std::move(bytes);
  return step;
}

}  // namespace

TEST_CASE("an echo server gives back what was sent, and the client closes") {
  for (const std::string address : {"127.0.0.1", "::1"}) {
    Reactor reactor;
    Ending server_saw = Ending::open;
    Endpoint to{address, 0};
    const auto port = reactor.listen(to, [&] {
      auto machine = std::make_unique<TestMachine>();
      machine->on_received = [](View bytes) { return sending({bytes.begin(), bytes.end()}); };
      machine->on_ended = [&](Ending how) {
        server_saw = how;
        reactor.stop();
      };
      return machine;
    });
    if (!port && address == "::1") continue;  // no IPv6 on this machine
    REQUIRE(port.has_value());
    to.port = *port;
    TestMachine client;
    client.on_connected = [] { return saying("hello"); };
    client.on_received = [&](View) { return client.got.size() < 5 ? Step{} : closing(Step::Close::fin); };
    int reports = 0;
    TcpRecord last;
    reactor.connect(
        to, Reactor::now() + 20s, client, [&](const TcpRecord& record) { reports += record.bytes_sent <= 5; },
        [&](const TcpRecord& record) { last = record; });
    reactor.run();
    CHECK(client.got == text("hello"));
    CHECK(client.how == Ending::local);
    CHECK(server_saw == Ending::fin);
    CHECK(last.outcome == ConnectOutcome::connected);
    CHECK(last.ending == Ending::local);
    CHECK(last.bytes_sent == 5);
    CHECK(last.bytes_received == 5);
    CHECK(last.connect_ms <= last.ended_ms);
    CHECK(1 <= reports);
#ifdef __linux__
    CHECK(last.icmp.state == Presence::absent);
    REQUIRE(last.rtt_ms.get() != nullptr);
    CHECK(0 < last.rtt_ms.value);
    CHECK(last.retransmits.state == Presence::present);
    REQUIRE(last.mss.get() != nullptr);
    CHECK(500 < last.mss.value);
    REQUIRE(last.path_mtu.get() != nullptr);
    CHECK(last.mss.value < last.path_mtu.value);
#else
    CHECK(last.icmp.state == Presence::unreadable);
    CHECK(last.path_mtu.state == Presence::unreadable);
#endif
  }
}

TEST_CASE("a closed port refuses, which is not an ICMP message") {
  const Endpoint nobody = closed_port();
  Reactor reactor;
  TestMachine client;
  const TcpRecord record = run_client(reactor, nobody, client);
  CHECK(record.outcome == ConnectOutcome::refused);
  CHECK(record.ending == Ending::error);
  CHECK(record.os_error != 0);
  CHECK(record.icmp.get() == nullptr);
  CHECK(meaning_of(record.os_error).connect == ConnectOutcome::refused);
}

TEST_CASE("an address that is not one fails without a connection") {
  Reactor reactor;
  TestMachine client;
  const TcpRecord record = run_client(reactor, {"no.such.number", 1}, client);
  CHECK(record.outcome == ConnectOutcome::failed);
  CHECK(record.os_error != 0);
}

TEST_CASE("the peer's FIN is told as fin, and its last bytes come first") {
  Reactor reactor;
  const Endpoint to = serve(reactor, [](TestMachine& server) {
    server.on_connected = [] { return saying("bye", Step::Close::fin); };
  });
  TestMachine client;
  const TcpRecord record = run_client(reactor, to, client);
  CHECK(record.ending == Ending::fin);
  CHECK(client.got == text("bye"));
  CHECK(record.bytes_received == 3);
}

TEST_CASE("a FIN stays a FIN although the server never read what we sent") {
  Reactor reactor;
  const Endpoint to = serve(reactor, [](TestMachine& server) {
    server.on_received = [](View) { return saying("no", Step::Close::fin); };
  });
  TestMachine client;
  client.on_connected = [] { return sending(numbered(300000)); };
  const TcpRecord record = run_client(reactor, to, client);
  CHECK(record.ending == Ending::fin);
  CHECK(client.got == text("no"));
}

TEST_CASE("the server sees a FIN from a client that closes without reading everything") {
  Reactor reactor;
  Ending server_saw = Ending::open;
  const Endpoint to = serve(reactor, [&](TestMachine& server) {
    server.on_received = [](View) { return sending(numbered(60000)); };
    server.on_ended = [&](Ending how) {
      server_saw = how;
      reactor.stop();
    };
  });
  TestMachine client;
  client.on_connected = [] { return saying("x"); };
  client.on_received = [](View) { return closing(Step::Close::fin); };
  reactor.connect(to, Reactor::now() + 20s, client, nullptr, nullptr);
  reactor.run();
  CHECK(client.how == Ending::local);
  CHECK(server_saw == Ending::fin);
}

TEST_CASE("a reset after n bytes is told as reset, with the n bytes first") {
  for (const std::size_t n : {1U, 7U, 5000U}) {
    Reactor reactor;
    const Endpoint to = serve(reactor, [n](TestMachine& server) {
      server.on_received = [n](View) { return sending(numbered(n), Step::Close::reset); };
    });
    TestMachine client;
    client.on_connected = [] { return saying("go"); };
    const TcpRecord record = run_client(reactor, to, client);
    CHECK(record.outcome == ConnectOutcome::connected);
    CHECK(is_reset(record.ending));
#ifndef _WIN32
    CHECK(client.got == numbered(n));  // Windows drops unread bytes when a reset comes
#endif
  }
}

TEST_CASE("a reset without a byte is told as reset, before or after connect() was reported") {
  Reactor reactor;
  const auto port = reactor.listen({"127.0.0.1", 0}, [] { return nullptr; });
  REQUIRE(port.has_value());
  TestMachine client;
  client.on_connected = [] { return saying("anybody there?"); };
  const TcpRecord record = run_client(reactor, {"127.0.0.1", *port}, client);
  CHECK((record.outcome == ConnectOutcome::connected || record.outcome == ConnectOutcome::reset));
  CHECK(is_reset(record.ending));
  CHECK(record.bytes_received == 0);
}

TEST_CASE("a reset that meets our writing is a reset, and data before it is delivered") {
  Reactor reactor;
  const Endpoint to = serve(reactor, [](TestMachine& server) {
    server.on_connected = [] { return saying("banner", Step::Close::reset); };
  });
  TestMachine client;
  // Far more than both kernels' buffers hold: the reset always meets an unfinished write.
  client.on_connected = [] { return sending(Bytes(64U << 20U)); };
  const TcpRecord record = run_client(reactor, to, client);
  CHECK(is_reset(record.ending));
#ifndef _WIN32
  CHECK(client.got == text("banner"));
#endif
}

TEST_CASE("the server is told about a client's reset") {
  Reactor reactor;
  Ending server_saw = Ending::open;
  const Endpoint to = serve(reactor, [&](TestMachine& server) {
    server.on_received = [](View) { return saying("answer"); };
    server.on_ended = [&](Ending how) {
      server_saw = how;
      reactor.stop();
    };
  });
  TestMachine client;
  client.on_connected = [] { return saying("x"); };
  client.on_received = [](View) { return closing(Step::Close::reset); };
  reactor.connect(to, Reactor::now() + 20s, client, nullptr, nullptr);
  reactor.run();
  CHECK(client.how == Ending::local);
  CHECK(is_reset(server_saw));
}

TEST_CASE("a silent peer is left at the wake time, and a wake can be replaced or dropped") {
  Reactor reactor;
  const Endpoint to = serve(reactor, [](TestMachine&) {});
  TestMachine client;
  client.on_connected = [] { return Step{.wake = Reactor::now() + 5ms}; };
  client.on_woken = [&] {
    if (client.wakes < 3) return Step{.wake = Reactor::now() + 5ms};
    return closing(Step::Close::fin);
  };
  const Moment before = Reactor::now();
  const TcpRecord record = run_client(reactor, to, client);
  CHECK(record.ending == Ending::local);
  CHECK(client.wakes == 3);
  CHECK(15ms <= Reactor::now() - before);
  CHECK(client.got.empty());
}

TEST_CASE("a step without a wake time drops the earlier one") {
  Reactor reactor;
  const Endpoint to = serve(reactor, [](TestMachine& server) {
    server.on_received = [&server](View) {
      return server.got.size() == 1 ? saying("a") : saying("b", Step::Close::fin);
    };
  });
  TestMachine client;
  client.on_connected = [] {
    Step step = saying("1");
    step.wake = Reactor::now() + 1h;
    return step;
  };
  client.on_received = [](View bytes) {
    if (bytes.front() == 'b') return Step{};
    Step step = saying("2");
    step.wake = Reactor::now() - 1h;  // already past: at once
    return step;
  };
  const TcpRecord record = run_client(reactor, to, client);
  CHECK(record.ending == Ending::fin);
  CHECK(client.wakes <= 1);
}

TEST_CASE("pieces arrive in order and complete, byte by byte or cut in two") {
  for (const std::size_t cut : {0U, 3U, 399U, 400U, 1000U}) {
    Reactor reactor;
    const Endpoint to = serve(reactor, [cut](TestMachine& server) {
      server.on_connected = [cut] {
        Step step = sending(numbered(400), Step::Close::fin);
        step.separate_segments = true;
        step.cut = cut;
        return step;
      };
    });
    TestMachine client;
    const TcpRecord record = run_client(reactor, to, client);
    CHECK(record.ending == Ending::fin);
    CHECK(client.got == numbered(400));
    CHECK(1 <= client.reads);
  }
}

TEST_CASE("pieces of a size arrive in order and complete, each a segment of its own") {
  for (const std::size_t piece : {0U, 1U, 8U, 399U, 400U, 1000U}) {
    Reactor reactor;
    const Endpoint to = serve(reactor, [](TestMachine& server) {
      server.on_connected = [] { return sending(numbered(3), Step::Close::no); };
      server.on_received = [&server](View) {
        return sending({}, server.got == numbered(400) ? Step::Close::fin : Step::Close::no);
      };
    });
    TestMachine client;
    client.on_received = [piece](View) {
      Step step = sending(numbered(400), Step::Close::no);
      step.separate_segments = true;
      step.piece = piece;
      return step;
    };
    const TcpRecord record = run_client(reactor, to, client);
    CHECK(record.bytes_sent == 400);
    if (const auto* sent = record.segments_sent.get(); sent && piece == 8) CHECK(50 <= *sent);
  }
}

TEST_CASE("large sends both ways lose nothing") {
  constexpr std::size_t size = 3'000'000;
  Reactor reactor;
  const Endpoint to = serve(reactor, [](TestMachine& server) {
    server.on_received = [&server](View) {
      return server.got.size() < size ? Step{} : sending(std::move(server.got), Step::Close::fin);
    };
  });
  TestMachine client;
  client.on_connected = [] { return sending(numbered(size)); };
  std::size_t largest = 0;
  client.on_received = [&](View bytes) {
    largest = std::max(largest, bytes.size());
    return Step{};
  };
  const TcpRecord record = run_client(reactor, to, client);
  CHECK(record.ending == Ending::fin);
  CHECK(client.got == numbered(size));
  CHECK(largest <= 16384);
}

TEST_CASE("stop() ends what is open as unfinished, in the order it was begun") {
  Reactor reactor;
  const Endpoint to = serve(reactor, [](TestMachine&) {});
  std::vector<std::string> order;
  TestMachine first;
  TestMachine second;
  int connected = 0;
  first.on_connected = second.on_connected = [&] {
    if (++connected == 2) reactor.stop();
    return Step{.wake = Reactor::now() + 1h};
  };
  reactor.connect(to, Reactor::now() + 20s, first, nullptr, [&](const TcpRecord& record) {
    CHECK(record.ending == Ending::unfinished);
    order.push_back("first");
  });
  reactor.connect(to, Reactor::now() + 20s, second, nullptr, [&](const TcpRecord& record) {
    CHECK(record.ending == Ending::unfinished);
    order.push_back("second");
  });
  reactor.run();
  CHECK(order == std::vector<std::string>{"first", "second"});
  CHECK(first.how == Ending::unfinished);
  CHECK(second.how == Ending::unfinished);
  CHECK(first.ends == 1);
}
