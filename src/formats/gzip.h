// gzip (RFC 1952) while it is read: members one after another are one stream. zlib does the work.
#pragma once

#include <memory>

#include "formats/inflate.h"

namespace rdpdoctor::formats {

[[nodiscard]] bool is_gzip(View first);  // by its first bytes

// Bounded memory. A damaged or cut-off stream gives what came before it, then an error of kind malformed.
// More than `most_ratio` bytes out of each byte in, after the first 64 MiB out, is refused as a bomb.
[[nodiscard]] std::unique_ptr<ByteSource> gunzip(std::unique_ptr<ByteSource> source,
                                                 unsigned most_ratio = most_inflation);

}  // namespace rdpdoctor::formats
