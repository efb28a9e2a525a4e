// The questions that many judges ask of the evidence, in one place. All pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "causes/engine/cause.h"
#include "causes/engine/needs.h"

namespace rdpdoctor::causes {

using evidence::Connection;
using Connections = std::vector<const Connection*>;
using Predicate = std::function<bool(const Connection&)>;

// Connections whose end or answer is known; one cut off by our own deadline or Ctrl-C tells nothing and is
// left out.
[[nodiscard]] Connections finished(const CaseFile& c);
[[nodiscard]] Connections finished(const CaseFile& c, const Predicate& which);
[[nodiscard]] bool all_of(const Connections& list, const Predicate& holds);  // false for an empty list
[[nodiscard]] bool any_of(const Connections& list, const Predicate& holds);
[[nodiscard]] Connections filter(const Connections& list, const Predicate& which);

// The probe's attempts by name (evidence::Asked::what).
[[nodiscard]] bool is_standard(const Connection& c);  // "standard" and its repeats "standard again N": 0xB,
                                                      // cookie, TLS, NLA; or a client's
[[nodiscard]] bool of_a_client(const Connection& c);  // seen in a capture: it asked what its program asks
[[nodiscard]] std::string client_address(const Connection& c);  // "10.0.0.5"; "" of our own
[[nodiscard]] bool by_our_probe(const CaseFile& c);             // any connection is our own
[[nodiscard]] const Connection* attempt(const CaseFile& c, std::string_view what);  // finished, or nullptr
[[nodiscard]] Connections standards(const CaseFile& c);

// The address that the attempts after the first went to: of "standard". "" if none.
[[nodiscard]] std::string main_address(const CaseFile& c);

// How far a connection got.
[[nodiscard]] bool tcp_up(const Connection& c);
[[nodiscard]] bool x224_answered(const Connection& c);  // Confirm or RDP_NEG_FAILURE: RDP speaks there
[[nodiscard]] bool tls_chosen(
    const Connection& c);  // confirmed with SSL, HYBRID, HYBRID_EX, RDSTLS or RDSAAD
[[nodiscard]] bool tls_tried(
    const Connection& c);  // a ClientHello (not "control") was sent and its fate is known; not by this
                           // system's own TLS, whose failure may be this machine's policy
[[nodiscard]] bool tls_answered(const Connection& c);  // ServerHello seen, or handshake completed
[[nodiscard]] bool tls_cut(const Connection& c);       // ended by FIN, RST or alert before a ServerHello
[[nodiscard]] bool client_rejected_tls(const Connection& c);  // it sent an alert, and no close_notify
[[nodiscard]] bool nla_tried(const Connection& c);            // a TSRequest was sent and its fate is known

// Where the standard attempts stop: the earliest stage that none of them passed; nullopt when one passed
// everything it asked, or when nothing is known. The name stage counts.
[[nodiscard]] std::optional<Stage> failing_stage(const CaseFile& c);
// True when at least one standard attempt passed `stage` (tcp, x224, tls, nla).
[[nodiscard]] bool passed(const CaseFile& c, Stage stage);
// True when anything at all was probed.
[[nodiscard]] bool probed(const CaseFile& c);

// Sources for evidence lines: "probe tls #2"; "probe tls #2, #5"; "probe tls #1–#4".
[[nodiscard]] std::string source(std::string_view stage, const Connection& c);
[[nodiscard]] std::string source(std::string_view stage, const Connections& list);

// "FIN", "RST", "alert 40 handshake_failure", "silence": how a stage ended, for people.
[[nodiscard]] std::string tls_ending_words(const Connection& c);
[[nodiscard]] std::string x224_ending_words(const Connection& c);

// The verdicts of a judge that can't say more, or that can exclude.
[[nodiscard]] Untested needs_probe();                 // need::further
[[nodiscard]] Untested needs(std::string_view what);  // one of need::
[[nodiscard]] Excluded excluded(std::string because);

}  // namespace rdpdoctor::causes
