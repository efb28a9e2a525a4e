// "Ethernet 10.0.0.4 by DHCP, leased until 2026-11-22; last network Domain".
#include "base/text.h"
#include "causes/engine/firewall_views.h"
#include "fmt/core.h"
#include "report/topics.h"

namespace rdpdoctor::report {
namespace {

constexpr std::size_t most_named = 3;

std::string words(const evidence::Adapter& adapter) {
  std::string out = adapter.name.empty() ? "" : adapter.name + " ";
  out += join(adapter.addresses, ", ");
  const std::uint32_t* dhcp = adapter.dhcp.get();
  if (!dhcp) return out;
  out += *dhcp != 0 ? " by DHCP" : " set by hand";
  if (adapter.lease_ends) out += ", leased until " + date_of(*adapter.lease_ends);
  return out;
}

}  // namespace

StageLine network_line(const evidence::HostFacts& h) {
  StageLine line{.outcome = Outcome::skipped, .summary = "not looked at", .topic = evidence::Topic::network};
  const auto& fact = h.network.adapters;
  if (fact.is.state == Presence::not_looked) return line;
  const auto* adapters = fact.get();
  line.summary = "the adapters can't be read";
  if (!adapters) return line;
  line.outcome = Outcome::passed;
  std::vector<std::string> parts;
  for (const evidence::Adapter& adapter : *adapters)
    if (parts.size() < most_named) parts.push_back(words(adapter));
  if (most_named < adapters->size())
    parts.push_back(fmt::format("{} more with addresses", adapters->size() - most_named));
  if (adapters->empty()) parts.emplace_back("no address is stored");
  if (const auto* last = causes::last_network(h)) parts.push_back("last network " + last->category);
  line.summary = join(parts, "; ");
  return line;
}

}  // namespace rdpdoctor::report
