// The judges of names, over what the hosts file, the DNS servers and the machines at the addresses may say.
#include <doctest/doctest.h>

#include <algorithm>

#include "causes/engine/name_views.h"
#include "support/judged_words.h"
#include "support/probe_evidence.h"

namespace rdpdoctor::causes {
namespace {

using namespace test;
using evidence::DnsAnswer;
using evidence::DnsOutcome;
using evidence::NameOutcome;
using List = std::vector<std::string>;

constexpr const char* system_address = "10.1.1.1";
constexpr const char* dns_address = "10.9.9.9";

// A diagnosis of "srv.corp.example", for which the system gives 10.1.1.1.
struct Asked : Evidence {
  Asked() : Evidence("srv.corp.example") {
    file.target.addresses = {system_address};
    file.name.hosts_file = Reading<List>::absent();
  }
  Asked& hosts_line(std::string address = system_address) {
    file.name.hosts_file = Reading<List>::present({std::move(address)});
    file.name.hosts_lines = {"12"};
    return *this;
  }
  Asked& unresolved(NameOutcome how = NameOutcome::not_found) {
    file.name.outcome = how;
    file.target.addresses = {};
    return *this;
  }
  DnsAnswer& answer(std::string server, DnsOutcome outcome, List addresses = {}) {
    DnsAnswer a;
    a.server = std::move(server);
    a.question = "srv.corp.example";
    a.outcome = outcome;
    a.addresses = std::move(addresses);
    return file.name.dns.emplace_back(std::move(a));
  }
  Asked& says(std::string server, List addresses) {
    answer(std::move(server), DnsOutcome::answered, std::move(addresses));
    return *this;
  }
  Asked& pointer(std::string address, std::string name) {
    DnsAnswer& a = answer("10.0.0.53", DnsOutcome::answered);
    a.type = "PTR", a.question = std::move(address), a.names = {std::move(name)};
    return *this;
  }
  Connection& at(std::string address, std::string what) {
    Connection& c = add(std::move(what), "handshake");
    c.asked.address = std::move(address);
    return c;
  }
  Asked& dead(std::string address, std::string what = "standard") {
    Connection& c = at(std::move(address), std::move(what));
    c.tcp.outcome = TcpOutcome::timed_out;
    c.x224 = {};
    c.ending = Ending::timed_out;
    return *this;
  }
  Asked& machine(std::string address, const std::string& name, std::string what = "standard") {
    Connection& c = at(std::move(address), std::move(what));
    evidence::Certificate leaf = windows_certificate();
    leaf.subject = leaf.issuer = "CN=" + name;
    leaf.common_name = name;
    leaf.sha256_thumbprint = name;
    c.tls = completed(leaf);
    c.nla = challenge(0);
    c.nla.netbios_computer_name = name;
    return *this;
  }
};

std::string headline(const Evidence& e) {
  Diagnosis d = diagnose(e.file);
  return d.causes.empty() ? "" : d.causes[0].found.headline;
}

std::string verdict(const Evidence& e, std::string_view id) {
  for (const RankedCause& r : diagnose(e.file).causes) {
    if (r.cause->id == id)
      return std::string(rdpdoctor::test::certainty_word(r.found.certainty)) +
             (r.found.explains ? "" : " (not)");
  }
  return ruled_out(e, id) ? "excluded" : "untested";
}
std::string stale(const Evidence& e) {
  return verdict(e, "name-answer-stale");
}

}  // namespace

TEST_CASE("a hosts line that leads to a dead address while DNS knows the right one is proven") {
  Asked e;
  e.hosts_line()
      .says("10.0.0.53", {dns_address})
      .dead(system_address)
      .machine(dns_address, "SRV", "told address");
  CHECK(shown(e).starts_with("name-answer-stale proven"));
  CHECK(headline(e) == "The hosts file (line 12) gives 10.1.1.1, but DNS says 10.9.9.9, which answers.");
  e.file.complaint = {.code = 0x904, .extended = 0x7};
  CHECK(stale(e) == "proven");
}

TEST_CASE("servers that disagree are told when the one that the system believes is wrong") {
  Asked e;
  e.says("10.0.0.53", {system_address}).says("10.0.0.54", {dns_address}).dead(system_address);
  CHECK(stale(e) == "possible");
  e.machine(dns_address, "SRV", "told address");
  CHECK(shown(e).starts_with("name-answer-stale proven"));
  CHECK(headline(e) ==
        "The DNS servers disagree: 10.0.0.53 gives 10.1.1.1, 10.0.0.54 gives 10.9.9.9, which answers.");
}

TEST_CASE("a dead address that DNS contradicts is likely when DNS's own address is dead too") {
  Asked e;
  e.says("10.0.0.53", {dns_address}).dead(system_address);
  CHECK(stale(e) == "likely");
  e.dead(dns_address, "told address");
  CHECK(stale(e) == "likely");
}

TEST_CASE("another machine at the system's address, and the right one at DNS's") {
  Asked e;
  e.hosts_line().says("10.0.0.53", {dns_address}).machine(system_address, "OTHER");
  CHECK(stale(e) == "possible (not)");
  e.machine(dns_address, "SRV", "told address");
  CHECK(shown(e).starts_with("name-answer-stale proven"));
}

TEST_CASE("answers that differ are no fault when the system's address is good") {
  Asked good;
  good.says("10.0.0.53", {dns_address})
      .machine(system_address, "SRV")
      .machine(dns_address, "SRV", "told address");
  CHECK(shown(good) == "");
  CHECK(stale(good) == "excluded");
  Asked alias;  // one machine with two addresses, asked by a name that is not its own
  alias.says("10.0.0.53", {dns_address})
      .machine(system_address, "WEB7")
      .machine(dns_address, "WEB7", "told address");
  CHECK(shown(alias) == "");
  Asked round_robin;
  round_robin.says("10.0.0.53", {dns_address, system_address}).dead(system_address);
  CHECK(stale(round_robin) == "excluded");
}

TEST_CASE("servers without a word neither accuse nor acquit") {
  for (DnsOutcome how : {DnsOutcome::timed_out, DnsOutcome::refused, DnsOutcome::server_failed,
                         DnsOutcome::unreachable, DnsOutcome::failed, DnsOutcome::waiting}) {
    Asked e;
    e.answer("10.0.0.53", how);
    e.dead(system_address);
    CHECK(stale(e) == "untested");
  }
}

TEST_CASE("an address that only the hosts file gives is suspect only when nothing at all answers there") {
  Asked e;
  e.hosts_line().dead(system_address);
  CHECK(stale(e) == "possible");
  e.answer("10.0.0.53", DnsOutcome::not_found);
  CHECK(stale(e) == "possible");
  evidence::Control control;
  control.address = system_address;
  control.port = 445;
  control.tcp.outcome = TcpOutcome::connected;
  e.file.controls.push_back(control);
  CHECK(stale(e) == "untested");
  Asked works;
  works.hosts_line().machine(system_address, "SRV");
  works.answer("10.0.0.53", DnsOutcome::not_found);
  CHECK(shown(works) == "");
}

TEST_CASE("a name that a server knows and the system does not find is told with that server") {
  Asked e;
  e.unresolved().says("10.0.0.53", {dns_address});
  CHECK(shown(e) == "name-not-found proven");
  CHECK(headline(e) == "srv.corp.example is known to 10.0.0.53, but the system does not find it.");
  e.file.name.dns[0].asked_for = true;
  CHECK(headline(e) == "srv.corp.example is known to 10.0.0.53, a server that this machine does not ask.");
  e.answer("10.0.0.54", DnsOutcome::not_found);
  CHECK(headline(e) == "srv.corp.example is known to 10.0.0.53, a server that this machine does not ask.");
}

TEST_CASE("a short name is told with the whole name under which it is known") {
  Asked e;
  e.unresolved();
  e.file.target.host = "srv";
  e.file.name.search_list = Reading<List>::present({"corp.example"});
  e.says("10.0.0.53", {dns_address});
  CHECK(headline(e) == "srv is known as srv.corp.example to 10.0.0.53, but the system does not find it.");
}

TEST_CASE("a name that every server denies does not exist; servers that say nothing leave it open") {
  Asked e;
  e.unresolved().answer("10.0.0.53", DnsOutcome::not_found);
  e.answer("10.0.0.54", DnsOutcome::no_data);
  CHECK(shown(e) == "name-not-found proven");
  CHECK(headline(e) == "srv.corp.example does not exist at any DNS server asked.");
  Asked silent;
  silent.unresolved(NameOutcome::no_answer).answer("10.0.0.53", DnsOutcome::timed_out);
  CHECK(shown(silent) == "name-not-found likely");
  CHECK(headline(silent) == "None of this machine's DNS servers answers.");
  Asked refusing;
  refusing.unresolved(NameOutcome::no_answer).answer("10.0.0.53", DnsOutcome::refused);
  CHECK(shown(refusing) == "name-not-found proven");
  refusing.says("10.0.0.54", {dns_address});
  CHECK(shown(refusing) == "name-not-found likely");
  CHECK(headline(refusing) == "srv.corp.example is known to 10.0.0.54, but the system does not find it.");
}

TEST_CASE("an address is suspected of having changed only on positive ground") {
  Asked plain;
  plain.says("10.0.0.53", {system_address}).dead(system_address);
  CHECK(verdict(plain, "address-changed") == "untested");
  Asked provider = plain;
  provider.pointer(system_address, "host-10-1-1-1.isp.example");
  CHECK(verdict(provider, "address-changed") == "untested");
  Asked own = plain;
  own.pointer(system_address, "srv.corp.example");
  CHECK(verdict(own, "address-changed") == "untested");
  Asked held = plain;
  held.pointer(system_address, "printer.corp.example");
  CHECK(verdict(held, "address-changed") == "possible");
  Asked known = plain;
  known.says("10.0.0.99", {dns_address}).machine(dns_address, "SRV", "told address");
  known.file.name.dns[1].asked_for = true;
  CHECK(verdict(known, "address-changed") == "untested");  // folded under the next
  CHECK(shown(known).starts_with("name-answer-stale proven"));
  CHECK(diagnose(known.file).causes[0].folded == List{"address-changed"});
  Asked works;
  works.says("10.0.0.53", {system_address}).machine(system_address, "SRV");
  CHECK(verdict(works, "address-changed") == "excluded");
}

TEST_CASE(
    "an alias that DNS declares is no wrong machine; a reverse look-up of another name makes one likely") {
  Asked alias;
  alias.says("10.0.0.53", {system_address}).machine(system_address, "WEB7");
  alias.file.complaint = {.code = 0x907, .extended = std::nullopt};
  CHECK(verdict(alias, "wrong-machine") == "possible (not)");
  alias.file.name.dns[0].names = {"srv.corp.example", "web7.corp.example"};
  CHECK(verdict(alias, "wrong-machine") == "excluded");
  Asked other;
  other.says("10.0.0.53", {system_address}).machine(system_address, "WEB7");
  other.pointer(system_address, "web7.corp.example");
  CHECK(shown(other) == "");
  other.file.complaint = {.code = 0x907, .extended = std::nullopt};
  CHECK(verdict(other, "wrong-machine") == "likely");
  other.file.complaint = {.code = 0x408, .extended = std::nullopt};
  CHECK(verdict(other, "wrong-machine") == "likely (not)");
  other.pointer(system_address, "srv.corp.example");
  CHECK(verdict(other, "wrong-machine") == "untested");
}

TEST_CASE("a server's word is its best answer, and is not told while it may still come") {
  Asked e;
  e.answer("10.0.0.53", DnsOutcome::not_found);
  e.answer("10.0.0.53", DnsOutcome::waiting);
  CHECK(server_words(e.file).empty());
  e.says("10.0.0.53", {dns_address});
  REQUIRE(server_words(e.file).size() == 1);
  CHECK(server_words(e.file)[0].kind == ServerWord::Kind::tells);
  e.answer("10.0.0.54", DnsOutcome::not_found);
  e.answer("10.0.0.54", DnsOutcome::timed_out);
  CHECK(server_words(e.file)[1].kind == ServerWord::Kind::fails);
}

TEST_CASE("names match by their first label, NetBIOS' 15 letters, or a wildcard's domain") {
  CHECK(names_match("srv.corp.example", "SRV"));
  CHECK(names_match("finance-terminal-02.corp.example", "FINANCE-TERMINA"));
  CHECK(names_match("srv.corp.example", "*.corp.example"));
  CHECK_FALSE(names_match("srv.corp.example", "srv2.corp.example"));
}

}  // namespace rdpdoctor::causes
