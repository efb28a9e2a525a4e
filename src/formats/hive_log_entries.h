// What a transaction log of a hive holds: the entries of the newer format (HvLE), each whole or not at all,
// and the dirty pages of the older one (DIRT).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/byte_source.h"

namespace rdpdoctor::formats {

constexpr std::size_t log_sector = 512;

struct LogPage {
  std::uint32_t offset = 0;  // from the first bin
  std::uint32_t at = 0;      // of its bytes, in what holds them
  std::uint32_t size = 0;
};

struct LogEntry {
  std::uint32_t sequence = 0;
  std::uint32_t bins_bytes = 0;  // of the hive after it
  Bytes bytes;                   // all of the entry; its size is where the next one begins
  std::vector<LogPage> pages;    // at places in `bytes`
};
struct NextEntry {
  std::optional<LogEntry> entry;  // nothing at the end of the log
  std::string problem;            // why it ended there, "" for what is left of an earlier use of the file
};
// The entry at `at`, if it has this number: what is left of older ones has smaller numbers.
[[nodiscard]] Result<NextEntry> read_log_entry(RandomSource& log, std::uint64_t at, std::uint32_t sequence);

// The whole older log: a bit for each 512 bytes of the bins, then those whose bit is set. `sector`: where the
// bits begin, and what they are padded to.
struct DirtyPages {
  std::vector<LogPage> pages;  // at places in the file
  std::string problem;         // why it can't be used
};
[[nodiscard]] Result<DirtyPages> read_dirty_pages(RandomSource& log, std::uint32_t bins_bytes,
                                                  std::uint32_t sector);

// With the seed that Windows uses for the entries.
[[nodiscard]] std::uint64_t marvin32(View bytes);

}  // namespace rdpdoctor::formats
