// The questions that judges ask of what the host's policy lets TLS and logons do. All pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "causes/engine/host_views.h"

namespace rdpdoctor::causes {

// 20348 of "20348.2113"; nullopt where it could not be read.
[[nodiscard]] std::optional<std::uint32_t> build_of(const HostFacts& host);

// What Schannel does with a version as a server.
enum class ProtocolState {
  on,
  not_by_default,  // only for a program that asks for it by name
  off,
  not_there,  // this Windows does not have it
  unknown,
};
struct Protocol {
  ProtocolState state = ProtocolState::unknown;
  EvidenceLine line;     // what makes it so, cited
  bool by_hand = false;  // a value says so, and not Windows' default
  Untested needs;        // for unknown: what would tell
};
[[nodiscard]] Protocol protocol_of(const HostFacts& host, std::string_view version);  // "TLS 1.2"

// The listener takes RDP's own security only and no NLA, so that nothing of TLS matters to it.
[[nodiscard]] bool tls_unused(const HostFacts& host);

[[nodiscard]] bool is_domain_controller(const HostFacts& host);
// Whether accounts of a domain exist here; nullopt where that could not be read.
[[nodiscard]] std::optional<bool> in_domain(const HostFacts& host);

// Excluded, unless the hive is damaged, not closed or missing: what is not in it may have been there.
[[nodiscard]] Verdict excluded_if_whole(const HostFacts& host, std::string_view hive, std::string because);
// In such a hive a value that was found is less than proof, for the last change may be missing.
void temper(const HostFacts& host, std::string_view hive, Found& found);

// Excluded by the registry, unless a log, a code or a text speaks for this cause: then that verdict.
[[nodiscard]] Verdict excluded_unless_told(const CaseFile& c, std::string_view cause, Verdict by_registry,
                                           Verdict otherwise);

// A setting is `bad`, and whether a policy says otherwise could not be read: likely. nullopt when that is not
// so.
[[nodiscard]] std::optional<Found> by_setting_alone(const evidence::NumberFact& fact, std::uint32_t bad,
                                                    std::string text);

}  // namespace rdpdoctor::causes
