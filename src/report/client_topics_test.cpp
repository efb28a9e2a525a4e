#include "report/client_topics.h"

#include <doctest/doctest.h>

#include "evidence/json.h"
#include "report/elevation.h"
#include "report/redact.h"

namespace rdpdoctor::report {
namespace {

using evidence::ClientTopic;

template <class T>
evidence::Fact<T> present(T value) {
  return {.is = Reading<T>::present(std::move(value)), .source = "HKLM\\X: Y"};
}
template <class T>
evidence::Fact<T> unreadable(std::string why, std::string source) {
  return {.is = Reading<T>::unreadable(std::move(why)), .source = std::move(source)};
}

evidence::CaseFile with_client() {
  evidence::CaseFile c;
  c.target.host = "srv-fin-02";
  c.client.emplace();
  return c;
}

std::string line(const evidence::CaseFile& c, ClientTopic topic, Outcome expected) {
  for (const StageLine& l : client_ladder(c, {})) {
    if (l.client != topic) continue;
    CHECK(l.outcome == expected);
    return l.summary;
  }
  return "there is no such line";
}

}  // namespace

TEST_CASE("the client's side has a line for each topic, and none where it was not looked at") {
  evidence::CaseFile c;
  CHECK(client_ladder(c, {}).empty());
  c.client.emplace();
  const auto lines = client_ladder(c, {});
  REQUIRE(lines.size() == 9);
  CHECK(rung_name(lines.front()) == "client system");
  CHECK(rung_name(lines.back()) == "client log");
  for (const StageLine& l : lines) {
    CHECK(l.outcome == Outcome::skipped);
    CHECK_FALSE(l.summary.empty());
  }
}

TEST_CASE("what is there, what is not and what can't be read are three different lines") {
  evidence::CaseFile c = with_client();
  evidence::ClientFacts& f = *c.client;
  f.disable_udp = present(1U);
  CHECK(line(c, ClientTopic::udp, Outcome::passed) == "switched off: TCP only");
  f.disable_udp.is = Reading<std::uint32_t>::absent();
  CHECK(line(c, ClientTopic::udp, Outcome::passed) == "not switched off");
  f.disable_udp = unreadable<std::uint32_t>("needs elevation (access denied, 5)", "");
  CHECK(line(c, ClientTopic::udp, Outcome::skipped) ==
        "whether it is switched off can't be read (needs elevation)");
  f.credentials = Reading<std::vector<evidence::SavedCredentialFacts>>::present({});
  CHECK(line(c, ClientTopic::credentials, Outcome::passed) == "none saved for Remote Desktop");
  f.credentials.value.push_back({.target = "TERMSRV/srv-fin-02", .user = "", .kind = "", .written = {}});
  CHECK(line(c, ClientTopic::credentials, Outcome::passed) == "saved for Remote Desktop: 1 target");
  f.library_version.is = Reading<std::string>::absent();
  CHECK(line(c, ClientTopic::version, Outcome::passed) == "there is no mstscax.dll with a version");
}

TEST_CASE("libraries that Windows did not bring are named once each") {
  evidence::CaseFile c = with_client();
  const evidence::SocketProvider own{
      .kind = "protocol", .name = "", .library = "C:\\own.dll", .own = true, .source = ""},
      other{.kind = "protocol", .name = "", .library = "C:\\lsp.dll", .own = false, .source = ""};
  c.client->socket_catalog = present(std::vector{own, own});
  CHECK(line(c, ClientTopic::sockets, Outcome::passed) ==
        "Winsock's catalogue has Windows' own libraries only");
  c.client->socket_catalog = present(std::vector{own, other, other});
  CHECK(line(c, ClientTopic::sockets, Outcome::passed) ==
        "in Winsock's catalogue beside Windows' own: C:\\lsp.dll");
}

TEST_CASE("drops that only an administrator sees do not hide that the rules were read") {
  evidence::CaseFile c = with_client();
  c.client->blocking = present(std::vector<evidence::FirewallRule>{});
  c.client->drops = decltype(c.client->drops)::unreadable("needs elevation (access denied, 5)");
  CHECK(line(c, ClientTopic::firewall, Outcome::passed) ==
        "no rule blocks mstsc.exe or port 3389; recorded drops can't be read (needs elevation)");
}

TEST_CASE("readings that need elevation are counted once, of host and client, by where they stand") {
  evidence::CaseFile c = with_client();
  CHECK(elevation_lines(c, {}).empty());
  const std::string why = "needs elevation (access denied, 5)", key = "HKLM\\SECURITY\\Policy\\Accounts";
  c.client->fips = unreadable<std::uint32_t>(why, "HKLM\\A: B");
  c.client->encryption_oracle = unreadable<std::uint32_t>("the hive is damaged", "HKLM\\C: D");
  c.client->drops = decltype(c.client->drops)::unreadable(why);
  CHECK(elevation_lines(c, {}) == "2 readings need elevation: run it as administrator\n\n");
  c.host.emplace().logon.rights = unreadable<std::vector<evidence::AccountRights>>(why, key);
  c.host->remote_desktop.deny_connections = unreadable<std::uint32_t>(why, "HKLM\\A: B");
  evidence::SourceRead& log = c.sources.emplace_back();
  log.source = "Security";
  log.problem = why;
  log.inspected = true;
  CHECK(needing_elevation(c) == std::vector<std::string>{"HKLM\\A: B", key, "drops", "Security"});
  CHECK(elevation_lines(c, {.verbose = true}).contains("4 readings need elevation"));
  CHECK(elevation_lines(c, {.verbose = true}).contains("  " + key + "\n"));
}

TEST_CASE("what Windows says of a complaint stands in the report, and only with a complaint") {
  evidence::CaseFile c = with_client();
  c.client->complaint_text = Reading<std::string>::present("An internal error has occurred.");
  CHECK_FALSE(terminal(make_report(c), {}).contains("Windows says"));
  c.complaint = {.code = 0x904, .extended = 7};
  CHECK(terminal(make_report(c), {}).contains("Windows says: An internal error has occurred.\n"));
}

TEST_CASE(
    "of the client, names, accounts, addresses and folders are replaced, and what tells a cause is not") {
  evidence::CaseFile c = with_client();
  evidence::ClientFacts& f = *c.client;
  f.computer_name = present<std::string>("QWDESK7");
  f.domain = present<std::string>("qwcorp.example");
  f.user = present<std::string>("S-1-5-21-3623811015-3361044348-30300820-1104");
  f.addresses = {"10.7.7.7"};
  f.credentials = decltype(f.credentials)::present(
      {{.target = "TERMSRV/SRV-FIN-02", .user = "QWCORP\\qwanna", .kind = "domain password", .written = {}}});
  f.drops = decltype(f.drops)::present({{.at = {},
                                         .direction = "out",
                                         .protocol = "tcp",
                                         .remote_address = "10.7.7.7",
                                         .remote_port = 3389,
                                         .program = "C:\\Users\\qwanna\\mstsc.exe",
                                         .filter = "qwfilter"}});
  f.blocking = present(std::vector<evidence::FirewallRule>(1));
  f.blocking.is.value[0].program = "%SystemRoot%\\system32\\mstsc.exe";
  f.blocking.is.value[0].source = "HKU\\S-1-5-21-3623811015-3361044348-30300820-1104\\X";
  Redactor redactor;
  redactor.redact(c);
  const std::string all = evidence::to_json(c);
  for (const char* secret : {"qw", "QW", "3623811015", "10.7.7.7", "FIN-02", "fin-02"})
    CHECK_FALSE(all.contains(secret));
  CHECK(f.credentials.value[0].target == "TERMSRV/" + c.target.host);
  CHECK(f.drops.value[0].remote_address == f.addresses[0]);
  CHECK(f.drops.value[0].program.ends_with("\\mstsc.exe"));
  CHECK(f.blocking.is.value[0].program == "%SystemRoot%\\system32\\mstsc.exe");
  CHECK(f.blocking.is.value[0].source.ends_with("\\" + f.user.is.value + "\\X"));
}

TEST_CASE("a network that the host was in is called by a name that says nothing") {
  evidence::CaseFile c;
  c.host.emplace().network.networks = present(std::vector<evidence::KnownNetwork>{
      {.name = "Qwhome", .category = "Private", .last_connected = "", .source = ""}});
  Redactor redactor;
  redactor.redact(c);
  CHECK(c.host->network.networks.is.value[0].name != "Qwhome");
  CHECK(c.host->network.networks.is.value[0].category == "Private");
}

}  // namespace rdpdoctor::report
