// An attempt driven by hand: bytes in, steps out, no socket.
#include "probe/attempt.h"

#include <doctest/doctest.h>

#include "wire/x224.h"

namespace rdpdoctor::probe {
namespace {

using namespace evidence;
using std::chrono::milliseconds;

struct Driven {
  Moment now{};
  Attempt attempt;
  net::Step last;

  explicit Driven(Asked asked)
      : attempt(std::move(asked), {.waits = {milliseconds(300), milliseconds(300), milliseconds(300)},
                                   .random32 = Bytes(32, 7),
                                   .verbose = true}) {
    last = attempt.connected(now);
  }
  void give(View bytes) {
    now += milliseconds(1);
    last = attempt.received(bytes, now);
  }
  void give_in_pieces(View bytes) {
    for (std::size_t i = 0; i < bytes.size() && last.close == net::Step::Close::no; ++i)
      give(bytes.subspan(i, 1));
  }
  void end(net::Ending how) { attempt.ended(how, now); }
  void run_out() {
    now += milliseconds(400);
    last = attempt.woken(now);
    if (last.close != net::Step::Close::no) end(net::Ending::local);
  }
  const Connection& facts() { return attempt.facts(); }
};

Asked negotiation_only() {
  return {.address = "a", .what = "set ssl", .protocols = 1, .tls = "", .nla = false};
}
Asked standard() {
  return {.address = "a", .what = "standard", .protocols = 0xB, .tls = "handshake", .nla = true};
}
Asked hello(std::string offer) {
  return {.address = "a", .what = "hello " + offer, .protocols = 0xB, .tls = offer, .nla = false};
}

Bytes confirm(std::uint32_t selected) {
  return wire::tpkt(wire::encode(wire::ConnectionConfirm{wire::RdpNegRsp{0x1f, selected}}));
}
Bytes failure(std::uint32_t code) {
  return wire::tpkt(wire::encode(wire::ConnectionConfirm{wire::RdpNegFailure{code}}));
}
View text(std::string_view s) {
  return {reinterpret_cast<const std::uint8_t*>(s.data()), s.size()};
}

}  // namespace

TEST_CASE("the request carries the cookie and the protocols asked for") {
  Driven d(standard());
  auto request = wire::decode_connection_request(View(d.last.send).subspan(wire::tpkt_header_size));
  REQUIRE(request);
  CHECK(request->routing == "Cookie: mstshash=rdpdoctor");
  CHECK(request->negotiation->requested_protocols == 0xB);
  Driven bare({.address = "a",
               .what = "no negotiation",
               .cookie = false,
               .protocols = std::nullopt,
               .tls = "",
               .nla = false});
  auto old = wire::decode_connection_request(View(bare.last.send).subspan(wire::tpkt_header_size));
  REQUIRE(old);
  CHECK(old->routing.empty());
  CHECK_FALSE(old->negotiation);
}

TEST_CASE("a confirm is read whole, a byte at a time, and when more follows it") {
  for (int way = 0; way < 3; ++way) {
    Driven d(negotiation_only());
    Bytes bytes = confirm(1);
    if (way == 2) bytes.insert(bytes.end(), {1, 2, 3});
    if (way == 1)
      d.give_in_pieces(bytes);
    else
      d.give(bytes);
    CHECK(d.last.close == net::Step::Close::fin);
    d.end(net::Ending::local);
    CHECK(d.facts().x224.outcome == X224Outcome::confirmed);
    CHECK(d.facts().x224.selected == 1u);
    CHECK(d.facts().x224.flags == 0x1fu);
    CHECK(d.facts().ending == Ending::local);
  }
}

TEST_CASE("every failure code is kept, known or not") {
  for (std::uint32_t code : {1u, 6u, 0x2Au, 0xFFFFFFFFu}) {
    Driven d(standard());
    d.give(failure(code));
    CHECK(d.facts().x224.outcome == X224Outcome::negotiation_failure);
    CHECK(d.facts().x224.failure_code == code);
  }
}

TEST_CASE("FIN, RST and silence before an answer are three outcomes, and our own deadline is none") {
  Driven fin(standard()), reset(standard()), silent(standard()), cut(standard());
  fin.end(net::Ending::fin);
  reset.end(net::Ending::reset);
  silent.run_out();
  cut.end(net::Ending::unfinished);
  CHECK(fin.facts().x224.outcome == X224Outcome::closed);
  CHECK(reset.facts().x224.outcome == X224Outcome::reset);
  CHECK(silent.facts().x224.outcome == X224Outcome::silent);
  CHECK(silent.facts().ending == Ending::timed_out);
  CHECK(silent.facts().x224.ms == 400);
  CHECK(cut.facts().x224.outcome == X224Outcome::waiting);
  CHECK(cut.facts().ending == Ending::unfinished);
}

TEST_CASE("bytes that trickle do not stretch the wait") {
  Driven d(standard());
  Bytes bytes = confirm(1);
  for (int i = 0; i < 5; ++i) {
    d.now += milliseconds(59);
    d.last = d.attempt.received(View(bytes).subspan(static_cast<std::size_t>(i), 1), d.now);
    REQUIRE(d.last.wake == Moment{} + milliseconds(300));  // a step without a wake would end the wait
  }
  d.now += milliseconds(10);
  d.last = d.attempt.woken(d.now);
  CHECK(d.last.close == net::Step::Close::fin);
  CHECK(d.facts().x224.outcome == X224Outcome::silent);
  CHECK(d.facts().x224.bytes == 5);
}

TEST_CASE("something that is not RDP is named, also when its banner comes in pieces") {
  Driven d(standard());
  d.give(text("SS"));
  CHECK(d.last.wake);
  d.give(text("H-2.0-OpenSSH_9.2\r\n"));
  d.run_out();
  CHECK(d.facts().x224.outcome == X224Outcome::not_rdp);
  CHECK(d.facts().x224.spoke == "SSH");
  Driven closed(standard());
  closed.give(text("HTTP/1.1 400 Bad Request\r\n\r\n"));
  closed.end(net::Ending::fin);
  CHECK(closed.facts().x224.spoke == "HTTP");
}

TEST_CASE("a TPKT that claims 64 KB is given up at once") {
  Driven d(standard());
  Bytes liar = {3, 0, 0xFF, 0xFF, 2};
  d.give(liar);
  CHECK(d.last.close == net::Step::Close::fin);
  CHECK(d.facts().x224.outcome == X224Outcome::malformed);
}

TEST_CASE("a ClientHello that is cut is told by how: FIN, RST, alert, silence") {
  for (std::string offer : {"modern", "small", "tls1.0", "control"}) {
    Driven fin(hello(offer)), reset(hello(offer)), alert(hello(offer)), silent(hello(offer));
    for (Driven* d : {&fin, &reset, &alert, &silent}) d->give(confirm(8));
    CHECK(fin.last.send.size() == fin.facts().tls.hello_bytes);
    CHECK(fin.last.send.at(0) == 22);
    fin.end(net::Ending::fin);
    reset.end(net::Ending::reset);
    Bytes fatal = {21, 3, 3, 0, 2, 2, 80};
    alert.give_in_pieces(fatal);
    silent.run_out();
    CHECK(fin.facts().tls.outcome == TlsOutcome::closed);
    CHECK(reset.facts().tls.outcome == TlsOutcome::reset);
    CHECK(alert.facts().tls.outcome == TlsOutcome::alert);
    CHECK(alert.facts().tls.alert == 80u);
    CHECK(silent.facts().tls.outcome == TlsOutcome::silent);
  }
}

TEST_CASE("what comes along with the confirm is not lost: an alert there is an alert of TLS") {
  for (std::string offer : {"modern", "handshake"}) {
    Driven d(hello(offer));
    Bytes bytes = confirm(2);
    bytes.insert(bytes.end(), {21, 3, 3, 0, 2, 2, 80});
    d.give(bytes);
    CHECK(d.facts().tls.outcome == TlsOutcome::alert);
    CHECK(d.facts().tls.alert == 80u);
    CHECK(d.last.close == net::Step::Close::fin);
  }
}

TEST_CASE("a split ClientHello is the same bytes in two sends with a pause between them") {
  Driven d(hello("split"));
  d.give(confirm(8));
  Bytes first = d.last.send;
  CHECK(first.size() == 1);
  REQUIRE(d.last.wake);
  d.now = *d.last.wake;
  d.last = d.attempt.woken(d.now);
  CHECK(first.size() + d.last.send.size() == d.facts().tls.hello_bytes);
  CHECK(d.last.wake);
}

TEST_CASE("a padded ClientHello is larger than two segments, and drips are many small ones") {
  Driven padded(hello("padded"));
  padded.give(confirm(8));
  CHECK(padded.last.send.size() >= 2900);
  CHECK_FALSE(padded.last.separate_segments);
  CHECK(padded.facts().tls.hello_bytes == padded.last.send.size());
  Driven bulk(hello("bulk"));
  bulk.give(confirm(8));
  CHECK(bulk.last.send.size() >= 12000);
  Driven drip(hello("drip"));
  drip.give(confirm(8));
  CHECK(drip.last.separate_segments);
  CHECK(drip.last.cut == 0);
  CHECK(drip.last.send.size() / drip.last.piece >= 50);
  CHECK(drip.last.send.size() / drip.last.piece <= 60);
}

TEST_CASE("no TLS is begun when the host chose none, and none is asked of a host that failed") {
  Driven rdp(standard());
  rdp.give(confirm(0));
  CHECK(rdp.last.close == net::Step::Close::fin);
  CHECK(rdp.facts().tls.outcome == TlsOutcome::not_tried);
}

TEST_CASE("with verbose each PDU leaves a line that names its fields") {
  Driven d(standard());
  d.give(failure(5));
  REQUIRE(d.facts().pdus.size() == 2);
  CHECK(d.facts().pdus[0].find("requestedProtocols=0xB") != std::string::npos);
  CHECK(d.facts().pdus[1].find("failureCode=0x5 HYBRID_REQUIRED_BY_SERVER") != std::string::npos);
}

TEST_CASE("a protocol that was not asked for is a broken confirm, and no TLS is tried") {
  for (std::uint32_t selected : {4u, 0x10u, 0x2000001u, 0xFFFFFFFFu}) {
    Driven d(standard());
    d.give(confirm(selected));
    CHECK(d.last.close == net::Step::Close::fin);
    CHECK(d.facts().x224.outcome == X224Outcome::malformed);
    CHECK(d.facts().x224.selected == selected);
    CHECK(d.facts().x224.problem.find("0xB was asked for") != std::string::npos);
    CHECK(d.facts().tls.outcome == TlsOutcome::not_tried);
  }
  Driven old({.address = "a", .what = "no negotiation", .protocols = std::nullopt, .tls = "", .nla = false});
  old.give(confirm(1));
  CHECK(old.facts().x224.outcome == X224Outcome::malformed);
  Driven none(standard());
  none.give(confirm(0));
  CHECK(none.facts().x224.outcome == X224Outcome::confirmed);
}

TEST_CASE("a response of another length than 8 is a broken confirm") {
  Driven d(standard());
  Bytes bytes = confirm(1);
  bytes[13] = 4;  // rdpNegData.length
  d.give(bytes);
  CHECK(d.facts().x224.outcome == X224Outcome::malformed);
  CHECK(d.facts().x224.problem.find("rdpNegData.length") != std::string::npos);
  CHECK(d.facts().tls.outcome == TlsOutcome::not_tried);
}

TEST_CASE("bytes after the confirm that are not TLS are told so, one byte of them is enough") {
  for (std::string offer : {"modern", "handshake"}) {
    for (std::string_view words : {"x", "220 mail.example ESMTP\r\n"}) {
      Driven together(hello(offer)), later(hello(offer));
      Bytes bytes = confirm(2);
      bytes.insert(bytes.end(), words.begin(), words.end());
      together.give(bytes);
      later.give(confirm(2));
      later.give(text(words));
      for (Driven* d : {&together, &later}) {
        CHECK(d->facts().tls.outcome == TlsOutcome::not_tls);
        CHECK_FALSE(d->facts().tls.problem.empty());
        CHECK(d->last.close == net::Step::Close::fin);
      }
    }
  }
}

TEST_CASE("the plain control is no TLS and has the size of the modern hello") {
  Driven modern(hello("modern")), plain(hello("plain"));
  modern.give(confirm(8));
  plain.give(confirm(8));
  CHECK(plain.last.send.size() == modern.last.send.size());
  CHECK(plain.last.send.at(0) == 3);
  CHECK(plain.facts().tls.hello_bytes == plain.last.send.size());
  plain.end(net::Ending::reset);
  CHECK(plain.facts().tls.outcome == TlsOutcome::reset);
}

TEST_CASE("a ClientHello as the first bytes tells TLS by its ServerHello or alert, and else how it ended") {
  Asked first{.address = "a", .what = "hello first", .cookie = false, .tls = "first", .nla = false};
  Driven fin(first), reset(first), silent(first), alert(first), server(first), banner(first), tpkt(first);
  CHECK(fin.last.send.at(0) == 22);
  CHECK(fin.facts().x224.outcome == X224Outcome::waiting);
  fin.end(net::Ending::fin);
  reset.end(net::Ending::reset);
  silent.run_out();
  CHECK(fin.facts().x224.outcome == X224Outcome::closed);
  CHECK(reset.facts().x224.outcome == X224Outcome::reset);
  CHECK(silent.facts().x224.outcome == X224Outcome::silent);
  Bytes fatal = {21, 3, 3, 0, 2, 2, 40};
  alert.give_in_pieces(fatal);
  Bytes hello_record = {22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3};
  hello_record.insert(hello_record.end(), 33, 0);  // random, an empty session_id
  hello_record.insert(hello_record.end(), {0xc0, 0x30, 0});
  server.give_in_pieces(hello_record);
  for (Driven* d : {&alert, &server}) {
    CHECK(d->facts().x224.outcome == X224Outcome::not_rdp);
    CHECK(d->facts().x224.spoke == "TLS");
    CHECK(d->last.close == net::Step::Close::fin);
    CHECK(d->facts().tls.outcome == TlsOutcome::not_tried);
  }
  CHECK(server.facts().x224.spoke_detail == "ServerHello, TLS 1.2");
  banner.give(text("HTTP/1.1 400 Bad Request\r\n\r\n"));
  banner.run_out();
  CHECK(banner.facts().x224.spoke == "HTTP");
  tpkt.give(confirm(0));
  CHECK(tpkt.facts().x224.outcome == X224Outcome::malformed);
}

}  // namespace rdpdoctor::probe
