// The running firewall by its own interface, INetFwPolicy2. Windows only.
#pragma once

#include "host/live/owned_values.h"

namespace rdpdoctor::host {

// Turns the one rule on or off that is the same as this one; an Error where there is none or are several, or
// the firewall can't be asked.
[[nodiscard]] Result<void> switch_firewall_rule(const FirewallSwitch& wanted);

// "@FirewallAPI.dll,-28775" in the system's language; the text itself where it refers to nothing.
[[nodiscard]] std::string looked_up(const std::string& text);

}  // namespace rdpdoctor::host
