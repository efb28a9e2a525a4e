// Judges over the connections of clients, as a capture has them: who fails, who tries one thing after
// another, and who only looks.
#include <doctest/doctest.h>

#include "support/probe_evidence.h"

namespace rdpdoctor::causes {
namespace {

using namespace test;

struct Capture : Evidence {
  Connection& client(std::uint32_t protocols, X224Facts x224, double started_ms = 0,
                     const std::string& address = "10.0.0.9") {
    Connection& c = add("client", "");
    c.source = "a.pcap";
    c.seen.emplace();
    c.seen->client = address + ":" + std::to_string(50000 + c.number);
    c.asked.protocols = protocols;
    c.started_ms = started_ms;
    c.x224 = std::move(x224);
    c.ending = Ending::local;
    return c;
  }
  Connection& gets_in(double started_ms = 0, const std::string& address = "10.0.0.9") {
    Connection& c = client(0xB, confirmed(8), started_ms, address);
    c.tls = completed();
    c.session.emplace();
    c.session->outcome = evidence::SessionOutcome::unreadable;
    c.session->bytes_from_client = c.session->bytes_from_host = 50'000;
    return c;
  }
};

TEST_CASE("a client that asks for several things at a time and gets in is not refused") {
  Capture series;
  series.gets_in(0);
  for (std::uint32_t protocols : {0x1U, 0x0U, 0x5U, 0x10U}) series.client(protocols, refused(5), 2000);
  CHECK(shown(series) == "");
  CHECK(diagnose(series.file).health == Health::healthy);
  Capture hours_later;
  hours_later.gets_in(0);
  hours_later.client(0x1, refused(5), 7'200'000);
  CHECK(shown(hours_later) == "nla-required proven");
  Capture another;
  another.gets_in(0);
  another.client(0x1, refused(5), 2000, "10.0.0.10");
  CHECK(shown(another) == "nla-required proven");
  Capture tls;
  tls.gets_in(0).x224.selected = 1;
  tls.client(0, refused(1), 2000);
  CHECK(shown(tls) == "");
}

TEST_CASE("a whole request that is refused is not healed by a smaller one before it") {
  Capture c;
  c.client(0x0, confirmed(0), 0).session.emplace();
  c.client(0xB, refused(2), 10);
  CHECK(shown(c) == "tls-not-allowed likely");
}

TEST_CASE("those that only look whether the port is open do not hide what others meet, and are no failure") {
  auto looks = [](Capture& c) {
    c.client(0xB, x224_ended(X224Outcome::waiting));
    c.client(0, {}).asked.protocols.reset();
  };
  Capture cut;
  for (int i = 0; i < 3; ++i) cut.client(0xB, x224_ended(X224Outcome::closed)).ending = Ending::fin;
  looks(cut);
  CHECK(shown(cut) == "forwarder-without-host possible");
  Capture silent;
  for (int i = 0; i < 3; ++i) silent.client(0xB, x224_ended(X224Outcome::silent)).x224.ms = 9000;
  looks(silent);
  CHECK(shown(silent) == "listener-unresponsive likely");
  Capture alone;
  looks(alone);
  CHECK(shown(alone) == "");
  CHECK(diagnose(alone.file).health == Health::unknown);
  Capture scanned;
  scanned.gets_in();
  looks(scanned);
  CHECK(diagnose(scanned.file).health == Health::healthy);
}

TEST_CASE("TLS without X.224 is a scanner's beside real requests") {
  Capture c;
  for (int i = 0; i < 3; ++i) c.client(0xB, x224_ended(X224Outcome::closed)).ending = Ending::fin;
  Connection& first = c.client(0, {});
  first.asked.tls = "first";
  first.tls = tls_ended(TlsOutcome::closed);
  first.ending = Ending::fin;
  CHECK(shown(c) == "forwarder-without-host possible");
}

TEST_CASE("a client that leaves during or after NLA has taken the certificate") {
  Capture c;
  Connection& left = c.client(0xB, confirmed(8));
  left.tls = completed();
  CHECK(shown(c) == "certificate-untrusted possible (not)");
  left.nla = challenge(0);
  CHECK(shown(c) == "");
  left.nla = {};
  c.client(0xB, confirmed(8)).tls = completed();
  c.file.connections.back().nla = challenge(0);
  CHECK(shown(c) == "");
}

}  // namespace
}  // namespace rdpdoctor::causes
