// Makes one adapter send packets that fit through the way.
#include <algorithm>

#include "base/text.h"
#include "fixes/engine/adapters.h"
#include "fixes/engine/fix.h"
#include "fmt/core.h"
#include "host/files.h"
#include "host/key_names.h"

namespace rdpdoctor::fixes {
namespace {

// RFC 791: what every IPv4 host takes whole; above 9000 no Ethernet is in use. Ethernet's own is 1500.
constexpr std::uint32_t least = 576, most = 9000, of_ethernet = 1500;
constexpr std::uint32_t ipv4_and_tcp = 40, ipv6_and_tcp = 60;

// Echo requests of that size are answered, and larger ones are not.
std::uint32_t by_echoes(const evidence::CaseFile& c) {
  std::uint32_t passes = 0, vanishes = 0;
  for (const evidence::Echo& echo : c.echoes) {
    if (echo.outcome != evidence::EchoOutcome::done) continue;
    if (!echo.answers_ms.empty()) passes = std::max(passes, echo.packet_bytes);
    if (echo.answers_ms.empty() && 0 < echo.sent)
      vanishes = vanishes == 0 ? echo.packet_bytes : std::min(vanishes, echo.packet_bytes);
  }
  return passes < vanishes ? passes : 0;
}

// The handshake stalls by full segments and passes by small ones.
std::uint32_t by_segments(const evidence::CaseFile& c) {
  std::uint32_t passes = 0;
  bool stalls = false;
  for (const evidence::Connection& connection : c.connections) {
    const bool small = connection.asked.max_segment != 0;
    const std::uint32_t headers = connection.asked.address.contains(':') ? ipv6_and_tcp : ipv4_and_tcp;
    if (small && connection.tls.server_hello_seen)
      passes = std::max(passes, connection.asked.max_segment + headers);
    if (!small && connection.tls.outcome == evidence::TlsOutcome::silent) stalls = true;
  }
  return stalls ? passes : 0;
}

std::uint32_t size_for(Planner& p) {
  if (p.options().mtu != 0) return p.options().mtu;
  const std::uint32_t proven = std::max(by_echoes(p.evidence()), by_segments(p.evidence()));
  if (proven == 0) {
    p.refuse(
        "no size is known that passes: give it (--mtu 1300), or diagnose the target first; ping -f -l tries "
        "sizes (the packet is 28 bytes larger than its number)");
  } else {
    p.note(fmt::format("packets of {} bytes were seen to pass where larger ones do not", proven));
  }
  return proven;
}

bool is_meant(const NetworkAdapter& adapter, const std::string& wanted) {
  return host::same_name(adapter.name, wanted) || host::same_name(adapter.id, wanted) ||
         host::same_name(adapter.id, '{' + wanted + '}');
}

std::string names_of(const std::vector<NetworkAdapter>& all) {
  std::vector<std::string> names;
  for (const NetworkAdapter& adapter : all) names.push_back(called(adapter));
  return names.empty() ? "none has an address" : join(names, ", ");
}

// The one that was named; without a name the only one that has an address.
std::optional<NetworkAdapter> adapter_for(Planner& p) {
  const std::string& wanted = p.options().interface;
  std::vector<NetworkAdapter> all = adapters_of(p);
  if (p.refused()) return std::nullopt;
  if (wanted.empty() && all.size() == 1) return all.front();
  if (!wanted.empty()) {
    const auto at = std::ranges::find_if(all, [&](const auto& one) { return is_meant(one, wanted); });
    if (at != all.end()) return *at;
    // netsh knows indexes too, which only a running machine gives out.
    const bool index = p.running() && decimal<std::uint32_t>(wanted).has_value();
    if (p.blind() || index) return NetworkAdapter{.name = wanted};
  }
  p.refuse(fmt::format("which adapter is meant: give it (--interface \"Ethernet\"); of this machine: {}",
                       names_of(all)));
  return std::nullopt;
}

// Until the next restart, from which on the value in the registry counts; where that is not written, lasting.
void set_at_once(Planner& p, const NetworkAdapter& adapter, std::uint32_t mtu, std::uint32_t before) {
  const bool lasting = adapter.id.empty() || p.blind();
  const auto netsh = [&](std::uint32_t bytes) {
    return host::Arguments{"netsh",
                           "interface",
                           "ipv4",
                           "set",
                           "subinterface",
                           "interface=" + adapter.name,
                           fmt::format("mtu={}", bytes),
                           lasting ? "store=persistent" : "store=active"};
  };
  p.command({.command = netsh(mtu), .undo = netsh(before), .destroys = ""},
            fmt::format("{} sends packets of at most {} bytes at once", printable(adapter.name, 100), mtu));
  if (before == of_ethernet) p.note("the command's undo sets 1500, as Ethernet has it");
}

void plan(Planner& p) {
  const std::uint32_t mtu = size_for(p);
  if (p.refused()) return;
  if (mtu < least || most < mtu)
    return p.refuse(fmt::format("an MTU of {} bytes: between {} and {} were expected", mtu, least, most));
  const auto adapter = adapter_for(p);
  if (!adapter) return;
  std::uint32_t before = of_ethernet;
  if (!adapter->id.empty()) {
    const std::string key = host::under(tcpip_interfaces, adapter->id);
    const auto is = p.number(key, "MTU");
    if (is.get() && is.value != 0) before = is.value;
    if (is.get() && is.value != 0 && is.value <= mtu)
      return p.note(fmt::format("{} has an MTU of {} bytes already", called(*adapter), is.value));
    p.set(key, "MTU", dword(mtu), fmt::format("{} sends packets of at most {} bytes", called(*adapter), mtu));
  }
  if (p.running() && !adapter->name.empty()) set_at_once(p, *adapter, mtu, before);
  p.note(
      "IPv6 has an MTU of its own and is left as it is: netsh interface ipv6 set subinterface, 1280 at "
      "least");
}

}  // namespace

Fix lower_interface_mtu() {
  return {
      .id = "lower-interface-mtu",
      .title = "One network adapter sends smaller packets.",
      .explanation =
          "Sets the value MTU of one adapter (Tcpip\\Parameters\\Interfaces), the one of the VPN or tunnel "
          "if there "
          "is one, to a size that was seen to pass or that you give. It helps where small packets pass and "
          "large "
          "ones vanish without a word, so that TLS or a session stalls. It lowers what this machine sends "
          "and asks "
          "for; where it can be, mend the tunnel's MTU or let ICMP \"fragmentation needed\" pass instead. "
          "All "
          "connections of that adapter get slightly slower.",
      .side = Side::client,
      .risk = Risk::low,
      .takes_effect = "when Windows starts again; on a machine that runs at once for new connections",
      .verified_by = "mtu-black-hole is no longer found",
      .article = "lower the MTU of the network adapter",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
