// Private to formats/zip*.cpp: the headers of a .zip archive. PKWARE APPNOTE 6.3.10, 4.3.7 to 4.3.16; all
// little-endian.
#pragma once

#include "formats/zip.h"

namespace rdpdoctor::formats {

struct ZipDirectory {
  std::uint64_t at = 0;       // of the central directory in the file
  std::uint64_t members = 0;  // as told
  std::uint64_t shift = 0;    // what stands before the archive in the file (a self-extracting program)
};
// Malformed when there is no end of central directory record, or it leads nowhere.
[[nodiscard]] Result<ZipDirectory> find_directory(RandomSource& archive);

struct ZipHeader {
  ZipMember member;  // its name as it stands there; header_at is a place in the file
  std::uint64_t header_bytes = 0;
  bool encrypted = false;
  bool size_follows = false;  // in a data descriptor behind the member's bytes
};
// Central: the member's entry in the directory at `at`.
[[nodiscard]] Result<ZipHeader> read_central_header(RandomSource& archive, std::uint64_t at,
                                                    std::uint64_t shift);
[[nodiscard]] Result<ZipHeader> read_local_header(RandomSource& archive, std::uint64_t at);

}  // namespace rdpdoctor::formats
