// From what was asked of a machine and answered to rdpdoctor-host.json (docs/bundle.md), and the files beside
// it.
#pragma once

#include "collect/recorder.h"

namespace rdpdoctor::collect {

// Contents of files and events go into `members`, under names that the listing tells.
[[nodiscard]] std::string listing_json(const Records& records, const std::string& computer,
                                       std::map<std::string, Bytes>& members);

}  // namespace rdpdoctor::collect
