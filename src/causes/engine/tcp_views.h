// The questions about the TCP stage that several judges ask. All pure.
#pragma once

#include <string>

#include "causes/engine/views.h"

namespace rdpdoctor::causes {

// Attempts whose TCP outcome is known: to any address, or only to the one that the diagnosis is about.
[[nodiscard]] Connections tcp_tried(const CaseFile& c);
[[nodiscard]] Connections tcp_tried_main(const CaseFile& c);

[[nodiscard]] bool syn_unanswered(const Connection& c);
// A firewall said no: ICMP administratively prohibited, or port unreachable, which a host sends for UDP and
// never for TCP, or protocol unreachable, which no host with TCP sends.
[[nodiscard]] bool rejected_by_icmp(const Connection& c);
[[nodiscard]] bool unreachable(
    const Connection& c);  // no way there, by a router's word or by our own routing table
[[nodiscard]] bool refused_by_reset(const Connection& c);  // RST to the SYN, no ICMP seen

// Accepted, then FIN or RST before one byte came back.
[[nodiscard]] bool cut_before_answer(const Connection& c);
// FIN or RST after the first bytes of an answer.
[[nodiscard]] bool cut_within_answer(const Connection& c);

[[nodiscard]] bool is_ipv6(std::string_view address);

// "refused in 0.3 ms", "no answer to the SYN in 10000 ms", "ICMP 3/13 from 10.0.0.1": how TCP went, for
// people.
[[nodiscard]] std::string tcp_words(const Connection& c);
// Why a fault that TCP would show otherwise is excluded: "it was refused by RST, not by ICMP".
[[nodiscard]] std::string tcp_end_words(const Connection& c);
[[nodiscard]] std::string ms_words(double ms);                         // "0.05 ms", "3.1 ms", "204 ms"
[[nodiscard]] std::string share(std::size_t part, std::size_t whole);  // "3 of 3"

// `tried` without those that nothing answered, where others show the signature: routers limit how often they
// send ICMP (RFC 1812 4.3.2.8), so silence beside such a message is the same ending.
[[nodiscard]] Connections told_by_icmp(const Connections& tried, const Predicate& signature);

// What a judge of a TCP fault says when its signature does not hold for all of `tried`: it connected, it
// ended otherwise, or nothing was tried. Nothing when the signature holds.
[[nodiscard]] std::optional<Verdict> not_constantly(const Connections& tried, const Predicate& signature);

}  // namespace rdpdoctor::causes
