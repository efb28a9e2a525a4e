// A rule of Windows' firewall as the registry holds it: "v2.30|Action=Allow|Active=TRUE|Dir=In|…|".
// [MS-GPFAS] 2.2.2.19, [MS-FASP] 2.2.37. Total and bounded: fields that are not known are kept by their
// names, since each may narrow what the rule admits.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace rdpdoctor::formats {

struct FirewallPorts {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
};

struct FirewallRule {
  std::string version;                     // "2.30"
  std::string action;                      // "allow", "block", "bypass"
  std::string direction;                   // "in", "out"
  bool active = false;                     // without Active= it is not
  std::uint32_t protocol = 256;            // any
  std::vector<FirewallPorts> local_ports;  // with keywords only ("RPC"): empty, and port_keywords is not
  std::vector<std::string> port_keywords;  // "RPC", "IPHTTPS", …
  std::vector<std::string> profiles;       // "Domain", "Private", "Public"; empty: all
  std::string name;                        // Name=, "@FirewallAPI.dll,-28775"
  std::string program;                     // App=
  std::string service;                     // Svc=
  // What narrows it further, "RA4=LocalSubnet": addresses, interfaces, users, packages, what is not known.
  std::vector<std::string> limits;
};

[[nodiscard]] Decoded<FirewallRule> decode_firewall_rule(std::string_view text);

// TCP or UDP: whether its ports hold this one. A rule without ports does; one with keywords alone does not.
[[nodiscard]] bool covers(const FirewallRule& rule, std::uint16_t port);

}  // namespace rdpdoctor::formats
