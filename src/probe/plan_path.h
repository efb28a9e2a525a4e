// The part of the plan that is about the path: which size of packets passes, what is lost, how much goes
// through in a second. Pure, like plan.h.
#pragma once

#include "probe/plan.h"
#include "probe/plan_wishes.h"

namespace rdpdoctor::probe {

// What was sent first waits for its TLS answer far longer than its other answers took, or did so to the end.
[[nodiscard]] bool stalls(const CaseFile& c, const Connection& conn);
// The handshake stalls, and passes by small segments, twice: what else it might be need not be asked.
[[nodiscard]] bool small_segments_pass(const CaseFile& c, const Connection& main);

// Handshakes and ClientHellos by smaller and smaller segments, where the system's own size stalls.
void wish_sizes(Wishes& w, const CaseFile& c, const Connection& main);
// More segments to lose.
void wish_losses(Wishes& w, const CaseFile& c, const Connection& main);
// What measures the bandwidth, and needs the path for itself: the flights are made beside each other, so that
// together they are more than a token bucket lets through at once; then one large upload.
void wish_bandwidth(Wishes& w, const CaseFile& c, const Connection& main);
[[nodiscard]] bool measures_bandwidth(const Asked& asked);

}  // namespace rdpdoctor::probe
