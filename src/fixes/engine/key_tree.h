// A registry key with all that is below it.
#pragma once

#include "fixes/engine/change.h"

namespace rdpdoctor::fixes {

// Absent when there is no such key. Bounded: a key with very much below it is unreadable, as no fix touches
// such a one.
[[nodiscard]] Reading<KeyTree> key_tree(host::Host& host, const std::string& key);

}  // namespace rdpdoctor::fixes
