// The questions that judges ask of what was read of the host. All pure.
#pragma once

#include <string>
#include <string_view>

#include "causes/engine/views.h"

namespace rdpdoctor::causes {

using evidence::Fact;
using evidence::HostFacts;

// nullptr: the host was not inspected.
[[nodiscard]] const HostFacts* host_of(const CaseFile& c);

// The verdict of a judge that needs the host and does not have it.
[[nodiscard]] Untested needs_inspection();
// That of one that needs a value which could not be read: "HKLM\…: why".
[[nodiscard]] Untested needs_reading(std::string_view source, std::string_view why);
template <class T>
[[nodiscard]] Untested needs_reading(const Fact<T>& fact) {
  return needs_reading(fact.source, fact.is.state == Presence::unreadable ? fact.is.why : "not looked at");
}
template <class T>
[[nodiscard]] bool unreadable(const Fact<T>& fact) {
  return fact.is.state == Presence::unreadable || fact.is.state == Presence::not_looked;
}
template <class T>
[[nodiscard]] bool absent(const Fact<T>& fact) {
  return fact.is.state == Presence::absent;
}

// An evidence line that cites where a fact stands.
template <class T>
[[nodiscard]] EvidenceLine line(const Fact<T>& fact, std::string text) {
  return {fact.source, std::move(text)};
}
// "; a policy sets it, so it comes back at the next refresh if it is only changed here", "" when none does.
template <class T>
[[nodiscard]] std::string policy_words(const Fact<T>& fact) {
  return fact.by_policy ? "; a policy sets it, so it must be changed there" : "";
}

// Some SYSTEM or SOFTWARE hive is damaged, dirty or was not there, so what is absent proves little: why, or
// "".
[[nodiscard]] std::string doubts_of(const HostFacts& host, std::string_view hive);

// The listener "RDP-Tcp"; nullptr if there is none.
[[nodiscard]] const evidence::ListenerFacts* rdp_listener(const HostFacts& host);
[[nodiscard]] const evidence::ServiceFacts* service(const HostFacts& host, std::string_view name);
// The port that the listener has, 3389 where none could be read.
[[nodiscard]] std::uint16_t listener_port(const HostFacts& host);

// The host's clock, where it is known, else that of its newest event, else that of the reader.
[[nodiscard]] Instant host_now(const CaseFile& c);

}  // namespace rdpdoctor::causes
