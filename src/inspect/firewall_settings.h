// What the host's and the client's side read of Windows' firewall alike. [MS-GPFAS] 2.2.2 and 2.2.3 name the
// policy's keys and values; the local ones have the same values below SharedAccess.
#pragma once

#include "evidence/host_firewall_facts.h"
#include "formats/firewall_rule.h"
#include "host/host.h"

namespace rdpdoctor::inspect {

inline constexpr std::string_view local_firewall =
    R"(HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy)";
inline constexpr std::string_view firewall_policy = R"(HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall)";

// Domain, Private, Public.
[[nodiscard]] std::vector<evidence::FirewallProfile> firewall_profiles(host::Host& host);
// A value of each of these profiles, in that order: policy over local.
[[nodiscard]] std::vector<evidence::NumberFact> of_each_profile(host::Host& host, std::string_view name);

// Rules of a packaged program speak of that one alone.
[[nodiscard]] bool of_a_package(const formats::FirewallRule& rule);
[[nodiscard]] bool of_tcp_or_udp(const formats::FirewallRule& rule);
[[nodiscard]] evidence::FirewallRule firewall_rule_facts(formats::FirewallRule&& rule, std::string name,
                                                         std::string source, bool policy);

// Other makers' firewalls register with Windows' security center, on clients.
[[nodiscard]] std::vector<std::string> registered_firewalls(host::Host& host);

}  // namespace rdpdoctor::inspect
