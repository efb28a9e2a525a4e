// When other ports of the host are tried, and which.
#include "probe/control_plan.h"

#include <doctest/doctest.h>

namespace rdpdoctor::probe {
namespace {

using evidence::CaseFile;
using evidence::TcpOutcome;

CaseFile after(TcpOutcome outcome, double ms = 100) {
  CaseFile c;
  c.target.addresses = {"10.0.0.5", "10.0.0.6"};
  c.run.ms = ms;
  c.connections.resize(1);
  c.connections[0].asked.address = "10.0.0.5";
  c.connections[0].tcp.outcome = outcome;
  return c;
}

}  // namespace

TEST_CASE("a port that opens asks for no control") {
  CHECK(next_controls({}).empty());
  CHECK(next_controls(after(TcpOutcome::connected)).empty());
  CHECK(next_controls(after(TcpOutcome::reset)).empty());
  CaseFile c = after(TcpOutcome::timed_out);
  c.connections.push_back(after(TcpOutcome::connected).connections[0]);
  CHECK(next_controls(c).empty());
}

TEST_CASE("an answer that says no is reason enough, silence when it lasts") {
  for (auto outcome : {TcpOutcome::refused, TcpOutcome::timed_out, TcpOutcome::host_unreachable,
                       TcpOutcome::network_unreachable, TcpOutcome::prohibited}) {
    CHECK(next_controls(after(outcome)).size() == 5);
  }
  CHECK(next_controls(after(TcpOutcome::pending, 1000)).empty());
  CHECK(next_controls(after(TcpOutcome::pending, 1300)).size() == 5);
}

TEST_CASE("what this machine itself forbids needs no control") {
  CHECK(next_controls(after(TcpOutcome::no_route)).empty());
  CHECK(next_controls(after(TcpOutcome::not_permitted)).empty());
  CHECK(next_controls(after(TcpOutcome::failed)).empty());
}

TEST_CASE("controls go to the address tried first, not to the port asked for, and once") {
  CaseFile c = after(TcpOutcome::refused);
  c.target.port = 443;
  auto list = next_controls(c);
  CHECK(list.size() == 4);
  for (const auto& wish : list) {
    CHECK(wish.address == "10.0.0.5");
    CHECK(wish.port != 443);
  }
  c.controls.resize(1);
  CHECK(next_controls(c).empty());
  CaseFile other = after(TcpOutcome::refused);
  other.connections[0].asked.address = "10.0.0.6";
  CHECK(next_controls(other).empty());
}

}  // namespace rdpdoctor::probe
