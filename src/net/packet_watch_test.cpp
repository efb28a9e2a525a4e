// With CAP_NET_RAW the packets are recorded; without it the record says what is missing. Both are right.
#include <doctest/doctest.h>

#include "net/internal.h"
#include "net/test_machine.h"

using namespace rdpdoctor;
using namespace rdpdoctor::net;

namespace {

Step sending(std::size_t n, Step::Close close = Step::Close::no) {
  Step step = closing(close);
  step.send = Bytes(n, 'x');
  return step;
}

// Whether there are packets to look at.
bool has_packets(const TcpRecord& record) {
  if (record.packets.state == Presence::unreadable) {
    CHECK(!record.packets.why.empty());
    return false;
  }
  REQUIRE(record.packets.state == Presence::present);
  return true;
}

struct Loopback {
  std::string address;
  Reactor reactor;
  std::optional<Endpoint> server;  // none: no such family here

  Loopback(std::string at, std::function<void(TestMachine&)> setup) : address(std::move(at)) {
    reactor.watch_packets();
    if (address == "::1" && !reactor.listen({address, 0}, [] { return nullptr; })) return;
    server = serve(reactor, std::move(setup), address);
  }
};

}  // namespace

TEST_CASE("packets are not looked at unless asked for") {
  Reactor reactor;
  const Endpoint to = serve(
      reactor, [](TestMachine& server) { server.on_connected = [] { return closing(Step::Close::fin); }; });
  TestMachine client;
  CHECK(run_client(reactor, to, client).packets.state == Presence::not_looked);
}

TEST_CASE("a connection's packets are recorded: TTLs, MSS, data, and no reset") {
  for (const char* address : {"127.0.0.1", "::1"}) {
    Loopback at(address, [](TestMachine& server) {
      server.on_received = [](View) { return sending(100, Step::Close::fin); };
    });
    if (!at.server) continue;
    TestMachine client;
    client.on_connected = [] { return saying("hello"); };
    const TcpRecord record = run_client(at.reactor, *at.server, client);
    CHECK(record.ending == Ending::fin);
    if (!has_packets(record)) continue;
    const PacketRecord& seen = record.packets.value;
    CHECK(0 < seen.syn_ack_ttl);
    CHECK(seen.data_ttl == std::vector<std::uint32_t>{seen.syn_ack_ttl});
    CHECK(1000 < seen.syn_ack_mss);
    CHECK(seen.data_packets == 1);
    CHECK(seen.gaps == 0);
    CHECK(seen.repeats == 0);
    CHECK(seen.resets.empty());
    CHECK(seen.icmp.empty());
  }
}

TEST_CASE("the reset that ends a connection is in the record, with the TTL of the SYN-ACK") {
  for (const char* address : {"127.0.0.1", "::1"}) {
    Loopback at(address, [](TestMachine& server) {
      server.on_received = [](View) { return closing(Step::Close::reset); };
    });
    if (!at.server) continue;
    TestMachine client;
    client.on_connected = [] { return saying("hello"); };
    const TcpRecord record = run_client(at.reactor, *at.server, client);
    CHECK(is_reset(record.ending));
    if (!has_packets(record)) continue;
    REQUIRE(record.packets.value.resets.size() == 1);
    CHECK(record.packets.value.resets[0].ttl == record.packets.value.syn_ack_ttl);
    CHECK(record.connect_ms <= record.packets.value.resets[0].at_ms + 5);
    CHECK(record.packets.value.resets[0].at_ms <= record.ended_ms);
  }
}

TEST_CASE("a refused SYN's reset is in the record") {
  for (const char* address : {"127.0.0.1", "::1"}) {
    std::optional<Endpoint> nobody;
    {
      Loopback gone(address, [](TestMachine&) {});
      nobody = gone.server;
    }
    if (!nobody) continue;
    Reactor reactor;
    reactor.watch_packets();
    TestMachine client;
    const TcpRecord record = run_client(reactor, *nobody, client);
    CHECK(record.outcome == ConnectOutcome::refused);
    if (!has_packets(record)) continue;
    CHECK(record.packets.value.syn_ack_ttl == 0);
    CHECK(record.packets.value.resets.size() == 1);
  }
}

