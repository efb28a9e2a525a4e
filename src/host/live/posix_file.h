// A regular file that is open. POSIX only.
#pragma once

#include <memory>
#include <string>

#include "base/byte_source.h"

namespace rdpdoctor::host {

// Takes the descriptor over; `path` is for messages.
[[nodiscard]] std::unique_ptr<RandomSource> regular_file(int descriptor, std::string path,
                                                         std::uint64_t size);

}  // namespace rdpdoctor::host
