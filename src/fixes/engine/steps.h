// Carries the entries of a run out, or back: each is looked at before it is touched and read back afterwards,
// so that either can be called again after an end in the middle.
#pragma once

#include "fixes/engine/run_log.h"

namespace rdpdoctor::fixes {

// REQUIRES: the journal's state is applying, and each entry stands before or after.
[[nodiscard]] Result<void> carry_out(Run& run);
// REQUIRES: the journal's state is undoing. Entries that stand otherwise are left as they are.
[[nodiscard]] Result<void> take_back(Run& run);

}  // namespace rdpdoctor::fixes
