// The judges of NLA's first round, over tables of what a host may answer.
#include <doctest/doctest.h>

#include <algorithm>

#include "support/probe_evidence.h"

namespace rdpdoctor::causes {
namespace {

using namespace test;

TEST_CASE("a first CredSSP message without an answer") {
  for (NlaOutcome how : {NlaOutcome::closed, NlaOutcome::reset, NlaOutcome::alert, NlaOutcome::silent}) {
    Evidence e;
    e.nla(nla_ended(how), 3);
    CHECK(shown(e) == "credssp-not-answered likely");
    CHECK(shown(Evidence().nla(nla_ended(how), 1)) == "credssp-not-answered possible");
  }
  Evidence declined;
  declined.nla(nla_ended(NlaOutcome::closed), 2);
  declined.add("tls only", "handshake").x224 = refused(5);
  CHECK(shown(declined) == "credssp-not-answered likely");
}

TEST_CASE("an errorCode for the first NTLM message is about the package, or kept by its number") {
  auto with = [](std::uint32_t code) { return shown(Evidence().nla(nla_refused(code), 3)); };
  CHECK(with(0x80090302) == "ntlm-refused likely");
  CHECK(with(0xC0000418) == "ntlm-refused proven");
  CHECK(with(0xC000006E) == "ntlm-refused possible");
  CHECK(with(0xDEADBEEF) == "ntlm-refused possible");
  CHECK(with(0xC0000133) == "clock-skew likely");
}

TEST_CASE("an account's errorCode in a client's capture is not NTLM refused") {
  Evidence e;
  e.nla(nla_refused(0xC000006D), 1);
  for (Connection& c : e.file.connections) c.source = "capture";
  CHECK(shown(e).find("ntlm-refused") == std::string::npos);
}

TEST_CASE("clocks may differ by five minutes; beyond, only a code about clocks makes it explain") {
  constexpr std::int64_t minute = 60 * 1000;
  CHECK(shown(Evidence().nla(challenge(5 * minute))) == "");
  CHECK(shown(Evidence().nla(challenge(-5 * minute))) == "");
  CHECK(shown(Evidence().nla(challenge(-5 * minute - 1, "CORP"))) == "clock-skew proven (not)");
  CHECK(shown(Evidence().nla(challenge(6 * minute, "CORP"))) == "clock-skew proven (not)");
  CHECK(shown(Evidence().nla(challenge(6 * minute))) == "clock-skew proven (not)");
  CHECK(shown(Evidence().nla(challenge(3 * day_ms))) == "clock-skew proven (not)");
}

TEST_CASE("a CredSSP version below 5 lacks the change of 2018") {
  evidence::NlaFacts nla = challenge(0);
  for (std::uint32_t version : {2U, 3U, 4U}) {
    nla.version = version;
    CHECK(shown(Evidence().nla(nla)) == "credssp-version-mismatch likely");
  }
  for (std::uint32_t version : {5U, 6U, 7U}) {
    nla.version = version;
    CHECK(shown(Evidence().nla(nla)) == "");
  }
}

}  // namespace
}  // namespace rdpdoctor::causes
