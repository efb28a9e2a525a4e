// When the system's own TLS is tried beside OpenSSL.
#include <doctest/doctest.h>

#include <algorithm>

#include "probe/plan.h"

namespace rdpdoctor::probe {
namespace {

using namespace evidence;

constexpr Means with_system_tls{.system_tls = true};

// The standard attempt met this at TLS.
CaseFile standard_met(TlsOutcome outcome) {
  CaseFile c;
  c.target.addresses = {"10.0.0.5"};
  Connection k;
  k.number = 1;
  k.asked = next_attempts(c).front();
  k.tcp.outcome = TcpOutcome::connected;
  k.x224.outcome = X224Outcome::confirmed;
  k.x224.selected = 8;
  k.tls.outcome = outcome;
  if (outcome == TlsOutcome::completed) k.nla.outcome = NlaOutcome::challenged;
  k.ending = Ending::local;
  c.connections.push_back(k);
  return c;
}

long times_asked(const CaseFile& c, const Means& means) {
  auto list = next_attempts(c, means);
  return static_cast<long>(std::ranges::count_if(list, [](const Asked& a) { return a.tls == "system"; }));
}

}  // namespace

TEST_CASE("the system's own TLS is tried once, first of all, where OpenSSL's handshake has told something") {
  for (TlsOutcome told : {TlsOutcome::completed, TlsOutcome::alert, TlsOutcome::closed, TlsOutcome::reset,
                          TlsOutcome::failed_here}) {
    CaseFile c = standard_met(told);
    Asked first = next_attempts(c, with_system_tls).front();
    CHECK(first.what == "system tls");
    CHECK(first.tls == "system");
    CHECK(first.address == "10.0.0.5");
    CHECK(first.protocols == c.connections[0].asked.protocols);
    CHECK_FALSE(first.nla);
    CHECK(times_asked(c, with_system_tls) == 1);
    CHECK(times_asked(c, {}) == 0);
    Connection made;
    made.asked = first;
    c.connections.push_back(made);
    CHECK(times_asked(c, with_system_tls) == 0);
  }
}

TEST_CASE("the system's own TLS is not tried on silence, where no TLS speaks, or by watch") {
  for (TlsOutcome untold :
       {TlsOutcome::not_tried, TlsOutcome::waiting, TlsOutcome::silent, TlsOutcome::not_tls}) {
    CHECK(times_asked(standard_met(untold), with_system_tls) == 0);
  }
  CaseFile light = standard_met(TlsOutcome::completed);
  light.run.light = true;
  CHECK(times_asked(light, with_system_tls) == 0);
}

TEST_CASE("the system's own TLS failing asks for nothing more of the host") {
  CaseFile c = standard_met(TlsOutcome::completed);
  auto without = next_attempts(c, with_system_tls);
  Connection system = c.connections[0];
  system.asked = without.front();
  without.erase(without.begin());
  system.nla = {};
  system.tls = {.outcome = TlsOutcome::failed_here, .system_status = 0x80090331};
  c.connections.push_back(system);
  auto after = next_attempts(c, with_system_tls);
  REQUIRE(after.size() == without.size());
  for (std::size_t i = 0; i < after.size(); ++i) CHECK(after[i].what == without[i].what);
}

}  // namespace rdpdoctor::probe
