// .zip archives for writing: PKWARE APPNOTE 6.3.10, deflated members with UTF-8 names, no zip64: below 4 GiB
// and 65,535 members.
#pragma once

#include <map>
#include <string>

#include "base/byte_source.h"
#include "base/time.h"

namespace rdpdoctor::formats {

// In the order of their names; all with the time `made`, so that the same members give the same bytes. An
// error where an archive of this form can't hold them.
[[nodiscard]] Result<Bytes> write_zip(const std::map<std::string, Bytes>& members, Instant made);

}  // namespace rdpdoctor::formats
