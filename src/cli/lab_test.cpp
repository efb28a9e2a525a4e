// Every fault of the lab, through real sockets: diagnose must name the cause that the fault says, and only
// then.
#include <doctest/doctest.h>

#include "causes/engine/diagnosis.h"
#include "evidence/json.h"
#include "lab/lab.h"
#include "probe/plan.h"
#include "probe/run.h"

namespace rdpdoctor::cli {
namespace {

evidence::CaseFile probe_fault(const lab::Fault& fault, Duration timeout) {
  net::Reactor reactor;
  lab::Lab lab(reactor);
  auto port = lab.serve(fault, "127.0.0.1", 0);
  REQUIRE(port);
  probe::Options o;
  o.target = {.asked = "127.0.0.1", .host = "127.0.0.1", .port = *port, .is_address = true, .addresses = {}};
  o.timeout = timeout;
#ifdef _WIN32
  // Wine, where these tests run, does not tell a program that a UDP port is closed: it looks like a blocked
  // one.
  o.udp = fault.behaviour.udp != lab::UdpBehaviour::none;
#endif
  return probe::run(reactor, o);
}

std::string all_found(const causes::Diagnosis& d) {
  std::string out;
  for (const auto& r : d.causes)
    out += std::string(r.cause->id) + (r.found.explains ? " " : "(does not explain) ");
  return out;
}

}  // namespace

TEST_CASE("every fault of the lab is diagnosed as what it is") {
  for (const lab::Fault& fault : lab::all_faults()) {
    CAPTURE(fault.id);
    auto c = probe_fault(fault, std::chrono::milliseconds(2500));
    auto d = causes::diagnose(c);
    INFO("found: ", all_found(d));
    INFO(evidence::to_json(c));
    if (fault.expects.empty()) {
      CHECK(d.causes.empty());
      CHECK(d.health == causes::Health::healthy);
      CHECK(c.connections.size() <= probe::most_connections_healthy);
    } else {
      REQUIRE_FALSE(d.causes.empty());
      CHECK(d.causes[0].cause->id == fault.expects);
      CHECK(d.health != causes::Health::healthy);
    }
    CHECK(c.connections.size() <= probe::most_connections_failing);
    CHECK(c.run.ms <= c.run.timeout_ms * 1.1 + 200);
  }
}

TEST_CASE("two diagnoses of one fault give the same answer") {
  for (auto id : {"key-unusable-reset", "healthy-nla", "forwarder-fin"}) {
    const lab::Fault* fault = lab::find_fault(id);
    REQUIRE(fault != nullptr);
    auto first = causes::diagnose(probe_fault(*fault, std::chrono::seconds(3)));
    auto second = causes::diagnose(probe_fault(*fault, std::chrono::seconds(3)));
    CHECK(all_found(first) == all_found(second));
  }
}

}  // namespace rdpdoctor::cli
