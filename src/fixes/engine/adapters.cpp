#include "fixes/engine/adapters.h"

#include <algorithm>

#include "base/text.h"
#include "host/files.h"

namespace rdpdoctor::fixes {
namespace {

// The class of network adapters.
constexpr std::string_view connections =
    R"(HKLM\SYSTEM\CurrentControlSet\Control\Network\{4D36E972-E325-11CE-BFC1-08002BE10318})";
// Adapters that were taken out stay in the registry; a cloud machine gets a new one with each move.
constexpr std::size_t most_looked_at = 1000, most_addresses = 16;

std::string words_at(host::Host& host, const std::string& key, std::string_view name) {
  return printable(trim(host::as_text(host.value(key, name)).value), 100);
}

void add(std::string_view address, NetworkAdapter& adapter) {
  const std::string_view bare = trim(address);
  if (bare.empty() || bare == "0.0.0.0" || most_addresses <= adapter.addresses.size()) return;
  adapter.addresses.push_back(printable(bare, 60));
}

NetworkAdapter read(host::Host& host, const std::string& id) {
  const std::string key = host::under(tcpip_interfaces, id);
  NetworkAdapter out{.id = id};
  out.name = words_at(host, host::under(host::under(connections, id), "Connection"), "Name");
  const auto dhcp = host::as_dword(host.value(key, "EnableDHCP"));
  out.by_dhcp = !dhcp.get() || dhcp.value != 0;
  if (!out.by_dhcp) {
    for (const auto& one : host::as_texts(host.value(key, "IPAddress")).value) add(one, out);
    const auto masks = host::as_texts(host.value(key, "SubnetMask"));
    if (!masks.value.empty()) out.mask = printable(masks.value.front(), 60);
    return out;
  }
  add(words_at(host, key, "DhcpIPAddress"), out);
  out.mask = words_at(host, key, "DhcpSubnetMask");
  out.dhcp_server = words_at(host, key, "DhcpServer");
  const std::string own = words_at(host, key, "IPAutoconfigurationAddress");
  out.self_made = out.addresses.empty() && own.starts_with("169.254.");
  if (out.self_made) add(own, out);
  return out;
}

std::vector<NetworkAdapter> told(const evidence::NetworkFacts& facts) {
  std::vector<NetworkAdapter> out;
  for (const evidence::Adapter& adapter : facts.adapters.is.value) {
    const std::uint32_t* dhcp = adapter.dhcp.get();
    out.push_back({.id = adapter.id,
                   .name = adapter.name,
                   .by_dhcp = !dhcp || *dhcp != 0,
                   .self_made = adapter.self_made,
                   .addresses = adapter.addresses,
                   .mask = "",
                   .dhcp_server = adapter.dhcp_server});
  }
  return out;
}

}  // namespace

std::vector<NetworkAdapter> adapters_of(Planner& p) {
  if (p.blind()) return p.facts() ? told(p.facts()->network) : std::vector<NetworkAdapter>{};
  std::vector<std::string> ids = p.subkeys(tcpip_interfaces);
  ids.resize(std::min(ids.size(), most_looked_at));
  std::vector<NetworkAdapter> out;
  for (const std::string& id : ids) {
    NetworkAdapter adapter = read(p.host(), id);
    if (!adapter.addresses.empty()) out.push_back(std::move(adapter));
  }
  return out;
}

std::string called(const NetworkAdapter& adapter) {
  return adapter.name.empty() ? printable(adapter.id, 60) : adapter.name;
}

}  // namespace rdpdoctor::fixes
