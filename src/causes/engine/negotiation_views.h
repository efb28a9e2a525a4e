// What RDP_NEG_FAILURE says ([MS-RDPBCGR] 2.2.1.2.2), for the judges of its codes. All pure.
#pragma once

#include "causes/engine/views.h"

namespace rdpdoctor::causes {

inline constexpr std::uint32_t asks_ssl = 0x1;
inline constexpr std::uint32_t asks_hybrid = 0x2;

// Connections that an RDP_NEG_FAILURE with a code of `which` ended although they asked for `offered` (all
// those bits), when every one of the standard attempts ended so. A host that enforces NLA answers 5 to a
// request without HYBRID: that is no fault of anything when our own probe asked on purpose; when a client (in
// a capture) asked, it is.
struct Refusals {
  Connections ours;      // standard attempts of the probe
  Connections clients;   // of clients, whatever they offered, that then got no further
  Connections resolved;  // of clients that asked otherwise, next or about then, and got an answer
};
[[nodiscard]] Refusals refusals(const CaseFile& c, bool (*which)(std::uint32_t code), std::uint32_t offered);

// Evidence for refused connections: "RDP_NEG_FAILURE 3 ..., 3 of 3", and the sets that the host does confirm.
[[nodiscard]] std::vector<EvidenceLine> refusal_lines(const CaseFile& c, const Connections& refused);

// The verdict when nothing was refused so: what the negotiation gave instead.
[[nodiscard]] Verdict not_refused(const CaseFile& c);

}  // namespace rdpdoctor::causes
