// The words and signatures of the TCP stage, and of connections that end before RDP answers.
#include "causes/engine/tcp_views.h"

#include <doctest/doctest.h>

#include "support/probe_evidence.h"

namespace rdpdoctor::causes {
namespace {

using namespace test;

Evidence ended_at_tcp(TcpOutcome how, Reading<evidence::Icmp> icmp) {
  Evidence e;
  e.handshakes({}, 3);
  for (Connection& c : e.file.connections) {
    c.tcp.outcome = how;
    c.tcp.connect_ms = 0.0493;
    c.tcp.icmp = icmp;
    c.x224 = {};
    c.ending = Ending::error;
  }
  return e;
}

std::string because(const Evidence& e, std::string_view id) {
  for (const auto& x : diagnose(e.file).excluded) {
    if (x.cause->id == id) return x.because;
  }
  return "";
}

std::string told(const Evidence& e, std::string_view id) {
  std::string all;
  for (const RankedCause& r : diagnose(e.file).causes) {
    if (r.cause->id != id) continue;
    all = r.found.headline;
    for (const auto& line : r.found.evidence) all += "|" + line.text;
  }
  return all;
}

Evidence ended_at_x224(X224Outcome how, std::uint64_t bytes, double ms = 1) {
  Evidence e;
  e.handshakes({}, 3);
  for (Connection& c : e.file.connections) {
    c.x224 = x224_ended(how);
    c.x224.bytes = bytes;
    c.x224.ms = ms;
  }
  return e;
}

Connection& hello_first(Evidence& e, X224Outcome how) {
  Connection& c = e.add("hello first", "first");
  c.asked.protocols.reset();
  c.x224 = x224_ended(how);
  return c;
}

}  // namespace

TEST_CASE("milliseconds are told with two digits and never with an exponent") {
  CHECK(ms_words(0.0493) == "0.049 ms");
  CHECK(ms_words(0.05) == "0.05 ms");
  CHECK(ms_words(0.31) == "0.31 ms");
  CHECK(ms_words(9.97) == "10 ms");
  CHECK(ms_words(204.4) == "204 ms");
  CHECK(ms_words(0) == "less than 0.01 ms");
  CHECK(ms_words(12345678) == "12345678 ms");
}

TEST_CASE("a RST to the SYN is likely a closed port, and its rivals say what came instead") {
  Evidence e = ended_at_tcp(TcpOutcome::refused, {Presence::absent, {}, {}});
  CHECK(shown(e) == "port-closed likely");
  CHECK(told(e, "port-closed").find("firewall") != std::string::npos);
  CHECK(told(e, "port-closed").find("refused in 0.049 ms, by RST and not by ICMP, 3 of 3") !=
        std::string::npos);
  CHECK(because(e, "port-rejected").starts_with("it was refused by RST, not by ICMP"));
  CHECK(because(e, "port-filtered").starts_with("it was refused by RST, not by ICMP"));
  Evidence silent_syn = ended_at_tcp(TcpOutcome::timed_out, {});
  CHECK(because(silent_syn, "port-closed").starts_with("nothing answered the SYN"));
}

TEST_CASE("ICMP protocol unreachable is a refusal, whatever the system makes of it") {
  Evidence e = ended_at_tcp(TcpOutcome::failed, {Presence::present, {3, 2, "10.0.0.5"}, {}});
  CHECK(shown(e) == "port-rejected proven");
  CHECK(told(e, "port-rejected").find("by ICMP 3/2 from 10.0.0.5") != std::string::npos);
  CHECK(because(e, "port-closed").starts_with("it was refused by ICMP"));
}

TEST_CASE("a forwarder is likely only when a TLS server was tried and ended the same") {
  Evidence e = ended_at_x224(X224Outcome::closed, 0);
  CHECK(shown(e) == "forwarder-without-host possible");
  CHECK(told(e, "forwarder-without-host").find("not-rdp") != std::string::npos);
  Connection& first = hello_first(e, X224Outcome::closed);
  CHECK(shown(e) == "forwarder-without-host likely");
  first.x224.outcome = X224Outcome::silent;
  CHECK(shown(e) == "forwarder-without-host possible");
  first.x224.outcome = X224Outcome::not_rdp;
  first.x224.spoke = "TLS";
  CHECK(shown(e) == "not-rdp proven");
  CHECK(told(e, "not-rdp").starts_with("A TLS server (not RDP) answers on port 3389."));
}

TEST_CASE("an answer that ends after its first byte was answered, and is no forwarder of silence") {
  Evidence e = ended_at_x224(X224Outcome::closed, 1);
  CHECK(shown(e) == "forwarder-without-host possible");
  CHECK(told(e, "forwarder-without-host").find("ended within its answer, after 1 byte") != std::string::npos);
}

TEST_CASE("a request with a PROXY header that is waited on does not hide a forwarder") {
  Evidence e = ended_at_x224(X224Outcome::closed, 19);
  Connection& proxied = e.add("proxy header", "");
  proxied.asked.proxy_header = true;
  proxied.x224 = x224_ended(X224Outcome::silent);
  CHECK(shown(e) == "forwarder-without-host possible");
}

TEST_CASE("silence now and a cut then is an unresponsive listener at most") {
  Evidence e = ended_at_x224(X224Outcome::silent, 0, 4500);
  e.file.connections[1].x224.outcome = X224Outcome::closed;
  CHECK(shown(e) == "listener-unresponsive possible");
}

TEST_CASE("an unresponsive listener names how long was waited") {
  Evidence e = ended_at_x224(X224Outcome::silent, 0, 4500);
  CHECK(shown(e) == "listener-unresponsive likely");
  CHECK(told(e, "listener-unresponsive").find("4500 ms each: a longer --timeout") != std::string::npos);
}

TEST_CASE("a PROXY demand is found where RDP stays silent without it") {
  Evidence e = ended_at_x224(X224Outcome::silent, 0, 4500);
  e.add("proxy header", "").asked.proxy_header = true;
  CHECK(shown(e) == "not-rdp proven");
}

TEST_CASE("broken X.224 says that it is X.224, and what is wrong with it") {
  Evidence e = ended_at_x224(X224Outcome::malformed, 11);
  for (Connection& c : e.file.connections) c.x224.problem = "a Disconnect Request";
  CHECK(shown(e) == "not-rdp likely");
  CHECK(told(e, "not-rdp").starts_with("The answer is X.224"));
  CHECK(told(e, "not-rdp").find("a Disconnect Request") != std::string::npos);
}

TEST_CASE("bytes after the Confirm that are no TLS are told at the TLS stage") {
  Evidence e;
  e.handshakes(tls_ended(TlsOutcome::not_tls));
  CHECK(shown(e).starts_with("not-rdp possible"));
  CHECK(stage_of(diagnose(e.file).causes.front()) == Stage::tls);
  e.hello("modern", answered());
  CHECK(shown(e).find("not-rdp") == std::string::npos);
}

TEST_CASE("name servers that do not answer leave the name open") {
  Evidence e("srv");
  for (auto how : {evidence::NameOutcome::no_answer, evidence::NameOutcome::timed_out}) {
    e.file.name.outcome = how;
    CHECK(shown(e) == "name-not-found possible");
    CHECK(told(e, "name-not-found").starts_with("No name server answered."));
  }
}

TEST_CASE("clocks: rounded, implausible years left out, explaining only by a code of its own") {
  constexpr std::int64_t minute = 60'000;
  Evidence e;
  e.nla(challenge(6 * minute - 100, "CORP"));
  CHECK(shown(e) == "clock-skew proven (not)");
  CHECK(told(e, "clock-skew").find("is 6 minutes ahead of ours") != std::string::npos);
  e.file.complaint = evidence::Complaint{0x1D07, {}};
  CHECK(shown(e) == "clock-skew proven");
  e.file.complaint = evidence::Complaint{0x904, 7};
  CHECK(shown(e) == "clock-skew proven (not)");
  for (std::int64_t far : {std::int64_t{-11644473600000}, std::int64_t{5'000'000'000'000}}) {
    e.file.complaint.reset();
    e.file.connections[0].nla.host_clock = Instant{far};
    CHECK(shown(e) == "");
  }
}

}  // namespace rdpdoctor::causes
