// Replaying transaction logs, by the rules that msuhanov's specification found in Windows' kernels.
#include <algorithm>
#include <array>

#include "fmt/core.h"
#include "formats/hive.h"
#include "formats/hive_cells.h"
#include "formats/hive_log_entries.h"
#include "formats/hive_patched.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::uint32_t newer_log = 6;

struct Log {
  RandomSource* file = nullptr;
  std::size_t number = 0;  // as given, from 1
  Bytes block;
  HiveHeader header;
};

// Its first sector; less when the file is shorter.
Result<Bytes> first_sector(RandomSource& file) {
  Bytes block(static_cast<std::size_t>(std::min<std::uint64_t>(file.size(), log_sector)));
  if (auto done = file.read_at(0, block); !done) return std::unexpected(done.error());
  return block;
}

void put(std::span<std::uint8_t> block, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) block[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

class Replayer {
 public:
  explicit Replayer(RandomSource& hive) : hive_(hive), patched_(std::make_unique<PatchedFile>(hive)) {}

  Result<std::optional<Replay>> run(const std::vector<RandomSource*>& files) {
    auto block = first_sector(hive_);
    if (!block) return std::unexpected(block.error());
    block_ = std::move(*block);
    if (auto header = decode_hive_header(block_); header && header->checksum_right) header_ = *header;
    if (header_ && !header_->dirty()) return std::nullopt;
    if (auto done = take(files); !done) return std::unexpected(done.error());
    if (auto done = replay_entries(); !done) return std::unexpected(done.error());
    if (!used_) {
      if (auto done = replay_dirty_pages(); !done) return std::unexpected(done.error());
    }
    if (used_) {
      if (auto done = write_header(); !done) return std::unexpected(done.error());
    }
    if (!used_ && out_.problem.empty()) return std::nullopt;
    out_.file = std::move(patched_);
    return std::move(out_);
  }

 private:
  Result<void> take(const std::vector<RandomSource*>& files) {
    for (std::size_t i = 0; i < files.size(); ++i) {
      auto block = first_sector(*files[i]);
      if (!block) return std::unexpected(block.error());
      auto header = decode_hive_header(*block);
      // Windows leaves empty logs, and such that were begun and never used.
      if (!header || !header->checksum_right) continue;
      Log log{files[i], i + 1, std::move(*block), *header};
      if (header->type == newer_log) {
        newer_.push_back(std::move(log));
      } else if ((header->type == 1 || header->type == 2) && header->sequence1 == header->sequence2) {
        older_.push_back(std::move(log));
      }
    }
    return {};
  }

  // Both logs in the order of their entries. A hive whose base block is lost gets the latest log only: what
  // the earlier entries were based on is not known.
  Result<void> replay_entries() {
    std::ranges::stable_sort(newer_, {}, [](const Log& log) { return log.header.sequence1; });
    if (!header_ && newer_.size() > 1) newer_.erase(newer_.begin(), newer_.end() - 1);
    bool first = true;
    for (const Log& log : newer_) {
      const bool applied_before = header_ && log.header.sequence1 < header_->sequence2;
      if (applied_before) continue;
      if (!first && log.header.sequence1 != out_.last_sequence + 1) {
        problem(log, fmt::format("it begins with entry {}, which does not follow {}", log.header.sequence1,
                                 out_.last_sequence));
        break;
      }
      first = false;
      if (auto done = replay_entries_of(log); !done) return done;
      if (!used_) break;
    }
    return {};
  }

  Result<void> replay_entries_of(const Log& log) {
    std::uint64_t at = log_sector;
    std::uint32_t sequence = log.header.sequence1;
    while (true) {
      auto next = read_log_entry(*log.file, at, sequence);
      if (!next) return std::unexpected(next.error());
      if (!next->problem.empty()) problem(log, next->problem);
      if (!next->entry) return {};
      const LogEntry& entry = *next->entry;
      for (const LogPage& page : entry.pages) {
        const View bytes = View(entry.bytes).subspan(page.at, page.size);
        if (auto done = patched_->write(std::uint64_t{hive_page} + page.offset, bytes); !done) return done;
      }
      use(log, entry.bins_bytes, entry.sequence, entry.pages.size());
      at += entry.bytes.size();
      ++sequence;
    }
  }

  void use(const Log& log, std::uint32_t bins_bytes, std::uint32_t sequence, std::size_t pages) {
    if (!header_) block_ = log.block;
    used_ = true;
    bins_bytes_ = bins_bytes;
    out_.last_sequence = sequence;
    out_.pages += static_cast<std::uint32_t>(pages);
    ++out_.entries;
  }

  // One log of the older format is enough: it holds all that was not written. It belongs to the write that
  // was begun when its time is the one in the hive.
  Result<void> replay_dirty_pages() {
    auto written = time_of_hive();
    if (!written) return std::unexpected(written.error());
    for (const Log& log : older_) {
      if (!*written || log.header.written != **written) continue;
      const std::uint32_t cluster =
          log.block[44];  // sectors of 512 bytes; 1, or 8 on disks of before Windows 8
      const std::uint32_t sector = log_sector * (cluster == 8 ? 8 : 1);
      auto dirty = read_dirty_pages(*log.file, log.header.bins_bytes, sector);
      if (!dirty) return std::unexpected(dirty.error());
      if (!dirty->problem.empty()) {
        problem(log, dirty->problem);
        continue;
      }
      for (const LogPage& page : dirty->pages) {
        std::array<std::uint8_t, log_sector> bytes{};
        if (auto done = log.file->read_at(page.at, bytes); !done) return done;
        if (auto done = patched_->write(std::uint64_t{hive_page} + page.offset, bytes); !done) return done;
      }
      use(log, log.header.bins_bytes, log.header.sequence1, dirty->pages.size());
      return {};
    }
    return {};
  }

  // The first bin holds a copy of it, for base blocks that are lost.
  Result<std::optional<Instant>> time_of_hive() {
    if (header_) return header_->written;
    std::array<std::uint8_t, 28> bin{};
    if (hive_.size() < hive_page + bin.size()) return std::nullopt;
    if (auto done = hive_.read_at(hive_page, bin); !done) return std::unexpected(done.error());
    Reader r(bin);
    if (r.u32le("Signature") != 0x6E696268) return std::nullopt;
    r.skip(16, "Offset to Reserved");
    return from_filetime(r.u64le("TimeStamp"));
  }

  // As Windows would write it with the recovered hive.
  Result<void> write_header() {
    put(block_, 4, out_.last_sequence);
    put(block_, 8, out_.last_sequence);
    put(block_, 28, 0);
    put(block_, 40, bins_bytes_);
    put(block_, 508, hive_checksum(block_));
    patched_->grow_to(std::uint64_t{hive_page} + bins_bytes_);
    return patched_->write(0, block_);
  }

  void problem(const Log& log, std::string_view what) {
    if (out_.problem.empty()) out_.problem = fmt::format("transaction log {}: {}", log.number, what);
  }

  RandomSource& hive_;
  std::unique_ptr<PatchedFile> patched_;
  Bytes block_;
  std::optional<HiveHeader> header_;  // nothing: it can't be relied on
  std::vector<Log> newer_;
  std::vector<Log> older_;
  bool used_ = false;
  std::uint32_t bins_bytes_ = 0;
  Replay out_;
};

}  // namespace

Result<std::optional<Replay>> replay_logs(RandomSource& hive, const std::vector<RandomSource*>& logs) {
  return Replayer(hive).run(logs);
}

}  // namespace rdpdoctor::formats
