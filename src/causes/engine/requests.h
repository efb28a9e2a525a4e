// Which connections asked the same thing, and whether they got the same answer. All pure.
#pragma once

#include <optional>

#include "causes/engine/views.h"

namespace rdpdoctor::causes {

// Both by our probe, or by clients at one address: others come over other paths.
[[nodiscard]] bool same_asker(const Connection& a, const Connection& b);

// The same X.224 request to the same address; what follows it may differ, and so may the size of segments, of
// which the request needs one.
[[nodiscard]] bool same_request(const Connection& a, const Connection& b);

// Connections that asked the same, of which some passed a stage and some failed in it; neither is empty.
struct Split {
  Connections passed;
  Connections failed;
};
// TCP connected or not; accepted and reset at once counts for X.224, which it never reached.
[[nodiscard]] std::optional<Split> split_at_tcp(const CaseFile& c);
// RDP answered, or the connection ended or stayed silent before it did.
[[nodiscard]] std::optional<Split> split_at_x224(const CaseFile& c);
// A ServerHello came for the same ClientHello, or the connection ended or stayed silent before it did.
[[nodiscard]] std::optional<Split> split_at_tls(const CaseFile& c);

// No other connection was open at any time while this one was.
[[nodiscard]] bool was_alone(const CaseFile& c, const Connection& one);

// How the attempts made alone went, beside all that asked the same.
struct Alone {
  Connections passed;
  Connections failed;
  // All made alone passed, and so many that chance does not explain that the failures are all among the
  // others.
  bool clears = false;
};
[[nodiscard]] Alone made_alone(const CaseFile& c, const Split& split);

// The same request: the first ones were answered, and every later one was dropped.
struct Turn {
  Connections before;
  Connections after;
  bool certain = false;  // too many in a row for chance, also when made alone
};
[[nodiscard]] std::optional<Turn> later_ones_dropped(const CaseFile& c);

// An answer that begins as TPKT and claims more bytes than a Connection Confirm can have ([T.123] 8,
// [X.224] 13.4).
[[nodiscard]] bool unending_answer(const Connection& c);

}  // namespace rdpdoctor::causes