TEST_CASE("connections side by side to one server do not mix their packets") {
  Loopback at("127.0.0.1", [](TestMachine& server) {
    server.on_received = [](View bytes) {
      return bytes[0] == 'r' ? closing(Step::Close::reset) : sending(10, Step::Close::fin);
    };
  });
  TestMachine clients[6];
  int ends = 0;
  for (int i = 0; i < 6; ++i) {
    clients[i].on_connected = [i] { return saying(i % 2 == 0 ? "r" : "d"); };
    at.reactor.connect(*at.server, Reactor::now() + 20s, clients[i], nullptr,
                       [&, i](const TcpRecord& record) {
                         if (has_packets(record)) {
                           CHECK(record.packets.value.resets.size() == (i % 2 == 0 ? 1 : 0));
                           CHECK(record.packets.value.data_packets == (i % 2 == 0 ? 0 : 1));
                           CHECK(record.packets.value.gaps == 0);
                         }
                         if (++ends == 6) at.reactor.stop();
                       });
  }
  at.reactor.run();
  CHECK(ends == 6);
}

TEST_CASE("much data is counted as far as the watch keeps up, and what it missed is no gap") {
  constexpr std::size_t size = 4'000'000;
  Loopback at("127.0.0.1", [](TestMachine& server) {
    server.on_received = [](View) { return sending(size, Step::Close::fin); };
  });
  TestMachine client;
  client.on_connected = [] { return saying("go"); };
  const TcpRecord record = run_client(at.reactor, *at.server, client, 20s, [](const TcpRecord&) {});
  CHECK(client.got.size() == size);
  CHECK(record.flight.bytes == size);
  CHECK(0 < record.flight.first_bytes);
  CHECK(record.flight.first_bytes <= 16384);
  CHECK(record.flight.wait_ms <= record.ended_ms);
  CHECK(0 < record.flight.spread_ms);
  if (!has_packets(record)) return;
  CHECK(0 < record.packets.value.data_packets);
  // A busy machine's TCP may repeat or overtake by itself; what the watch missed would be far more.
  CHECK(record.packets.value.gaps + record.packets.value.repeats <= 3);
}

TEST_CASE("a bounded segment size holds for both sides") {
  for (const char* address : {"127.0.0.1", "::1"}) {
    Loopback at(address, [](TestMachine& server) {
      server.on_received = [](View) { return sending(5000, Step::Close::fin); };
    });
    if (!at.server) continue;
    TestMachine client;
    client.on_connected = [] { return saying("go"); };
    std::optional<TcpRecord> last;
    at.reactor.connect(
        *at.server, Reactor::now() + 20s, client, [](const TcpRecord&) {},
        [&](const TcpRecord& record) {
          last = record;
          at.reactor.stop();
        },
        536);
    at.reactor.run();
    REQUIRE(last.has_value());
    if (!Reactor::can_bound_segments()) {
      CHECK(last->outcome == ConnectOutcome::failed);
      CHECK(last->os_error != 0);
      continue;
    }
    CHECK(client.got.size() == 5000);
    REQUIRE(last->mss.get() != nullptr);
    CHECK(last->mss.value <= 536);
    CHECK(400 < last->mss.value);
    REQUIRE(last->received_mss.get() != nullptr);
    CHECK(last->received_mss.value <= 536);
  }
}

#ifdef __linux__

TEST_CASE("a segment size that the system refuses fails the connect") {
  Reactor reactor;
  TestMachine client;
  const Endpoint to = serve(reactor, [](TestMachine&) {});
  std::optional<TcpRecord> last;
  reactor.connect(
      to, Reactor::now() + 20s, client, nullptr,
      [&](const TcpRecord& record) {
        last = record;
        reactor.stop();
      },
      10);
  reactor.run();
  REQUIRE(last.has_value());
  CHECK(last->outcome == ConnectOutcome::failed);
  CHECK(client.ends == 1);
}

TEST_CASE("the kernel's facts of a short exchange") {
  Loopback at("127.0.0.1", [](TestMachine& server) {
    server.on_received = [](View) { return sending(3000, Step::Close::fin); };
  });
  TestMachine client;
  client.on_connected = [] { return saying("go"); };
  const TcpRecord record = run_client(at.reactor, *at.server, client);
  REQUIRE(record.rtt_ms.get() != nullptr);
  REQUIRE(record.least_rtt_ms.get() != nullptr);
  CHECK(record.least_rtt_ms.value <= record.rtt_ms.value);
  CHECK(record.rtt_variation_ms.state == Presence::present);
  REQUIRE(record.syn_retransmits.get() != nullptr);
  CHECK(record.syn_retransmits.value == 0);
  REQUIRE(record.segments_sent.get() != nullptr);
  CHECK(record.segments_sent.value == 1);
  REQUIRE(record.needless.get() != nullptr);
  CHECK(record.needless.value == 0);
  CHECK(record.received_mss.state == Presence::present);
}

#endif
