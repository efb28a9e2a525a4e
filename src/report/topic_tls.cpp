// "TLS 1.2, TLS 1.3; 31 cipher suites by policy; FIPS mode".
#include "base/text.h"
#include "causes/engine/policy_views.h"
#include "causes/engine/schannel_suites.h"
#include "fmt/core.h"
#include "report/topics.h"

namespace rdpdoctor::report {
namespace {

using causes::Protocol;
using causes::ProtocolState;

std::string versions(const evidence::HostFacts& h, bool& unknown) {
  std::vector<std::string> on;
  for (const evidence::ProtocolFacts& facts : h.tls.protocols) {
    Protocol p = causes::protocol_of(h, facts.name);
    if (p.state == ProtocolState::on) on.push_back(facts.name);
    bool matters = facts.name == "TLS 1.2" || facts.name == "TLS 1.3";
    unknown = unknown || (matters && p.state == ProtocolState::unknown);
  }
  if (!on.empty()) return join(on, ", ");
  return unknown ? "" : "no TLS version is on";
}

std::string suites(const evidence::HostFacts& h, bool& unknown) {
  const auto& fact = h.tls.cipher_suites;
  if (fact.is.state == Presence::absent) return "";
  const auto* texts = fact.get();
  unknown = unknown || !texts;
  if (!texts) return "cipher suites can't be read";
  // How many names there are does not depend on the build.
  std::size_t names = causes::read_suites(*texts, 0).names;
  return count_of(names, "cipher suite") + (fact.by_policy ? " by policy" : "");
}

}  // namespace

StageLine tls_policy_line(const evidence::HostFacts& h) {
  StageLine line{.outcome = Outcome::skipped, .summary = "not looked at", .topic = evidence::Topic::tls};
  if (h.tls.protocols.empty()) return line;
  bool unknown = false;
  std::vector<std::string> parts;
  std::string on = versions(h, unknown);
  if (unknown) parts.emplace_back("which TLS versions are on can't be read whole");
  if (!on.empty()) parts.push_back(std::move(on));
  if (std::string listed = suites(h, unknown); !listed.empty()) parts.push_back(std::move(listed));
  if (const std::uint32_t* fips = h.tls.fips.get(); fips && *fips != 0) parts.emplace_back("FIPS mode");
  line.outcome = unknown ? Outcome::skipped : Outcome::passed;
  line.summary = join(parts, "; ");
  return line;
}

}  // namespace rdpdoctor::report
