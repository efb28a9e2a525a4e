// Judges whether the host's address is one that may change, and whether the asked name still points to it.
#include <algorithm>

#include "base/text.h"
#include "causes/engine/host_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

using evidence::Adapter;
using Adapters = std::vector<const Adapter*>;

// The registry tells of DHCP; a cloud's own fixed address comes by DHCP, too.
bool dynamic(const Adapter& adapter) {
  const std::uint32_t* dhcp = adapter.dhcp.get();
  return !dhcp || *dhcp != 0;
}

// 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16, RFC 1918; anything else of IPv4 counts as public here.
bool is_private(std::string_view address) {
  std::vector<std::string_view> parts = split(address, '.');
  auto second = parts.size() == 4 ? decimal<unsigned>(parts[1]) : std::nullopt;
  if (!second) return false;
  return parts[0] == "10" || (parts[0] == "192" && *second == 168) ||
         (parts[0] == "172" && 16 <= *second && *second <= 31);
}

bool is_v4(std::string_view address) {
  return address.contains('.') && !address.contains(':');
}

std::string words(const Adapter& adapter) {
  std::string out = fmt::format("{} has {}", adapter.name.empty() ? "an adapter" : adapter.name,
                                join(adapter.addresses, ", "));
  out += dynamic(adapter) ? " by DHCP" : ", set by hand";
  if (adapter.lease_ends) out += ", until " + date_of(*adapter.lease_ends);
  return out;
}

// A name was asked for on the wire, so what it points to is known.
bool named(const CaseFile& c) {
  return !c.target.is_address && !c.connections.empty() && !c.target.addresses.empty();
}

// Every address that the name gives is private, as every one of the host's, and none is the host's. Behind
// address translation a name points to the translator, which is no change.
bool points_elsewhere(const CaseFile& c, const Adapters& adapters) {
  auto comparable = [](const std::string& address) { return is_v4(address) && is_private(address); };
  if (!std::ranges::all_of(c.target.addresses, comparable)) return false;
  for (const Adapter* adapter : adapters) {
    for (const std::string& address : adapter->addresses)
      if (!comparable(address) || std::ranges::count(c.target.addresses, address) != 0) return false;
  }
  return true;
}

// Adapters that were taken out keep what they had last, so that one with an address speaks against it.
Verdict no_server_answered(const std::vector<Adapter>& all) {
  Found found{Certainty::likely, {}, true, "No DHCP server gave the host an address."};
  for (const Adapter& adapter : all) {
    found.evidence.push_back(
        line(adapter.dhcp, fmt::format("{}, which it gave itself: no DHCP server answered", words(adapter))));
  }
  return found;
}

Verdict judge_named(const CaseFile& c, const Adapters& adapters) {
  Found found{Certainty::possible, {}, false, "The host's address comes by DHCP and may change."};
  for (const Adapter* adapter : adapters) found.evidence.push_back(line(adapter->dhcp, words(*adapter)));
  auto failing = failing_stage(c);
  bool fails = failing && *failing <= Stage::x224;
  found.note = true;
  if (!fails || !points_elsewhere(c, adapters)) return found;
  found.note = false;
  found.certainty = Certainty::likely;
  found.explains = true;
  found.headline = "The host has another address than its name gives.";
  found.evidence.push_back(
      {"dns", fmt::format("{} is {}", printable(c.target.host, 100), join(c.target.addresses, ", "))});
  return found;
}

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  const auto& fact = host->network.adapters;
  if (unreadable(fact)) return needs_reading(fact);
  const auto* all = fact.get();
  if (!all || all->empty()) return needs(need::running);
  if (std::ranges::all_of(*all, &Adapter::self_made)) return no_server_answered(*all);
  Adapters adapters;
  for (const Adapter& adapter : *all)
    if (dynamic(adapter) && !adapter.self_made) adapters.push_back(&adapter);
  if (adapters.empty()) {
    auto fixed = std::ranges::find(*all, false, &Adapter::self_made);
    return excluded(fmt::format("{} ({})", words(*fixed), fact.source));
  }
  for (const Adapter* adapter : adapters)
    if (unreadable(adapter->dhcp)) return needs_reading(adapter->dhcp);
  if (named(c)) return judge_named(c, adapters);
  return excluded(fmt::format("{}, and no name was asked that could point elsewhere ({})",
                              words(*adapters.front()), adapters.front()->dhcp.source));
}

}  // namespace

Cause address_dynamic() {
  return {
      .id = "address-dynamic",
      .title = "The host's address comes by DHCP and may change.",
      .stage = Stage::name,
      .machine = Machine::host,
      .topic = Topic::network,
      .explanation =
          "An address that is leased may be another one after a restart or an absence. Names follow it only "
          "where DNS is updated with it; router forwardings, saved .rdp files and hosts files don't. In a "
          "cloud DHCP is right and the address is fixed outside of the machine. Where the asked name gives "
          "an address that the host does not have, or no DHCP server gave it one, that is the explanation.",
      .tell_apart =
          "The host's own address against what the name gives. From the wire alone it is address-changed; "
          "if only this client has the old address it is name-answer-stale. Behind address translation the "
          "two differ by design.",
      .advice = {"On the host, its address and until when it is leased:   ipconfig /all",
                 "On the client, what the name gives:   rdpdoctor diagnose HOST",
                 "On the host, PowerShell as administrator, renew its DNS record:   Register-DnsClient",
                 "On the DHCP server or in the cloud console: reserve the address, so that it stays.",
                 "On a cloud machine leave DHCP on: an address set by hand there cuts the machine off."},
      .article = Article::names_it,
      .fixes = {"reserve-address"},
      .covers = {"address-changed", "name-answer-stale"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
