#include "analyze/conversation.h"

#include <doctest/doctest.h>

#include "support/conversation_script.h"

using namespace rdpdoctor;
using namespace rdpdoctor::analyze;
using namespace rdpdoctor::test;
using evidence::Ending;
using evidence::TlsOutcome;
using evidence::X224Outcome;

TEST_CASE("only TPKT with a Connection Request begins as RDP") {
  Bytes good = request(3);
  CHECK(Conversation::begins_as_rdp(good));
  for (std::size_t n = 0; n < 6; ++n) CHECK_FALSE(Conversation::begins_as_rdp(View(good).first(n)));
  CHECK(Conversation::begins_as_rdp(View(good).first(6)));
  CHECK_FALSE(Conversation::begins_as_rdp(confirm(1)));
  CHECK_FALSE(Conversation::begins_as_rdp(bytes_of("GET / HTTP/1.1\r\n")));
}

TEST_CASE("a request and its answer are read in any pieces") {
  for (std::size_t piece : {1U, 3U, 100000U}) {
    CAPTURE(piece);
    Connection c = play({{From::client, request(3)}, {From::host, failure(2)}}, client_fin, piece);
    CHECK(c.asked.what == "client");
    CHECK(c.asked.cookie);
    CHECK(c.asked.protocols == 3);
    CHECK(c.asked.tls.empty());
    CHECK(c.x224.outcome == X224Outcome::negotiation_failure);
    CHECK(c.x224.failure_code == 2);
    CHECK(c.x224.bytes == 19);
    CHECK(c.x224.ms == doctest::Approx(10));
    CHECK(c.ending == Ending::local);
    CHECK(c.bytes_sent == request(3).size());
    CHECK(c.bytes_received == 19);
    CHECK(c.tls.outcome == TlsOutcome::not_tried);
    CHECK_FALSE(c.session);
  }
}

TEST_CASE("a request without cookie and negotiation is told as such") {
  Connection c = play({{From::client, request(std::nullopt, "")}}, host_fin);
  CHECK_FALSE(c.asked.cookie);
  CHECK_FALSE(c.asked.protocols);
}

TEST_CASE("the PROXY line before the request is seen and passed over") {
  Bytes first = bytes_of("PROXY TCP4 10.0.0.1 10.0.0.2 5000 3389\r\n");
  Bytes r = request(3);
  first.insert(first.end(), r.begin(), r.end());
  for (std::size_t piece : {1U, 100000U}) {
    Connection c = play({{From::client, first}, {From::host, confirm(1)}}, host_fin, piece);
    CHECK(c.asked.proxy_header);
    CHECK(c.x224.outcome == X224Outcome::confirmed);
    CHECK(c.x224.selected == 1);
  }
}

