// What a session sends besides RDP, in which pieces, and how little it lets itself be made to hold.
#include "lab/test_client.h"

namespace rdpdoctor::lab {

using net::Step;

TEST_CASE("a greeting comes at once, an answer on the first bytes") {
  Played host{Behaviour{.greeting = "SSH-2.0-x\r\n", .answer_to_anything = "bye"}};
  CHECK(host.got() == text("SSH-2.0-x\r\n"));
  CHECK(host.open());
  host.send(request_frame());
  CHECK(host.got() == text("bye"));
  CHECK(host.close == Step::Close::fin);
}

TEST_CASE("a greeting without an answer leaves the client waiting") {
  Played host{Behaviour{.greeting = "RFB 003.008\n"}};
  (void)host.got();
  host.send(request_frame());
  CHECK(host.sent.empty());
  CHECK(host.open());
}

TEST_CASE("a PROXY line opens the way to RDP, in any pieces") {
  const Bytes line = text("PROXY TCP4 192.0.2.1 192.0.2.2 49152 3389\r\n");
  Bytes both = line;
  const Bytes request = request_frame();
  both.insert(both.end(), request.begin(), request.end());

  Played at_once{Behaviour{.wants_proxy_header = true}};
  at_once.send(both);
  CHECK(std::holds_alternative<wire::RdpNegRsp>(at_once.confirm().negotiation));

  Played in_pieces{Behaviour{.wants_proxy_header = true}};
  in_pieces.send_byte_by_byte(both);
  CHECK(std::holds_alternative<wire::RdpNegRsp>(in_pieces.confirm().negotiation));
}

TEST_CASE("without a PROXY line the connection closes in silence") {
  for (const Bytes& first : {request_frame(), text("PROXZ"), text("PROXY " + std::string(200, 'x')),
                             text("PROXY " + std::string(200, 'x') + "\r\n")}) {
    Played host{Behaviour{.wants_proxy_header = true}};
    host.send(first);
    CHECK(host.close == Step::Close::fin);
    CHECK(host.sent.empty());
  }
}

TEST_CASE("a malformed confirm frames well and does not decode") {
  Played host{Behaviour{.malformed_confirm = true}};
  host.send(request_frame());
  wire::TpktFramer framer;
  framer.feed(host.got());
  REQUIRE(framer.state() == wire::TpktFramer::State::frame);
  CHECK_FALSE(wire::decode_connection_confirm(framer.payload()).has_value());
}

TEST_CASE("an endless TPKT goes on as long as it is awaited") {
  Played host{Behaviour{.endless_tpkt = true}};
  host.send(request_frame());
  const Bytes start = host.got();
  REQUIRE(4 <= start.size());
  CHECK(start[0] == 3);
  CHECK(start[2] == 0xFF);
  CHECK(start[3] == 0xFF);
  for (int i = 0; i < 1000; ++i) {
    const Moment before = host.now;
    host.wake();
    CHECK(before < host.now);
    CHECK(host.got().size() == 256);
    CHECK(host.open());
  }
}

TEST_CASE("a trickling host sends one byte per wake, and the same bytes in the end") {
  Played healthy{Behaviour{}};
  healthy.send(request_frame());
  const Bytes whole = healthy.got();

  Played host{Behaviour{.trickle_ms = 1000}};
  host.send(request_frame());
  CHECK(host.sent.size() == 1);
  host.send(text("x"));  // asking does not hurry it
  CHECK(host.sent.size() == 1);
  while (host.sent.size() < whole.size()) {
    const std::size_t before = host.sent.size();
    host.wake();
    REQUIRE(host.sent.size() == before + 1);
  }
  CHECK(host.sent == whole);
  CHECK(host.now - Moment{} == std::chrono::seconds(whole.size() - 1));
}

TEST_CASE("a trickling host closes with its last byte") {
  Played host{Behaviour{.failure = 5, .trickle_ms = 10}};
  host.send(request_frame());
  while (host.open()) host.wake();
  CHECK(std::holds_alternative<wire::RdpNegFailure>(host.confirm().negotiation));
}

TEST_CASE("byte by byte is asked of the driver for every answer") {
  Played host{Behaviour{.byte_by_byte = true}};
  host.send(request_frame());
  CHECK(host.last.separate_segments);
  CHECK(host.last.cut == 0);
}

TEST_CASE("no session outlives its limit") {
  for (const Behaviour& behaviour : {Behaviour{}, Behaviour{.at_accept = Leave::silent},
                                     Behaviour{.endless_tpkt = true}, Behaviour{.trickle_ms = 60'000}}) {
    Played host{behaviour};
    host.send(request_frame());
    while (host.open()) host.wake();
    CHECK(host.close == Step::Close::reset);
    CHECK(host.now - Moment{} == longest_session);
  }
}

TEST_CASE("ten megabytes of junk end the session early, whatever it acts") {
  const Bytes junk(16384, 'j');
  Bytes unending_frame = {3, 0, 0xFF, 0xFF};
  for (const Behaviour& behaviour :
       {Behaviour{}, Behaviour{.at_accept = Leave::silent}, Behaviour{.greeting = "RFB 003.008\n"},
        Behaviour{.wants_proxy_header = true}, Behaviour{.at_request = Leave::silent},
        Behaviour{.at_hello = Leave::silent}, Behaviour{.endless_tpkt = true}, Behaviour{.trickle_ms = 1000},
        Behaviour{.needs_sha1 = true}}) {
    for (const Bytes& start : {Bytes{}, unending_frame, request_frame()}) {
      Played host{behaviour};
      host.send(start);
      std::size_t sent = 0;
      while (host.open() && sent < std::size_t{10} * 1024 * 1024) {
        host.send(junk);
        sent += junk.size();
        while (host.open() && behaviour.trickle_ms != 0 && 1 < sent / junk.size() &&
               host.last.send.size() == 1)
          host.wake();
      }
      CHECK_FALSE(host.open());
      CHECK(sent <= most_from_a_client + junk.size());
      CHECK(host.sent.size() < 1024);
    }
  }
}

TEST_CASE("TSRequests without end close the session within its limit") {
  Played host{Behaviour{}};
  auto client = host.handshake();
  REQUIRE(client.established());
  std::size_t rounds = 0;
  for (; host.open() && rounds < 10'000; ++rounds) {
    client.write(ts_request_with(first_token()));
    host.exchange(client);
    (void)client.read();
  }
  CHECK(host.close == Step::Close::reset);
  CHECK(rounds < 2000);
}

TEST_CASE("TLS without a request is answered by a host that speaks TLS, and by no other") {
  Played host{Behaviour{}};
  auto client = wire::TlsSession::client({}).value();
  client.start();
  host.exchange(client);
  CHECK(client.established());
  client.write(ts_request_with(first_token()));
  host.exchange(client);
  CHECK(wire::decode_ts_request(client.read())->nego_tokens.size() == 1);

  const Bytes hello = wire::client_hello_record(wire::hello_offer("modern"), Bytes(32, 7));
  for (const Behaviour& behaviour :
       {Behaviour{.at_request = Leave::reset}, Behaviour{.protocols = 0, .rdp_security = true},
        Behaviour{.failure = 5}}) {
    Played other{behaviour};
    other.send(hello);
    CHECK(other.close == Step::Close::fin);
    CHECK(other.sent.empty());
  }
}

TEST_CASE("bytes after the request are taken as the beginning of TLS") {
  Played host{Behaviour{}};
  Bytes both = request_frame();
  const Bytes hello = wire::client_hello_record(wire::hello_offer("modern"), Bytes(32, 7));
  both.insert(both.end(), hello.begin(), hello.end());
  host.send(both);
  const Bytes answer = host.got();
  REQUIRE(19 < answer.size());
  wire::TlsWatcher seen;
  seen.feed(View(answer).subspan(19));
  CHECK(seen.server_hello().has_value());
}

}  // namespace rdpdoctor::lab
