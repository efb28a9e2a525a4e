// Registry hives (the regf format, versions 1.3 to 1.6, as msuhanov's specification of it describes them).
// Read where they lie: only the cells that are asked for, so a hive of any size costs little. Total and
// bounded: loops in the tree, counts beyond the file and cells outside it are damage, which is told and never
// taken for "not there".
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/byte_source.h"
#include "base/time.h"

namespace rdpdoctor::formats {

struct HiveHeader {
  std::uint32_t sequence1 = 0;  // primary; differs from the secondary in a hive that was not closed
  std::uint32_t sequence2 = 0;
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::uint32_t type = 0;  // 0 a hive; 1, 2 and 6 its transaction logs
  std::uint32_t root = 0;  // offset of the root cell from the first bin
  std::uint32_t bins_bytes = 0;
  std::uint32_t checksum = 0;
  bool checksum_right = false;
  Instant written;
  std::string file_name;  // the last part of the path that it was loaded from
  [[nodiscard]] bool dirty() const { return sequence1 != sequence2 || !checksum_right; }
};
[[nodiscard]] bool is_hive(View first);  // "regf"
// The first 512 of the base block's 4096 bytes, or all of them; also those that a transaction log begins
// with.
[[nodiscard]] Decoded<HiveHeader> decode_hive_header(View block);

struct HiveValue {
  std::string name;  // "" is the default value
  std::uint32_t type = 0;
  Bytes data;
};

// A key's place. Only the hive that gave it can use it.
struct HiveKey {
  std::uint32_t offset = 0;
};

struct HiveChild {
  std::string name;
  HiveKey key;
};

class Hive {
 public:
  Hive() = default;
  Hive(const Hive&) = delete;
  Hive& operator=(const Hive&) = delete;
  // Borrows `file`. An error when it is no hive at all, or its root can't be read.
  [[nodiscard]] static Result<std::unique_ptr<Hive>> open(RandomSource& file);
  virtual ~Hive() = default;

  [[nodiscard]] virtual const HiveHeader& header() const = 0;
  [[nodiscard]] virtual HiveKey root() const = 0;
  // nullopt: there is none of this name (compared as Windows does). An error: that can't be told, for the
  // key's list is damaged.
  [[nodiscard]] virtual Result<std::optional<HiveKey>> child(HiveKey key, std::string_view name) = 0;
  [[nodiscard]] virtual Result<std::vector<std::string>> children(HiveKey key) = 0;
  // The same with their places: no name has to be looked up again to walk the tree, which has an end.
  [[nodiscard]] virtual Result<std::vector<HiveChild>> subkeys(HiveKey key) = 0;
  [[nodiscard]] virtual Result<std::optional<HiveValue>> value(HiveKey key, std::string_view name) = 0;
  [[nodiscard]] virtual Result<std::vector<HiveValue>> values(HiveKey key) = 0;
  [[nodiscard]] virtual Result<Bytes> security(HiveKey key) = 0;  // self-relative descriptor
  [[nodiscard]] virtual Result<Instant> written(HiveKey key) = 0;
  // Whether each bin begins as a bin does: false, and where not, for a damaged hive. Reads each bin's header.
  [[nodiscard]] virtual Result<void> check_bins() = 0;
};

// XOR of the base block's first 508 bytes. REQUIRES: there are as many.
[[nodiscard]] std::uint32_t hive_checksum(View block);

// Transaction logs (.LOG1, .LOG2): replayed over a hive that was not closed. The result reads as the hive
// would after Windows had recovered it; nothing is written to any file. `logs` may hold one or two, of both
// formats (HvLE entries with Marvin32 hashes; the older DIRT vector).
struct Replay {
  std::unique_ptr<RandomSource> file;  // the recovered hive; borrows `hive`
  std::uint32_t pages = 0;             // replayed
  std::uint32_t entries = 0;
  std::uint32_t last_sequence = 0;
  std::string problem;  // why less than all of a log was used, "" if nothing was wrong
};
// nullopt: the hive was closed, or the logs hold nothing that belongs to it and is newer. No entries and a
// problem: they do, and it can't be used; `file` reads as the hive does.
[[nodiscard]] Result<std::optional<Replay>> replay_logs(RandomSource& hive,
                                                        const std::vector<RandomSource*>& logs);

}  // namespace rdpdoctor::formats
