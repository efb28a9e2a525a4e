// The lab over real sockets on loopback.
#include "lab/lab.h"

#include <algorithm>
#include <string>
#include <vector>

#include "lab/test_client.h"
#include "wire/rdpudp.h"

namespace rdpdoctor::lab {
namespace {

// Sends one request and takes what comes, until the other side ends or there is a whole TPKT.
struct Client final : net::Machine {
  Bytes got;
  std::size_t pieces = 0;
  net::Ending how = net::Ending::open;

  net::Step connected(Moment) override { return {.send = request_frame()}; }
  net::Step received(View bytes, Moment) override {
    ++pieces;
    got.insert(got.end(), bytes.begin(), bytes.end());
    wire::TpktFramer framer;
    framer.feed(got);
    const bool whole = framer.state() == wire::TpktFramer::State::frame;
    return {.close = whole ? net::Step::Close::fin : net::Step::Close::no};
  }
  net::Step woken(Moment) override { return {}; }
  void ended(net::Ending ending, Moment) override { how = ending; }
};

Client ask(net::Reactor& reactor, std::uint16_t port) {
  Client client;
  reactor.connect({"127.0.0.1", port}, net::Reactor::now() + std::chrono::seconds(20), client, nullptr,
                  [&](const net::TcpRecord&) { reactor.stop(); });
  reactor.run();
  return client;
}

std::uint16_t serve(Lab& lab, std::string_view id) {
  const Fault* fault = find_fault(id);
  REQUIRE(fault != nullptr);
  const auto port = lab.serve(*fault, "127.0.0.1", 0);
  REQUIRE(port.has_value());
  return *port;
}

}  // namespace

TEST_CASE("many faults listen at once in one process") {
  net::Reactor reactor;
  Lab lab(reactor);
  std::vector<std::uint16_t> ports;
  for (const Fault& fault : all_faults()) ports.push_back(serve(lab, fault.id));
  CHECK(ask(reactor, serve(lab, "healthy-nla")).got.size() == 19);
  std::ranges::sort(ports);
  CHECK(std::ranges::adjacent_find(ports) == ports.end());
}

TEST_CASE("a healthy host answers over TCP, also byte by byte") {
  net::Reactor reactor;
  Lab lab(reactor);
  const Client whole = ask(reactor, serve(lab, "healthy-nla"));
  const Client slow = ask(reactor, serve(lab, "slow-bytes"));
  CHECK(whole.how == net::Ending::local);
  CHECK(whole.got == slow.got);
}

TEST_CASE("FIN and RST arrive as such") {
  net::Reactor reactor;
  Lab lab(reactor);
  CHECK(ask(reactor, serve(lab, "forwarder-after-request-fin")).how == net::Ending::fin);
  const auto reset = ask(reactor, serve(lab, "forwarder-after-request-reset"));
#ifdef _WIN32
  CHECK((reset.how == net::Ending::reset || reset.how == net::Ending::fin));  // Wine shows a FIN
#else
  CHECK(reset.how == net::Ending::reset);
#endif
}

TEST_CASE("an intermittent host counts its connections by arrival") {
  net::Reactor reactor;
  Lab lab(reactor);
  const std::uint16_t port = serve(lab, "intermittent-1-of-3");
  std::string answers;
  for (int n = 0; n < 9; ++n) answers += ask(reactor, port).got.empty() ? 'x' : '.';
  CHECK(answers == "..x.x.x..");
}

namespace {

// Sends one RDPEUDP SYN and takes one answer.
struct UdpClient final : net::DatagramMachine {
  Bytes got;
  net::DatagramStep opened(Moment now) override {
    return {.send = {wire::encode(wire::rdpudp_client_syn(2, 7), 1232)},
            .wake = now + std::chrono::seconds(20)};
  }
  net::DatagramStep received(View datagram, Moment) override {
    got.assign(datagram.begin(), datagram.end());
    return {.close = true};
  }
  net::DatagramStep woken(Moment) override { return {.close = true}; }
  void ended(const net::DatagramRecord&, Moment) override {}
};

net::DatagramRecord ask_udp(net::Reactor& reactor, std::uint16_t port, UdpClient& client) {
  net::DatagramRecord last;
  reactor.exchange({"127.0.0.1", port}, client, [&](const net::DatagramRecord& record) {
    last = record;
    reactor.stop();
  });
  reactor.run();
  return last;
}

}  // namespace

TEST_CASE("a host with UDP answers it on the port of its TCP side, another one has no such port") {
  net::Reactor reactor;
  Lab lab(reactor);
  UdpClient with;
  ask_udp(reactor, serve(lab, "healthy-with-udp"), with);
  const auto answer = wire::decode_rdpudp_syn(with.got);
  REQUIRE(answer.has_value());
  CHECK(wire::is_syn_ack(*answer));
  CHECK(answer->header.sn_source_ack == 7);
  UdpClient without;
#ifndef _WIN32  // Wine does not tell, and the wait is long
  CHECK(ask_udp(reactor, serve(lab, "healthy-nla"), without).outcome == net::DatagramOutcome::refused);
#endif
  CHECK(without.got.empty());
}

TEST_CASE("a port in use is an error that says so") {
  net::Reactor reactor;
  Lab lab(reactor);
  const std::uint16_t port = serve(lab, "healthy-nla");
  const auto again = lab.serve(*find_fault("healthy-tls"), "127.0.0.1", port);
  REQUIRE_FALSE(again.has_value());
  CHECK(again.error().os_code != 0);
}

}  // namespace rdpdoctor::lab
