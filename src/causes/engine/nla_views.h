// The questions about NLA's first round that several judges ask. All pure.
#pragma once

#include "causes/engine/views.h"

namespace rdpdoctor::causes {

// Connections to the address under test on which a TSRequest was sent and its fate is known.
[[nodiscard]] Connections nla_rounds(const CaseFile& c);
[[nodiscard]] bool nla_answered(const Connection& c);  // a TSRequest came back, with a challenge or an error
[[nodiscard]] std::string nla_endings(const Connections& list);  // "FIN, 3 of 3"

// Why nothing can be said when no TSRequest was sent: no NLA was chosen, or the connection ended before.
[[nodiscard]] Verdict no_nla_round(const CaseFile& c);

}  // namespace rdpdoctor::causes
