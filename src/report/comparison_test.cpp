#include "report/comparison.h"

#include <doctest/doctest.h>

#include "support/probe_evidence.h"

namespace rdpdoctor::report {
namespace {

using namespace causes::test;
using evidence::CaseFile;
using evidence::Stage;

CaseFile healthy() {
  Evidence e("srv");
  e.nla(challenge(0));
  e.file.name.outcome = evidence::NameOutcome::resolved;
  return e.file;
}

CaseFile tls_fails() {
  Evidence e("srv");
  e.handshakes(rst());
  return e.file;
}

CaseFile silent_port() {
  Evidence e("srv");
  for (auto what : {"standard", "standard again 2", "standard again 3"}) {
    Connection& c = e.add(what, "handshake");
    c.tcp.outcome = TcpOutcome::timed_out;
    c.x224 = {};
    c.ending = Ending::timed_out;
  }
  return e.file;
}

CaseFile no_name() {
  CaseFile c = Evidence("srv").file;
  c.target.addresses.clear();
  c.name.outcome = evidence::NameOutcome::not_found;
  return c;
}

CaseFile later(CaseFile c, std::int64_t by_ms) {
  c.run.started.ms += by_ms;
  return c;
}

CaseFile at_address(CaseFile c, const std::string& address) {
  c.target.addresses = {address};
  for (auto& k : c.connections) k.asked.address = address;
  return c;
}

CaseFile with_certificate(CaseFile c, const evidence::Certificate& leaf) {
  for (auto& k : c.connections) k.tls.chain = {leaf};
  return c;
}

Comparison compared(CaseFile a, CaseFile b) {
  return compare({"a.json", make_report(std::move(a))}, {"b.json", make_report(std::move(b))});
}

const Difference* at(const Comparison& c, Stage stage) {
  for (const Difference& d : c.differences) {
    if (d.stage == stage) return &d;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("two healthy runs alike find nothing") {
  Comparison c = compared(healthy(), healthy());
  CHECK(c.differences.empty());
  CHECK(c.localizes == Localized::unknown);
  CHECK_FALSE(c.finds_something());
  CHECK(terminal(c, {}).find("nothing differs") != std::string::npos);
}

TEST_CASE("the same failure from both points to the host") {
  Comparison c = compared(tls_fails(), later(tls_fails(), 60'000));
  CHECK(c.localizes == Localized::host);
  CHECK(c.finds_something());
}

TEST_CASE("fails from one and passes from the other at one address: not the host as such") {
  Comparison c = compared(silent_port(), healthy());
  CHECK(c.localizes == Localized::path);
  REQUIRE(at(c, Stage::tcp));
  CHECK(at(c, Stage::tcp)->text == "tcp fails from A and passes from B");
  Comparison turned = compared(healthy(), silent_port());
  CHECK(turned.localizes == Localized::path);
  CHECK(at(turned, Stage::tcp)->text == "tcp fails from B and passes from A");
}

TEST_CASE("hours apart, the time is as good an explanation as the place") {
  Comparison c = compared(silent_port(), later(healthy(), 5 * 3600 * 1000));
  CHECK(c.localizes == Localized::unknown);
  CHECK(c.why.find("5 hours apart") != std::string::npos);
  CaseFile untimed = healthy();
  untimed.run.started = {};
  CHECK(compared(silent_port(), untimed).localizes == Localized::unknown);
}

TEST_CASE("a machine that lets nothing out is the client's own fault") {
  CaseFile c = silent_port();
  for (auto& k : c.connections) k.tcp.outcome = TcpOutcome::not_permitted;
  CHECK(compared(c, healthy()).localizes == Localized::client);
}

TEST_CASE("a name that means something to one only, or something else, is the name") {
  CHECK(compared(no_name(), healthy()).localizes == Localized::name);
  CHECK(compared(no_name(), no_name()).localizes == Localized::name);
  Comparison other = compared(at_address(silent_port(), "10.0.0.9"), healthy());
  CHECK(other.localizes == Localized::name);
  REQUIRE(at(other, Stage::name));
  CHECK(at(other, Stage::name)->matters);
}

TEST_CASE("different failures, or one that comes and goes, place nothing") {
  CHECK(compared(tls_fails(), silent_port()).localizes == Localized::unknown);
  Evidence mixed("srv");
  mixed.handshakes(completed());
  for (int i = 0; i < 2; ++i)
    mixed.file.connections[static_cast<std::size_t>(i)].x224 = x224_ended(X224Outcome::reset);
  for (int i = 0; i < 2; ++i) mixed.file.connections[static_cast<std::size_t>(i)].tls = {};
  for (std::size_t i = 0; i < 3; ++i) {
    mixed.file.connections[i].started_ms = 1000 * static_cast<double>(i);
    mixed.file.connections[i].ended_ms = 10;
  }
  Comparison c = compared(mixed.file, healthy());
  REQUIRE(c.a.report.diagnosis.health == causes::Health::failing);
  CHECK(c.localizes == Localized::unknown);
}

TEST_CASE("another certificate is TLS opened on the way, a renewal, or another machine") {
  evidence::Certificate proxy = windows_certificate();
  proxy.issuer = "CN=Zscaler Root CA";
  proxy.sha256_thumbprint = "b2";
  Comparison opened = compared(with_certificate(healthy(), proxy), healthy());
  CHECK(opened.localizes == Localized::path);
  REQUIRE(at(opened, Stage::tls));
  CHECK(at(opened, Stage::tls)->text.find("Zscaler") != std::string::npos);
  CHECK(opened.finds_something());

  evidence::Certificate renewed = windows_certificate();
  renewed.sha256_thumbprint = "c3";
  renewed.not_before.ms = now_ms + 1000;
  Comparison renewal = compared(healthy(), later(with_certificate(healthy(), renewed), 60'000));
  REQUIRE(at(renewal, Stage::tls));
  CHECK_FALSE(at(renewal, Stage::tls)->matters);

  CaseFile other = with_certificate(healthy(), renewed);
  for (auto& k : other.connections) k.nla.netbios_computer_name = "OTHER";
  Comparison machines = compared(healthy(), other);
  CHECK(machines.localizes == Localized::unknown);
  CHECK(at(machines, Stage::nla)->text == "another machine answers");
}

TEST_CASE("ways of different length and size are told and explain nothing") {
  CaseFile far = healthy();
  for (auto& k : far.connections) {
    k.tcp.least_rtt_ms = Reading<double>::present(180);
    k.tcp.path_mtu = Reading<std::uint32_t>::present(1300);
  }
  CaseFile near = healthy();
  for (auto& k : near.connections) {
    k.tcp.least_rtt_ms = Reading<double>::present(11);
    k.tcp.path_mtu = Reading<std::uint32_t>::present(1500);
  }
  Comparison c = compared(far, near);
  CHECK(c.differences.size() == 2);
  CHECK_FALSE(std::ranges::any_of(c.differences, &Difference::matters));
  CHECK_FALSE(c.finds_something());
}

TEST_CASE("runs of two hosts can't be compared, by name and by address they can") {
  CHECK_FALSE(of_different_hosts(healthy(), silent_port()));
  CaseFile by_address = Evidence("10.0.0.5").nla(challenge(0)).file;
  CHECK_FALSE(of_different_hosts(healthy(), by_address));
  CaseFile other = at_address(silent_port(), "10.0.0.9");
  other.target.host = "else";
  REQUIRE(of_different_hosts(healthy(), other));
  CHECK(of_different_hosts(healthy(), other)->find("srv port 3389") != std::string::npos);
  other.target.port = 3390;
  CHECK(of_different_hosts(CaseFile{}, other));
}

TEST_CASE("what a file says is printed without its control characters") {
  CaseFile evil = healthy();
  evil.target.host = "srv\x1b[2J";
  for (auto& k : evil.connections) {
    k.nla.netbios_computer_name = "X\x1b]0;y\x07";
    k.tls.chain[0].subject = "CN=\x1b[31m";
    k.tls.chain[0].sha256_thumbprint = "\x1b";
  }
  CaseFile other = healthy();
  other.target.host = evil.target.host;
  Comparison c = compared(evil, other);
  CHECK(terminal(c, {}).find('\x1b') == std::string::npos);
  CHECK(terminal(c, {}).find('\x07') == std::string::npos);
}

TEST_CASE("nothing at all compares to nothing at all") {
  Comparison c = compared(CaseFile{}, CaseFile{});
  CHECK(c.localizes == Localized::unknown);
  CHECK_FALSE(terminal(c, {}).empty());
  CHECK(json(c).find(R"("schema":"rdpdoctor.comparison/1")") != std::string::npos);
}

}  // namespace rdpdoctor::report
