// The network adapters of a machine that have an address, as fixes of addresses need them.
#pragma once

#include <string>
#include <vector>

#include "fixes/engine/planner.h"

namespace rdpdoctor::fixes {

inline constexpr std::string_view tcpip_interfaces =
    R"(HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters\Interfaces)";

struct NetworkAdapter {
  std::string id;    // "{GUID}", its key below tcpip_interfaces
  std::string name;  // of its connection: "Ethernet"; "" not told
  bool by_dhcp = true;
  bool self_made = false;              // 169.254.…: no DHCP server answered
  std::vector<std::string> addresses;  // printable
  std::string mask;                    // of the first one; "" not told
  std::string dhcp_server;
};

// From the machine; where none is at hand, from what an inspection of it told.
[[nodiscard]] std::vector<NetworkAdapter> adapters_of(Planner& p);
// "Ethernet", or the GUID where it has no name.
[[nodiscard]] std::string called(const NetworkAdapter& adapter);

}  // namespace rdpdoctor::fixes
