// What other ports and echoes say of a host whose port gives no connection.
#include "causes/engine/control_views.h"

#include <doctest/doctest.h>

#include "support/probe_evidence.h"

namespace rdpdoctor::causes {
namespace {

using namespace test;
using evidence::Control;
using evidence::Echo;
using evidence::EchoOutcome;

Evidence not_connected(TcpOutcome how, std::uint32_t reset_ttl = 0) {
  Evidence e;
  e.handshakes({}, 2);
  for (Connection& c : e.file.connections) {
    c.tcp.outcome = how;
    c.x224 = {};
    c.ending = Ending::error;
    evidence::SeenPackets seen;
    if (reset_ttl) seen.resets.push_back({reset_ttl, 1});
    c.tcp.packets = Reading<evidence::SeenPackets>::present(std::move(seen));
  }
  return e;
}

Control& control(Evidence& e, std::uint16_t port, TcpOutcome how) {
  Control c{.address = "10.0.0.5", .port = port};
  c.tcp.outcome = how;
  return e.file.controls.emplace_back(std::move(c));
}

Echo& echo(Evidence& e, std::size_t answers, std::uint32_t ttl, std::uint32_t bytes = 64) {
  Echo out{.address = "10.0.0.5", .packet_bytes = bytes, .outcome = EchoOutcome::done, .sent = 3};
  out.answers_ms.resize(answers, 1.0);
  if (answers) out.answer_ttls = {ttl};
  return e.file.echoes.emplace_back(std::move(out));
}

RefusalSender sender(const Evidence& e) {
  return refusal_sender(e.file, finished(e.file));
}

std::string lines_of(const Evidence& e, std::string_view id) {
  std::string all;
  for (const RankedCause& r : diagnose(e.file).causes) {
    if (r.cause->id != id) continue;
    for (const auto& line : r.found.evidence) all += "|" + line.text;
  }
  return all;
}

}  // namespace

TEST_CASE(
    "ports that connect or refuse, and echo, are signs of life; silence and the network's word are not") {
  Evidence e = not_connected(TcpOutcome::timed_out);
  CHECK_FALSE(signs_of_life(e.file).asked());
  control(e, 135, TcpOutcome::timed_out);
  control(e, 22, TcpOutcome::prohibited).tcp.icmp =
      Reading<evidence::Icmp>::present({.type = 3, .code = 13, .from = "10.0.9.1"});
  CHECK(signs_of_life(e.file).asked());
  CHECK_FALSE(signs_of_life(e.file).any());
  control(e, 445, TcpOutcome::refused);
  CHECK(signs_of_life(e.file).any());
  CHECK_FALSE(signs_of_life(e.file).surely());
  control(e, 443, TcpOutcome::connected);
  SignsOfLife signs = signs_of_life(e.file);
  CHECK(signs.surely());
  CHECK(answering_words(signs) == "443 connects, 445 refuses");
  CHECK(silent_words(signs) == "port 135");
  CHECK(signs.denied == std::vector<std::string>{"22 by ICMP 3/13 from 10.0.9.1"});
}

TEST_CASE("an echo that may not be sent, or is under way, was not asked") {
  Evidence e = not_connected(TcpOutcome::timed_out);
  echo(e, 0, 0).outcome = EchoOutcome::not_permitted;
  CHECK_FALSE(signs_of_life(e.file).asked());
  e.file.echoes[0].outcome = EchoOutcome::waiting;
  CHECK_FALSE(signs_of_life(e.file).asked());
  e.file.echoes[0].outcome = EchoOutcome::done;
  CHECK(silent_words(signs_of_life(e.file)) == "ICMP echo");
  echo(e, 3, 125, 1400);
  CHECK_FALSE(signs_of_life(e.file).surely());  // a large one is another question
  echo(e, 2, 125);
  CHECK(answering_words(signs_of_life(e.file)) == "ICMP echo is answered, 2 of 6");
}

TEST_CASE("an unfinished control tells nothing") {
  Evidence e = not_connected(TcpOutcome::timed_out);
  control(e, 445, TcpOutcome::pending);
  CHECK_FALSE(signs_of_life(e.file).asked());
}

TEST_CASE("a refusal's sender is measured by echoes first, then by another port's SYN-ACK") {
  Evidence e = not_connected(TcpOutcome::refused, 63);
  CHECK(sender(e).where == Compared::not_told);
  evidence::SeenPackets seen;
  seen.syn_ack_ttl = 125;
  control(e, 445, TcpOutcome::connected).tcp.packets = Reading<evidence::SeenPackets>::present(seen);
  CHECK(sender(e).where == Compared::nearer);
  CHECK_FALSE(sender(e).by_echo);
  echo(e, 1, 63);
  CHECK(sender(e).where == Compared::same);
  CHECK(sender(e).by_echo);
}

TEST_CASE("refusals from several distances have no one sender") {
  Evidence e = not_connected(TcpOutcome::refused, 63);
  echo(e, 1, 125);
  e.file.connections[0].tcp.packets.value.resets[0].ttl = 62;
  CHECK(sender(e).where == Compared::not_told);
}

TEST_CASE("a silent port says what was asked beside it") {
  Evidence e = not_connected(TcpOutcome::timed_out);
  CHECK(lines_of(e, "port-filtered").find("(--no-controls)") != std::string::npos);
  control(e, 445, TcpOutcome::connected);
  control(e, 135, TcpOutcome::timed_out);
  echo(e, 0, 0);
  CHECK(lines_of(e, "port-filtered").find("the machine is up, for 445 connects") != std::string::npos);
  CHECK(lines_of(e, "port-filtered").find("no answer from port 135 and ICMP echo either") !=
        std::string::npos);
}

TEST_CASE("something that accepts nearer than what answers echoes is named") {
  Evidence e;
  e.handshakes({}, 2);
  for (Connection& c : e.file.connections) {
    evidence::SeenPackets seen;
    seen.syn_ack_ttl = 63;
    c.tcp.packets = Reading<evidence::SeenPackets>::present(seen);
  }
  CHECK(accepted_nearer_words(e.file, finished(e.file)).empty());
  echo(e, 1, 124);
  CHECK(
      accepted_nearer_words(e.file, finished(e.file)) ==
      "what accepts is 1 hop away (TTL 63), what answers ICMP echo at that address is 4 hops away (TTL 124)");
  e.file.connections[0].tcp.packets.value.syn_ack_ttl = 124;
  CHECK(accepted_nearer_words(e.file, finished(e.file)).empty());
}

}  // namespace rdpdoctor::causes
