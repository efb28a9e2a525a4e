// Whether a limit on new connections, as firewalls count it, would have let through exactly those that came
// through: a bucket of tokens that refills at a steady rate, of which each connection let through takes one.
#pragma once

#include "causes/engine/requests.h"

namespace rdpdoctor::causes {

// The first few connections to the address of the split passed, and some depth and rate of refill pass and
// drop each later one as it went, its repeated SYNs as well. It does not exclude chance: a few drops at the
// end fit as well.
[[nodiscard]] bool bucket_explains(const CaseFile& c, const Split& split);

}  // namespace rdpdoctor::causes
