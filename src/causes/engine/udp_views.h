// The questions about RDPEUDP that both of its judges ask. All pure.
#pragma once

#include <optional>

#include "causes/engine/views.h"

namespace rdpdoctor::causes {

using evidence::UdpExchange;
using Exchanges = std::vector<const UdpExchange*>;
using UdpPredicate = std::function<bool(const UdpExchange&)>;

// SYNs of a version that every host with UDP answers, whose fate is known and not decided by this machine.
// Whether a host answers an offer of 0x0101 outside a session is nowhere promised.
[[nodiscard]] Exchanges udp_tried(const CaseFile& c);
[[nodiscard]] Exchanges filter(const Exchanges& list, const UdpPredicate& which);

[[nodiscard]] bool udp_answered(const UdpExchange& u);
[[nodiscard]] bool udp_silent(const UdpExchange& u);
// As large as a client sends its SYN, not to be fragmented.
[[nodiscard]] bool udp_whole(const UdpExchange& u);
[[nodiscard]] bool udp_in_pieces(const UdpExchange& u);  // as large, and could be fragmented
// Of a size that a SYN may have; below that it is only a control ([MS-RDPEUDP] 3.1.5.1.1).
[[nodiscard]] bool udp_allowed_size(const UdpExchange& u);
[[nodiscard]] bool udp_small(const UdpExchange& u);

// The ICMP message came from the host itself, as far as its sender tells.
[[nodiscard]] bool by_the_host(const UdpExchange& u);
// "ICMP 3/13 from 10.0.0.1", "" if there was none.
[[nodiscard]] std::string udp_icmp_words(const UdpExchange& u);

// Why UDP can't be what is wrong, or can't be told: the main connection does not stand, or no UDP was tried.
[[nodiscard]] std::optional<Verdict> udp_is_no_matter(const CaseFile& c);

// What the client makes of it, by [MS-RDPEUDP] 3.1.6.1.
inline constexpr std::string_view udp_client_gives_up =
    "the client repeats its SYN three to five times and then goes on over TCP ([MS-RDPEUDP] 3.1.6.1)";

}  // namespace rdpdoctor::causes
