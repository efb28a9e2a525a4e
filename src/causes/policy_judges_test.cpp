// What the host's policy lets TLS and logons do, judged by facts that the tests make.
#include <doctest/doctest.h>

#include "causes/engine/logon_rights.h"
#include "causes/engine/policy_views.h"
#include "causes/engine/schannel_suites.h"

namespace rdpdoctor::causes {
namespace {

evidence::NumberFact set(std::uint32_t value) {
  return {.is = Reading<std::uint32_t>::present(value), .source = "key: value"};
}
evidence::NumberFact not_set() {
  return {.is = Reading<std::uint32_t>::absent(), .source = "key: value"};
}

HostFacts of_build(std::string build, std::string_view version, evidence::NumberFact enabled,
                   evidence::NumberFact disabled_by_default) {
  HostFacts host;
  host.system.build = {.is = Reading<std::string>::present(std::move(build)), .source = "build"};
  host.tls.protocols.push_back({.name = std::string(version),
                                .enabled = std::move(enabled),
                                .disabled_by_default = std::move(disabled_by_default)});
  return host;
}

ProtocolState state(std::string build, std::string_view version, evidence::NumberFact enabled,
                    evidence::NumberFact disabled_by_default) {
  return protocol_of(of_build(std::move(build), version, std::move(enabled), std::move(disabled_by_default)),
                     version)
      .state;
}

HostFacts with_rights(std::vector<evidence::AccountRights> rights) {
  HostFacts host;
  host.logon.rights = {.is = Reading<std::vector<evidence::AccountRights>>::present(std::move(rights)),
                       .source = "accounts"};
  host.system.domain = {.is = Reading<std::string>::present("corp.example"), .source = "domain"};
  return host;
}

}  // namespace

TEST_CASE("any number but 0 switches a TLS version on, unless it is off by default") {
  CHECK(state("20348.1", "TLS 1.2", set(1), set(0)) == ProtocolState::on);
  CHECK(state("20348.1", "TLS 1.2", set(0xffffffff), not_set()) == ProtocolState::on);
  CHECK(state("20348.1", "TLS 1.2", set(0), set(0)) == ProtocolState::off);
  CHECK(state("20348.1", "TLS 1.2", set(1), set(1)) == ProtocolState::not_by_default);
  CHECK(state("20348.1", "TLS 1.2", not_set(), set(1)) == ProtocolState::not_by_default);
  CHECK(state("7601", "TLS 1.2", set(1), set(0)) == ProtocolState::on);
}

TEST_CASE("where nothing is set the Windows decides, and what is not in it can't be switched on") {
  CHECK(state("20348.1", "TLS 1.3", not_set(), not_set()) == ProtocolState::on);
  CHECK(state("17763.1", "TLS 1.3", set(1), set(0)) == ProtocolState::not_there);
  CHECK(state("9200", "TLS 1.2", not_set(), not_set()) == ProtocolState::on);
  CHECK(state("7601", "TLS 1.2", not_set(), not_set()) == ProtocolState::not_by_default);
  CHECK(state("7601", "TLS 1.0", not_set(), not_set()) == ProtocolState::on);
  CHECK(state("26100.1", "TLS 1.0", not_set(), not_set()) == ProtocolState::unknown);
}

TEST_CASE("a value that can't be read leaves a version unknown, and 0 in Enabled settles it alone") {
  evidence::NumberFact damaged{.is = Reading<std::uint32_t>::unreadable("damaged"), .source = "key: value"};
  CHECK(state("20348", "TLS 1.2", damaged, not_set()) == ProtocolState::unknown);
  CHECK(state("20348", "TLS 1.2", set(1), damaged) == ProtocolState::unknown);
  CHECK(state("20348", "TLS 1.2", set(0), damaged) == ProtocolState::off);
  CHECK(state("", "TLS 1.2", not_set(), not_set()) == ProtocolState::unknown);
  CHECK(protocol_of(HostFacts{}, "TLS 1.2").state == ProtocolState::unknown);
}

TEST_CASE("cipher suites are known by Schannel's names, old ones with their curve, each since its Windows") {
  CHECK(use_of_suite("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256_P256", 7601) == SuiteUse::with_rsa);
  CHECK(use_of_suite("tls_ecdhe_ecdsa_with_aes_128_gcm_sha256", 20348) == SuiteUse::with_ecdsa);
  CHECK(use_of_suite("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", 9600) == SuiteUse::unknown);
  CHECK(use_of_suite("TLS_AES_256_GCM_SHA384", 20348) == SuiteUse::tls13);
  CHECK(use_of_suite("TLS_RSA_WITH_NULL_SHA", 20348) == SuiteUse::not_for_remote_desktop);
  CHECK(use_of_suite("ECDHE-RSA-AES256-GCM-SHA384", 20348) == SuiteUse::unknown);
  CHECK(use_of_suite("", 20348) == SuiteUse::unknown);
  CHECK(use_of_suite("_P256", 20348) == SuiteUse::unknown);
}

TEST_CASE("a list of suites is read from one text with commas or from a name each") {
  SuiteList list = read_suites({"TLS_AES_128_GCM_SHA256,TLS_RSA_WITH_AES_128_CBC_SHA, "
                                "TLS_RSA_WITH_AES_256_CBC_SHA,,X"},
                               20348);
  CHECK(list.names == 4);
  CHECK(list.tls13 == 1);
  CHECK(list.with_rsa == 1);
  CHECK(list.only_without_spaces == 1);
  CHECK(list.unknown == std::vector<std::string>{"X"});
  CHECK(read_suites({"TLS_AES_128_GCM_SHA256", "TLS_RSA_WITH_NULL_SHA"}, 20348).usable() == 1);
  CHECK(read_suites({}, 20348).names == 0);
}

TEST_CASE("in a domain, local accounts that are denied are as hardening has it") {
  Verdict v = judge_logon_rights(
      with_rights({{"S-1-5-32-544", 0x407}, {"S-1-5-32-555", 0x400}, {"S-1-5-113", 0x800}}));
  const auto* found = std::get_if<Found>(&v);
  REQUIRE(found);
  CHECK(found->note);
  CHECK_FALSE(found->explains);
}

TEST_CASE("nobody with the right is proof, and outweighs a denial that is meant so") {
  Verdict v = judge_logon_rights(with_rights({{"S-1-5-32-544", 0x7}, {"S-1-5-113", 0x800}}));
  const auto* found = std::get_if<Found>(&v);
  REQUIRE(found);
  CHECK(found->certainty == Certainty::proven);
  CHECK(found->explains);
}

TEST_CASE("a right that is denied to the same group is no right") {
  Verdict v = judge_logon_rights(with_rights({{"S-1-5-32-544", 0xc07}, {"S-1-5-32-555", 0x400}}));
  const auto* found = std::get_if<Found>(&v);
  REQUIRE(found);
  CHECK(found->certainty == Certainty::likely);
  CHECK(found->headline == "Logon through Remote Desktop is denied to Administrators.");
}

TEST_CASE("no user rights at all are a hive that was not there, never a fault") {
  CHECK(std::holds_alternative<Untested>(judge_logon_rights(with_rights({}))));
  CHECK(std::holds_alternative<Untested>(judge_logon_rights(HostFacts{})));
}

TEST_CASE("a hive that was not closed makes proof likely, and what is not in it unknown") {
  HostFacts host;
  host.system.hives.push_back({.name = "SYSTEM", .state = "dirty"});
  Found found{Certainty::proven, {{"x", "y"}}};
  temper(host, "SYSTEM", found);
  CHECK(found.certainty == Certainty::likely);
  CHECK(std::holds_alternative<Untested>(excluded_if_whole(host, "SYSTEM", "because")));
  CHECK(std::holds_alternative<Excluded>(excluded_if_whole(host, "SOFTWARE", "because")));
}

}  // namespace rdpdoctor::causes