TEST_CASE("a request without an answer: how it ended tells the outcome") {
  Script script = {{From::client, request(3)}};
  CHECK(play(script, host_fin).x224.outcome == X224Outcome::closed);
  CHECK(play(script, host_fin).ending == Ending::fin);
  CHECK(play(script, host_reset).x224.outcome == X224Outcome::reset);
  CHECK(play(script, host_reset).ending == Ending::reset);
  CHECK(play(script, long_wait).x224.outcome == X224Outcome::silent);
  CHECK(play(script, long_wait).ending == Ending::timed_out);
  CHECK(play(script, long_wait).x224.ms == doctest::Approx(10'000));
  // A capture that ends at once, or a client that leaves at once, says nothing of the host.
  CHECK(play(script).x224.outcome == X224Outcome::waiting);
  CHECK(play(script).ending == Ending::open);
  CHECK(play(script, client_fin).x224.outcome == X224Outcome::waiting);
  Connection left = play(script, {End::How::reset, From::client, 10'000 * ms});
  CHECK(left.x224.outcome == X224Outcome::silent);
  CHECK(left.ending == Ending::local);
  REQUIRE(left.seen);
  CHECK(left.seen->client_reset);
}

TEST_CASE("an answer that comes in drops for long, and never whole, is none") {
  Script script = {{From::client, request(3)}};
  for (const Bytes& drop : std::vector<Bytes>{{3}, {0}, {0}}) script.push_back({From::host, drop});
  CHECK(play(script, client_fin).x224.outcome == X224Outcome::waiting);
  const Connection c = play(script, {End::How::fin, From::client, 10'000 * ms});
  CHECK(c.x224.outcome == X224Outcome::silent);
  CHECK(c.x224.bytes == 3);
  CHECK(c.ending == Ending::local);
}

TEST_CASE("the first to close is the one who ended it") {
  wire::TlsKeyLog none;
  Conversation conversation(none, false);
  conversation.bytes(From::client, request(3), start);
  conversation.closed(From::host, false, start + ms);
  conversation.closed(From::client, true, start + 2 * ms);
  conversation.over(start + 2 * ms);
  Connection c = conversation.take();
  CHECK(c.ending == Ending::fin);
  CHECK_FALSE(c.seen->client_reset);
  CHECK(c.x224.outcome == X224Outcome::closed);
}

TEST_CASE("a host that closes before the request comes has closed on it") {
  wire::TlsKeyLog none;
  Conversation conversation(none, false);
  conversation.closed(From::host, false, start);
  conversation.bytes(From::client, request(3), start + ms);
  conversation.over(start + 2 * ms);
  Connection c = conversation.take();
  CHECK(c.x224.outcome == X224Outcome::closed);
  CHECK(c.ending == Ending::fin);
}

TEST_CASE("what answers in another protocol is named") {
  for (std::size_t piece : {1U, 100000U}) {
    Connection c = play({{From::client, request(3)}, {From::host, bytes_of("SSH-2.0-OpenSSH_9.2\r\n")}},
                        client_fin, piece);
    CHECK(c.x224.outcome == X224Outcome::not_rdp);
    CHECK(c.x224.spoke == "SSH");
  }
}

TEST_CASE("a broken Confirm is malformed, and so is a protocol that was not asked for") {
  Bytes broken = confirm(1);
  broken[3] = 2;
  CHECK(play({{From::client, request(3)}, {From::host, broken}}, client_fin).x224.outcome ==
        X224Outcome::malformed);
  Connection c = play({{From::client, request(1)}, {From::host, confirm(2)}}, client_fin);
  CHECK(c.x224.outcome == X224Outcome::malformed);
  CHECK(c.x224.selected == 2);
  Bytes half = confirm(1);
  half.resize(7);
  Connection cut = play({{From::client, request(3)}, {From::host, half}}, host_reset);
  CHECK(cut.x224.outcome == X224Outcome::reset);
  CHECK_FALSE(cut.x224.first_bytes.empty());
}

TEST_CASE("of a connection begun before the capture, and of another protocol, nothing is claimed") {
  Bytes application = {0x17, 3, 3, 0, 4, 1, 2, 3, 4};
  for (const Bytes& first :
       {application, bytes_of("GET / HTTP/1.1\r\n\r\n"), wire::tpkt(Bytes{2, 0xF0, 0x80})}) {
    Connection c = play({{From::client, first}, {From::host, application}}, host_reset);
    CHECK(c.x224.outcome == X224Outcome::not_tried);
    CHECK(c.tls.outcome == TlsOutcome::not_tried);
    CHECK_FALSE(c.session);
    CHECK(c.ending == Ending::reset);
    CHECK(c.bytes_sent == first.size());
  }
}

TEST_CASE("RDP security: what follows the Confirm is the session") {
  Bytes pdu = wire::tpkt(Bytes{2, 0xF0, 0x80, 0x7F, 0x65});
  Script script = {
      {From::client, request(0)}, {From::host, confirm(0)}, {From::client, pdu}, {From::host, pdu}};
  Connection c = play(script, host_fin);
  REQUIRE(c.session);
  CHECK(c.session->bytes_from_client == pdu.size());
  CHECK(c.session->bytes_from_host == pdu.size());
  CHECK(c.tls.outcome == TlsOutcome::not_tried);
  CHECK_FALSE(play(first_lines(script, 2), host_fin).session);
}
