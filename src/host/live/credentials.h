// The Credential Manager's entries for Remote Desktop of the user that this program runs as: names, never
// secrets.
#pragma once

#include <vector>

#include "host/host.h"

namespace rdpdoctor::host {

[[nodiscard]] Reading<std::vector<SavedCredential>> read_saved_credentials();

}  // namespace rdpdoctor::host
