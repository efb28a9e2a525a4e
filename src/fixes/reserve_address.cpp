// What to reserve at the DHCP server, so that the host's address stays.
#include <array>

#include "base/text.h"
#include "fixes/engine/adapters.h"
#include "fixes/engine/fix.h"
#include "fmt/core.h"

namespace rdpdoctor::fixes {
namespace {

using Octets = std::array<unsigned, 4>;

std::optional<Octets> octets(std::string_view address) {
  const auto parts = split(address, '.');
  if (parts.size() != 4) return std::nullopt;
  Octets out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto number = decimal<unsigned>(parts[i]);
    if (!number || 255 < *number) return std::nullopt;
    out[i] = *number;
  }
  return out;
}

// Windows' DHCP server calls a scope by its network's address.
std::string scope_of(const NetworkAdapter& adapter) {
  const auto address = octets(adapter.addresses.front()), mask = octets(adapter.mask);
  if (!address || !mask) return "SCOPE";
  return fmt::format("{}.{}.{}.{}", (*address)[0] & (*mask)[0], (*address)[1] & (*mask)[1],
                     (*address)[2] & (*mask)[2], (*address)[3] & (*mask)[3]);
}

std::string lease_words(Planner& p, const NetworkAdapter& adapter) {
  if (!p.facts()) return "";
  for (const evidence::Adapter& one : p.facts()->network.adapters.is.value)
    if (one.id == adapter.id && one.lease_ends) return ", leased until " + to_rfc3339(*one.lease_ends);
  return "";
}

void advise(Planner& p, const NetworkAdapter& adapter) {
  const std::string& address = adapter.addresses.front();
  const std::string server = adapter.dhcp_server.empty() ? "DHCPSERVER" : adapter.dhcp_server;
  p.note(fmt::format("{} has {} from the DHCP server {}{}", called(adapter), address, server,
                     lease_words(p, adapter)));
  p.advise(fmt::format("On the host, the MAC address of {}:   getmac /v", called(adapter)));
  p.advise(
      fmt::format("On the DHCP server {}, if it is Windows', with that MAC without hyphens (undo: delete "
                  "reservedip with the same):   netsh dhcp server scope {} add reservedip {} MAC",
                  server, scope_of(adapter), address));
  p.advise(fmt::format("On a router or another DHCP server: reserve {} for that MAC address.", address));
}

void plan(Planner& p) {
  const std::vector<NetworkAdapter> all = adapters_of(p);
  if (p.refused()) return;
  if (all.empty()) {
    p.advise("On the host, its address, MAC address and DHCP server:   ipconfig /all");
    return p.advise(
        "On that DHCP server, or in the cloud's console: reserve the address for the MAC address.");
  }
  bool any = false, self_made = true;
  for (const NetworkAdapter& adapter : all) {
    self_made = self_made && adapter.self_made;
    if (!adapter.by_dhcp || adapter.self_made) continue;
    any = true;
    advise(p, adapter);
  }
  if (self_made)
    return p.refuse(
        "no DHCP server gave the host an address, so there is none to be reserved: see to the DHCP "
        "server or the cable first");
  if (!any) return p.note("the address is set by hand, and stays");
  p.note("on a cloud machine reserve it in the cloud's console, and leave DHCP on");
}

}  // namespace

Fix reserve_address() {
  return {
      .id = "reserve-address",
      .title = "The host keeps its address.",
      .explanation =
          "Changes nothing on the host: says which address to reserve at which DHCP server, for which "
          "adapter. "
          "With a reservation the host keeps its address over restarts and absences, so that names, "
          "forwardings "
          "and saved .rdp files stay right. An address set by hand on the host would do so too, and cuts it "
          "off "
          "with the first typing error, which is why it is not proposed.",
      .side = Side::host,
      .risk = Risk::low,
      .takes_effect = "when the lease is renewed",
      .verified_by = "the host has the reserved address after ipconfig /renew",
      .article = "give the computer a static IP address",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
