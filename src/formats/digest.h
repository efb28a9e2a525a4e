// SHA-256 of a file's content, and of bytes.
#pragma once

#include "base/byte_source.h"

namespace rdpdoctor::formats {

// In lower-case hex.
[[nodiscard]] Result<std::string> sha256_of(RandomSource& file);
[[nodiscard]] std::string sha256_of(View bytes);

}  // namespace rdpdoctor::formats
