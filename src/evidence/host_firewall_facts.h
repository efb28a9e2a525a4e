// Windows' firewall, and the host's addresses.
#pragma once

#include <cstdint>

#include "evidence/host_fact.h"

namespace rdpdoctor::evidence {

// "Domain", "Private", "Public", as the firewall's rules call them.
struct FirewallProfile {
  std::string name;
  NumberFact enabled;          // EnableFirewall; absent: on
  NumberFact default_inbound;  // DefaultInboundAction: 0 allow, 1 block; absent: block
  NumberFact no_exceptions;    // DoNotAllowExceptions: 1 blocks whatever the rules say
  NumberFact local_rules;      // AllowLocalPolicyMerge, by policy only: 0 counts the policy's rules alone
};

struct PortSpan {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
};

// An inbound rule that has to do with the listener's port, enabled or not.
struct FirewallRule {
  std::string name;    // the value's: "RemoteDesktop-UserMode-In-TCP", "{GUID}"
  std::string source;  // where it stands
  std::string title;   // Name=
  bool by_policy = false;
  bool active = false;
  std::string action;                 // "allow", "block", "bypass"
  std::uint32_t protocol = 256;       // 6 TCP, 17 UDP, 256 any
  std::vector<PortSpan> ports;        // empty: any
  std::vector<std::string> profiles;  // empty: all
  std::string program;                // "" any
  std::string service;                // "" none is named
  std::vector<std::string> limits;    // what else must hold: "RA4=10.0.0.0/8", "IFType=RemoteAccess"
};

struct FirewallFacts {
  NumberFact service_start;  // of mpssvc
  std::vector<FirewallProfile> profiles;
  std::uint16_t port = 0;                   // that of the listener, for which the rules below were picked
  Fact<std::vector<FirewallRule>> listed;   // FirewallRules, as far as they concern that port
  Fact<std::vector<FirewallRule>> policy;   // the same by policy; absent: none
  Fact<std::vector<FirewallRule>> managed;  // by device management (Mdm); absent: none
  std::uint32_t left_out = 0;               // rules that concern it beyond those that are kept
  std::uint32_t damaged = 0;                // rules that can't be read
  Fact<std::uint32_t> rules;                // how many in FirewallRules
  Fact<std::uint32_t> app_rules;            // in RestrictedServices\AppIso\FirewallRules
  Fact<std::uint32_t> configurable_rules;   // in RestrictedServices\Configurable\System
  NumberFact delete_app_rules;              // DeleteUserAppContainersOnLogoff
  std::vector<std::string> products;        // other firewalls that are registered with Windows
};

struct Adapter {
  std::string id;    // "{GUID}"
  std::string name;  // of its connection: "Ethernet"
  NumberFact dhcp;   // EnableDHCP
  std::vector<std::string> addresses;
  bool self_made = false;  // 169.254.…: no DHCP server answered
  std::string dhcp_server;
  std::optional<Instant> lease_obtained;
  std::optional<Instant> lease_ends;
};

// A network that the host was in.
struct KnownNetwork {
  std::string name;
  std::string category;        // "Public", "Private", "Domain"
  std::string last_connected;  // "2026-11-20T08:15:00", local time of the host
  std::string source;
};

struct NetworkFacts {
  Fact<std::vector<Adapter>> adapters;  // those that have an address
  Fact<std::vector<KnownNetwork>> networks;
  NumberFact max_user_port;     // Tcpip\Parameters\MaxUserPort
  NumberFact timed_wait_delay;  // TcpTimedWaitDelay
};

}  // namespace rdpdoctor::evidence
