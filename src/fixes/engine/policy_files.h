// Whether Group Policy owns a value: its own record of what it set, the files Registry.pol. [MS-GPREG] 2.2.1
#pragma once

#include "base/reading.h"
#include "host/host.h"

namespace rdpdoctor::fixes {

// The file that names the value; absent when none does; unreadable when one that is there can't be read.
// `key` is "HKLM\…".
[[nodiscard]] Reading<std::string> policy_that_owns(host::Host& host, std::string_view key,
                                                    std::string_view name);
// Below a key in which only policies stand.
[[nodiscard]] bool is_policy_key(std::string_view key);

}  // namespace rdpdoctor::fixes
