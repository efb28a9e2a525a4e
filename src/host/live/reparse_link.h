// A reparse point as FileInfo::link says it.
#pragma once

#include <string>

#include "base/bytes.h"

namespace rdpdoctor::host {

[[nodiscard]] std::string reparse_link(View reparse_point);

}  // namespace rdpdoctor::host
