#include "evidence/json.h"

#include <doctest/doctest.h>

namespace rdpdoctor::evidence {
namespace {

CaseFile sample() {
  CaseFile c;
  c.target = {.asked = "srv:3390",
              .host = "srv",
              .port = 3390,
              .is_address = false,
              .addresses = {"10.0.0.5", "fe80::1%eth0"}};
  c.complaint = Complaint{0x904, 7};
  c.name.outcome = NameOutcome::resolved;
  c.name.ms = 1.25;
  c.name.hosts_file = Reading<std::vector<std::string>>::present({"10.0.0.9"});
  Connection k;
  k.number = 1;
  k.source = "probe";
  k.asked = {.address = "10.0.0.5", .what = "standard", .protocols = 0xB, .tls = "handshake", .nla = true};
  k.tcp.outcome = TcpOutcome::connected;
  k.tcp.rtt_ms = Reading<double>::present(11.5);
  k.tcp.retransmits = Reading<std::uint32_t>::unreadable("not told on this system");
  k.tcp.icmp = Reading<Icmp>::absent();
  k.tcp.packets = Reading<SeenPackets>::present({.syn_ack_ttl = 63, .resets = {{.ttl = 64, .at_ms = 3}}});
  k.x224.outcome = X224Outcome::confirmed;
  k.x224.selected = 8;
  k.tls.outcome = TlsOutcome::completed;
  k.tls.version = 0x0304;
  k.tls.chain.push_back({.subject = "CN=h\xc3\xb6st", .not_after = Instant{1795000000000}, .key_bits = 2048});
  k.nla.outcome = NlaOutcome::challenged;
  k.nla.error_code = 0xC000006D;
  k.nla.host_clock = Instant{1795000000123};
  k.ending = Ending::local;
  k.pdus = {"one", "two"};
  c.connections.push_back(k);
  c.run.started = Instant{1795000000000};
  c.run.interrupted = true;
  return c;
}

}  // namespace

TEST_CASE("a case file survives its JSON form unchanged") {
  std::string once = to_json(sample());
  auto back = from_json(once);
  REQUIRE(back);
  CHECK(to_json(*back) == once);
  CHECK(back->connections.at(0).tcp.rtt_ms.value == 11.5);
  CHECK(back->connections.at(0).tcp.retransmits.why == "not told on this system");
  CHECK(back->connections.at(0).tcp.icmp.state == Presence::absent);
  CHECK(back->connections.at(0).tcp.mss.state == Presence::not_looked);
  CHECK(back->connections.at(0).nla.host_clock->ms == 1795000000123);
  CHECK(back->complaint->extended == 7u);
}

TEST_CASE("what was not looked at is not written, so it can't read as fine") {
  std::string text = to_json(CaseFile{});
  CHECK(text.find("retransmits") == std::string::npos);
  CHECK(from_json("{}"));
}

TEST_CASE("a wrong value is named with its place") {
  auto r = from_json(R"({"connections":[{"tcp":{"outcome":"melted"}}]})");
  REQUIRE_FALSE(r);
  CHECK(to_text(r.error()).find("connections[0].tcp.outcome") != std::string::npos);
  CHECK_FALSE(from_json("nonsense"));
  CHECK_FALSE(from_json("[]"));
  CHECK_FALSE(from_json(R"({"target":{"port":70000}})"));
  CHECK_FALSE(from_json(R"({"target":{"port":-1}})"));
}

TEST_CASE("a diagnosis is read by its evidence, a case file by itself, and nothing else is") {
  std::string inner = to_json(sample());
  auto wrapped = from_diagnosis_json(R"({"schema":"rdpdoctor.diagnosis/1","evidence":)" + inner + "}");
  REQUIRE(wrapped);
  CHECK(to_json(*wrapped) == inner);
  CHECK(from_diagnosis_json(inner));
  CHECK(from_diagnosis_json(R"({"diagnosis":{"evidence":)" + inner + "}}"));
  for (auto bad :
       {"", "[]", "{}", "7", "null", R"({"evidence":7})", R"({"evidence":[]})", R"({"schema":"x"})"}) {
    INFO(bad);
    CHECK_FALSE(from_diagnosis_json(bad));
  }
  CHECK_FALSE(from_diagnosis_json(std::string(1 << 20, '[')));
}

TEST_CASE("a short text that would cost much memory is refused") {
  std::string list = "{}";
  for (int i = 0; i < 20'000; ++i) list += ",{}";
  auto r = from_json(R"({"connections":[)" + list + "]}");
  REQUIRE_FALSE(r);
  CHECK(to_text(r.error()).find("connections must be a list of fewer entries") != std::string::npos);
  std::string chains;
  std::string chain = R"({"tls":{"chain":[{})";
  for (int i = 0; i < 5'000; ++i) chain += ",{}";
  chain += "]}}";
  for (int i = 0; i < 30; ++i) chains += (i ? "," : "") + chain;
  CHECK_FALSE(from_json(R"({"connections":[)" + chains + "]}"));
}

}  // namespace rdpdoctor::evidence
