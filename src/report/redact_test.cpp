#include "report/redact.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/text.h"
#include "evidence/fields.h"
#include "evidence/json.h"
#include "report/addresses.h"
#include "report/report.h"

#include <nlohmann/json.hpp>

namespace rdpdoctor::report {
namespace {

// Texts that come from a table of ours, of a specification or of Windows, and are kept as they are.
constexpr std::string_view vocabulary[] = {"what",           "tls",
                                           "cipher",         "signature",
                                           "key_type",       "signature_algorithm",
                                           "signature_hash", "extended_key_usage",
                                           "key_usage",      "spoke",
                                           "phase",          "type",
                                           "kind",           "family",
                                           "sign",           "provider",
                                           "name",           "hosts_lines",
                                           "os_version",     "client_os",
                                           "certificate"};

// Puts a secret of its own into every text of the evidence; each list gets one entry, each optional a value.
struct Planter {
  int planted = 0;
  void one(std::string_view key, std::string& v) {
    if (std::ranges::find(vocabulary, key) != std::end(vocabulary)) return;
    ++planted;
    v = "zq" + std::to_string(planted) + "secret";
    if (planted % 3 == 1) v += ".corp.zqsecret";
    if (planted % 3 == 2) v = "CORP\\" + v;
  }
  template <class T>
  void one(std::string_view key, std::vector<T>& list) {
    list.resize(1);
    one(key, list[0]);
  }
  template <class T>
  void one(std::string_view key, std::optional<T>& v) {
    v.emplace();
    one(key, *v);
  }
  template <class T>
  void one(std::string_view key, Reading<T>& v) {
    v.state = Presence::present;
    one(key, v.value);
  }
  template <class S>
    requires std::is_aggregate_v<S> && (!std::is_same_v<S, Instant>)
  void one(std::string_view, S& s) {
    evidence::fields(*this, s);
  }
  template <class T>
    requires std::is_arithmetic_v<T> || std::is_enum_v<T> || std::is_same_v<T, Instant>
  void one(std::string_view, T&) {}
  template <class T>
  void operator()(const char* key, T& v) {
    one(key, v);
  }
};

std::vector<std::string> told(const causes::Diagnosis& d) {
  std::vector<std::string> out;
  for (const auto& r : d.causes) {
    out.push_back(std::string(r.cause->id) + " " + std::string(word(r.found.certainty)) +
                  (r.found.explains ? " explains" : ""));
  }
  return out;
}

}  // namespace

TEST_CASE("no text of the evidence survives in what is printed") {
  evidence::CaseFile c;
  Planter planter;
  evidence::fields(planter, c);
  CHECK(planter.planted > 60);
  REQUIRE(evidence::to_json(c).contains("secret"));
  Redactor redactor;
  redactor.redact(c);
  Report r = make_report(c);
  for (const std::string& printed : {json(r), terminal(r, {.verbose = true})}) {
    std::size_t at = lower(printed).find("secret");
    CHECK_MESSAGE(at == std::string::npos, printed.substr(at < 200 ? 0 : at - 200, 300));
    CHECK_FALSE(printed.contains("zq"));
    CHECK_FALSE(printed.contains("CORP"));
  }
}

TEST_CASE("every case of the tests gives the same causes when its names are replaced") {
  namespace fs = std::filesystem;
  std::size_t seen = 0;
  for (const auto& entry : fs::recursive_directory_iterator(RDPDOCTOR_TEST_CASES)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    auto parsed = nlohmann::json::parse(in, nullptr, false);
    REQUIRE(parsed.is_object());
    auto evidence = evidence::from_json(parsed["evidence"].dump());
    REQUIRE(evidence);
    INFO(entry.path().string());
    auto before = causes::diagnose(*evidence);
    Redactor redactor;
    redactor.redact(*evidence);
    auto after = causes::diagnose(*evidence);
    CHECK(told(before) == told(after));
    CHECK(before.health == after.health);
    ++seen;
  }
  CHECK(seen > 50);
}

TEST_CASE("a name is the same everywhere, whole, short, cut to a NetBIOS name or under a wildcard") {
  Substitutes s;
  CHECK(s.name("Srv-Finance-Berlin.corp.contoso.com") == "host-1.domain-1.domain-2.domain-3");
  CHECK(s.name("srv-finance-berlin") == "host-1");
  CHECK(s.name("SRV-FINANCE-BER") == "host-1");
  CHECK(s.name("*.corp.contoso.com") == "*.domain-1.domain-2.domain-3");
  CHECK(s.name("srv-finance-berlin:3390") == "host-1:3390");
  CHECK(s.text("connecting to SRV-FINANCE-BERLIN failed") == "connecting to host-1 failed");
  CHECK(s.name("localhost") == "localhost");
}

TEST_CASE("addresses become addresses of the documentation ranges, and nobody's stay") {
  Substitutes s;
  CHECK(s.name("10.1.2.3") == "192.0.2.1");
  CHECK(s.name("10.1.2.3:51234") == "192.0.2.1:51234");
  CHECK(s.name("10.1.2.4") == "192.0.2.2");
  CHECK(s.text("from 10.1.2.4, then (10.1.2.3).") == "from 192.0.2.2, then (192.0.2.1).");
  CHECK(s.name("fd00::5") == s.name("FD00:0:0:0:0:0:0:5"));
  CHECK(s.name("[fd00::5]:3389") == "[2001:db8::0:1]:3389");
  CHECK(s.name("fe80::1%eth0") == "2001:db8::0:2");
  for (const char* kept : {"127.0.0.1", "0.0.0.0", "::1", "::", "[::1]:3389"}) CHECK(s.name(kept) == kept);
}

TEST_CASE("in free words stay codes, small numbers and the words of our own texts") {
  Substitutes s;
  CHECK(s.text("error 0x80090304 after 12 attempts, STATUS_LOGON_FAILURE") ==
        "error 0x80090304 after 12 attempts, STATUS_LOGON_FAILURE");
  CHECK(s.text("certificate of Zscaler Root CA") == "certificate of Zscaler Root CA");
  CHECK(s.text("phone 4917012345678") != "phone 4917012345678");
  CHECK_FALSE(s.text("cookie mstshash=qwalice").contains("qwalice"));
  CHECK_FALSE(s.text("C:\\Users\\qwalice\\Desktop").contains("qwalice"));
  CHECK_FALSE(s.text("S-1-5-21-3623811015-3361044348-30300820-1013").contains("3623811015"));
  CHECK(s.text("S-1-5-20") == "S-1-5-20");
  CHECK_FALSE(s.text("{8D3A1B22-0001-4AB3-9F00-0123456789AB}").contains("8D3A1B22"));
  CHECK_FALSE(s.text("mac 00:15:5d:01:02:ab").contains("5d:01"));
  CHECK(s.text("at 02:14:33 on 2026-11-20") == "at 02:14:33 on 2026-11-20");
}

TEST_CASE("users are one person however they are written") {
  Substitutes s;
  CHECK(s.user("CORP\\qwalice") == "domain-1\\user-1");
  CHECK(s.user("qwalice@corp.example") == "user-1@domain-1.domain-2");
  CHECK(s.text("logon of QWALICE failed") == "logon of user-1 failed");
}

TEST_CASE("two cases share their substitutes") {
  evidence::CaseFile a, b;
  a.target.host = "qw-one";
  b.target.host = "qw-two";
  b.name.error = "asked for qw-one";
  Redactor redactor;
  redactor.learn(a);
  redactor.learn(b);
  redactor.redact(a);
  redactor.redact(b);
  CHECK(a.target.host == "host-1");
  CHECK(b.target.host == "host-2");
  CHECK(b.name.error == "asked for host-1");
}

TEST_CASE("there are more documentation addresses than a case has hosts, all different") {
  CHECK(documentation_ipv4(0) == "192.0.2.1");
  CHECK(documentation_ipv4(761) == "203.0.113.254");
  CHECK(documentation_ipv4(762) == "198.18.0.0");
  CHECK(documentation_ipv4(763) == "198.18.0.1");
  CHECK_FALSE(ipv4("1.2.3"));
  CHECK_FALSE(ipv4("1.2.3.256"));
  CHECK_FALSE(ipv6("1:2:3"));
  CHECK_FALSE(ipv6("1:2:3:4:5:6:7:8:9"));
  CHECK_FALSE(ipv6("1::2::3"));
  CHECK(ipv6("::ffff:10.0.0.5"));
}

}  // namespace rdpdoctor::report
