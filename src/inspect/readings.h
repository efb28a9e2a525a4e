// What inspectors share: one registry value as a fact, with where it stands, and a policy over a local value.
#pragma once

#include "evidence/host_fact.h"
#include "host/registry.h"

namespace rdpdoctor::inspect {

[[nodiscard]] evidence::NumberFact number(host::Host& host, std::string_view key, std::string_view name);
[[nodiscard]] evidence::TextFact text(host::Host& host, std::string_view key, std::string_view name);
// REG_BINARY as lower-case hex.
[[nodiscard]] evidence::TextFact hex_of(host::Host& host, std::string_view key, std::string_view name);

// The policy's value where it is present, else the local one. An unreadable policy makes the fact unreadable:
// what counts is then not known.
template <class T>
[[nodiscard]] evidence::Fact<T> policy_over(evidence::Fact<T> policy, evidence::Fact<T> local) {
  if (policy.is.state == Presence::absent) return local;
  if (const T* beside = local.get()) policy.local = *beside;
  policy.local_source = std::move(local.source);
  policy.by_policy = policy.is.state == Presence::present;
  return policy;
}

// HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server, and the policy key over it.
inline constexpr std::string_view terminal_server =
    R"(HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server)";
inline constexpr std::string_view terminal_services_policy =
    R"(HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services)";
inline constexpr std::string_view ntlm_key = R"(HKLM\SYSTEM\CurrentControlSet\Control\Lsa\MSV1_0)";
inline constexpr std::string_view credssp_policy =
    R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\CredSSP\Parameters)";
inline constexpr std::string_view services_key = R"(HKLM\SYSTEM\CurrentControlSet\Services)";

}  // namespace rdpdoctor::inspect
