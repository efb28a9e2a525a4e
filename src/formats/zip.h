// .zip archives for reading: PKWARE APPNOTE 6.3.10, stored and deflated members, zip64; no encryption.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/byte_source.h"

namespace rdpdoctor::formats {

[[nodiscard]] bool is_zip(View first);  // needs 4 bytes

struct ZipMember {
  std::string name;  // UTF-8, '/' between folders; never absolute, never with "..": such members are left out
  std::uint64_t size = 0;
  std::uint64_t packed = 0;
  std::uint64_t header_at = 0;
  std::uint32_t crc = 0;
  std::uint16_t method = 0;  // 0 stored, 8 deflated
};

struct ZipListing {
  std::vector<ZipMember> members;     // in the archive's order; folders left out
  std::vector<std::string> left_out;  // printable: what could not be listed, and why; at most 1000
};

// At most 100,000 members. An archive whose end is missing is listed from its members' own headers, as far as
// those tell their sizes.
[[nodiscard]] Result<ZipListing> list_zip(RandomSource& archive);
// Bounded memory; checks size and CRC at its end; an error of kind malformed where it is damaged, lies about
// its size, or inflates more than a thousandfold beyond 64 MiB. The archive must outlive it.
[[nodiscard]] Result<std::unique_ptr<ByteSource>> open_member(RandomSource& archive, const ZipMember& member);

}  // namespace rdpdoctor::formats
