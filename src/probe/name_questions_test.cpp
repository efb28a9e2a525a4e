#include "probe/name_questions.h"

#include <doctest/doctest.h>

#include "base/text.h"

using namespace rdpdoctor;
using namespace rdpdoctor::probe;
using evidence::CaseFile;
using evidence::DnsAnswer;
using evidence::DnsOutcome;

namespace {

using List = std::vector<std::string>;

CaseFile asked_for(const std::string& host, const List& servers, const List& search_list = {}) {
  CaseFile c;
  c.target.asked = c.target.host = host;
  c.name.servers = Reading<List>::present(servers);
  if (!search_list.empty()) c.name.search_list = Reading<List>::present(search_list);
  return c;
}

// "A srv.corp.example; A* srv": the server's last digit as a letter, "*" when it was asked for by the user.
std::string shown(const std::vector<DnsAnswer>& list) {
  List out;
  for (const DnsAnswer& q : list)
    out.push_back(std::string(1, static_cast<char>('A' + (q.server.back() - '1'))) +
                  (q.asked_for ? "* " : " ") + (q.type == "PTR" ? "PTR " : "") + q.question);
  return join(out, "; ");
}

void answer_all(CaseFile& c, const List& wanted, DnsOutcome outcome) {
  for (DnsAnswer& q : next_name_questions(c, wanted)) {
    q.outcome = outcome;
    c.name.dns.push_back(std::move(q));
  }
}

}  // namespace

TEST_CASE("a name without a dot is completed first, one with a dot is tried as it stands") {
  CHECK(whole_names("srv", {"a.example", "b.example"}) == List{"srv.a.example", "srv.b.example", "srv"});
  CHECK(whole_names("srv.fin", {"a.example"}) == List{"srv.fin", "srv.fin.a.example"});
  CHECK(whole_names("srv.", {"a.example"}) == List{"srv"});
  CHECK(whole_names("srv", {}) == List{"srv"});
  CHECK(whole_names("srv", {"a", "b", "c", "d"}) == List{"srv.a", "srv.b", "srv.c", "srv"});
}

TEST_CASE("every server is asked, each only once, those of the user too") {
  CaseFile c = asked_for("srv.corp.example", {"10.0.0.1", "10.0.0.2", "10.0.0.1"});
  CHECK(shown(next_name_questions(c, {"10.0.0.3", "10.0.0.2"})) ==
        "A srv.corp.example; B srv.corp.example; C* srv.corp.example");
  answer_all(c, {}, DnsOutcome::waiting);
  CHECK(shown(next_name_questions(c, {})).empty());
  CaseFile many = asked_for("srv.x", {"1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.4", "1.1.1.5"});
  CHECK(next_name_questions(many, {"2.1.1.1", "2.1.1.2", "2.1.1.3", "2.1.1.4", "2.1.1.5"}).size() == 8);
}

TEST_CASE("the search list is asked for a name with a dot only where the name itself is denied") {
  CaseFile c = asked_for("srv.fin", {"10.0.0.1"}, {"corp.example"});
  CHECK(shown(next_name_questions(c, {})) == "A srv.fin");
  answer_all(c, {}, DnsOutcome::not_found);
  CHECK(shown(next_name_questions(c, {})) == "A srv.fin.corp.example");
  CaseFile known = asked_for("srv.fin", {"10.0.0.1"}, {"corp.example"});
  answer_all(known, {}, DnsOutcome::answered);
  CHECK(next_name_questions(known, {}).empty());
}

TEST_CASE("addresses are asked for their names at the first server of each kind") {
  CaseFile c = asked_for("10.1.2.3", {"10.0.0.1", "10.0.0.2"});
  c.target.is_address = true;
  c.target.addresses = {"10.1.2.3"};
  CHECK(shown(next_name_questions(c, {"10.0.0.3"})) == "A PTR 10.1.2.3; C* PTR 10.1.2.3");
  c.target.addresses = {"127.0.0.1", "fe80::1%2", "10.1.2.5"};
  CHECK(next_name_questions(c, {}).empty());
  CHECK(shown(next_name_questions(c, {"10.0.0.3"})) == "C* PTR 127.0.0.1; C* PTR fe80::1%2");
}

TEST_CASE("names that are not DNS's are asked of nobody") {
  for (auto host : {"localhost", "LOCALHOST.", "a.localhost", "srv.local", "Srv.LOCAL.", "local", "", ".",
                    "s rv", "b\xC3\xBCro.example"}) {
    INFO(host);
    CHECK_FALSE(is_for_dns(host));
    CHECK(next_name_questions(asked_for(host, {"10.0.0.1"}), {"10.0.0.2"}).empty());
  }
  CHECK(is_for_dns("srv"));
  CHECK(is_for_dns("local.example"));
}

TEST_CASE("without a server nobody is asked") {
  CaseFile c = asked_for("srv", {});
  c.name.servers = Reading<List>::unreadable("no permission");
  CHECK(next_name_questions(c, {}).empty());
}

TEST_CASE("a machine calls itself by the asked name through NTLM or its certificate") {
  evidence::Connection machine;
  CHECK_FALSE(calls_itself(machine, "srv.corp.example"));
  machine.nla.netbios_computer_name = "FINANCE-TERMINA";
  CHECK(calls_itself(machine, "finance-terminal-02.corp.example"));
  CHECK_FALSE(calls_itself(machine, "srv.corp.example"));
  machine.tls.chain.push_back({.common_name = "other", .dns_names = {"*.CORP.example"}});
  CHECK(calls_itself(machine, "srv.corp.example"));
  CHECK_FALSE(calls_itself(machine, "srv"));
}
