// Editing the access list of a raw security descriptor: one entry more or one less, and every other byte
// (owner, group, audit list, the order of the parts, the entries that are there) as it was. [MS-DTYP] 2.4.4
// to 2.4.6
#pragma once

#include "formats/security_descriptor.h"

namespace rdpdoctor::formats {

// With `entry`, a plain allow (type 0) or deny (1), in its canonical place: explicit denies, explicit allows,
// then what is inherited. The descriptor as it is where that entry is already there. A descriptor without an
// access list lets everyone do everything: it has no place for an entry, and that is an error.
[[nodiscard]] Decoded<Bytes> with_entry(View descriptor, const AccessEntry& entry);
// Without the first entry that is exactly `entry`, by type, flags, mask and account; an error where there is
// none.
[[nodiscard]] Decoded<Bytes> without_entry(View descriptor, const AccessEntry& entry);

}  // namespace rdpdoctor::formats
