#include "formats/hive_log_entries.h"

#include <algorithm>
#include <array>
#include <bit>

#include "fmt/core.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::size_t entry_header = 40;
constexpr std::size_t hashed_header = 32;

bool starts_with(View bytes, std::string_view letters) {
  return bytes.size() >= letters.size() && std::ranges::equal(bytes.first(letters.size()), letters);
}

struct Marvin {
  std::uint32_t low = 0x7A4E55C5;
  std::uint32_t high = 0x82EF4D88;

  void mix(std::uint32_t block) {
    low += block;
    high ^= low;
    low = std::rotl(low, 20) + high;
    high = std::rotl(high, 9) ^ low;
    low = std::rotl(low, 27) + high;
    high = std::rotl(high, 19);
  }
};

struct EntryHeader {
  std::uint32_t size = 0;
  std::uint32_t sequence = 0;
  std::uint32_t bins_bytes = 0;
  std::uint32_t pages = 0;
  std::uint64_t hash1 = 0;
  std::uint64_t hash2 = 0;
};

EntryHeader decode(View bytes) {
  Reader r(bytes);
  EntryHeader h;
  r.skip(4, "Signature");
  h.size = r.u32le("Size");
  r.skip(4, "Flags");
  h.sequence = r.u32le("SequenceNumber");
  h.bins_bytes = r.u32le("HiveBinsDataSize");
  h.pages = r.u32le("DirtyPagesCount");
  h.hash1 = r.u64le("Hash1");
  h.hash2 = r.u64le("Hash2");
  return h;
}

// Where the pages lie; nothing if one lies outside of the entry or of the hive.
std::optional<std::vector<LogPage>> places(View entry, const EntryHeader& h) {
  if ((entry.size() - entry_header) / 8 < h.pages) return std::nullopt;
  Reader r(entry.subspan(entry_header));
  std::size_t at = entry_header + std::size_t{h.pages} * 8;
  std::vector<LogPage> out;
  for (std::uint32_t i = 0; i < h.pages; ++i) {
    const std::uint32_t offset = r.u32le("Offset");
    const std::uint32_t size = r.u32le("Size");
    if (entry.size() - at < size || h.bins_bytes < offset || h.bins_bytes - offset < size)
      return std::nullopt;
    out.push_back({offset, static_cast<std::uint32_t>(at), size});
    at += size;
  }
  return out;
}

}  // namespace

std::uint64_t marvin32(View bytes) {
  Marvin state;
  const std::size_t whole = bytes.size() / 4 * 4;
  for (std::size_t i = 0; i < whole; i += 4)
    state.mix(static_cast<std::uint32_t>(bytes[i]) | static_cast<std::uint32_t>(bytes[i + 1]) << 8 |
              static_cast<std::uint32_t>(bytes[i + 2]) << 16 |
              static_cast<std::uint32_t>(bytes[i + 3]) << 24);
  std::uint32_t last = 0x80;
  for (std::size_t i = bytes.size(); i > whole; --i) last = last << 8 | bytes[i - 1];
  state.mix(last);
  state.mix(0);
  return static_cast<std::uint64_t>(state.high) << 32 | state.low;
}

Result<NextEntry> read_log_entry(RandomSource& log, std::uint64_t at, std::uint32_t sequence) {
  const std::uint64_t left = log.size() - std::min(at, log.size());
  if (left < entry_header) return NextEntry{};
  std::array<std::uint8_t, entry_header> head{};
  if (auto done = log.read_at(at, head); !done) return std::unexpected(done.error());
  const EntryHeader h = decode(head);
  if (!starts_with(head, "HvLE") || h.sequence != sequence) return NextEntry{};
  auto problem = [&](std::string_view why) {
    return NextEntry{std::nullopt, fmt::format("entry {} at byte {} of the log: {}", sequence, at, why)};
  };
  if (marvin32(View(head).first(hashed_header)) != h.hash2)
    return problem("its header is not what was written");
  if (left < h.size) return problem("the log is cut off");
  const bool sane = h.size >= entry_header && h.size % log_sector == 0 && h.bins_bytes % 4096 == 0;
  if (!sane) return problem("its sizes can't be");
  NextEntry next{LogEntry{h.sequence, h.bins_bytes, Bytes(h.size), {}}, {}};
  Bytes& bytes = next.entry->bytes;
  if (auto done = log.read_at(at, bytes); !done) return std::unexpected(done.error());
  if (marvin32(View(bytes).subspan(entry_header)) != h.hash1) return problem("it was not written whole");
  auto pages = places(bytes, h);
  if (!pages) return problem("a page of it lies outside");
  next.entry->pages = std::move(*pages);
  return next;
}

Result<DirtyPages> read_dirty_pages(RandomSource& log, std::uint32_t bins_bytes, std::uint32_t sector) {
  static constexpr std::string_view signature = "DIRT";
  const std::size_t vector_bytes = signature.size() + bins_bytes / (log_sector * 8);
  const std::uint64_t first = sector + (vector_bytes + sector - 1) / sector * sector;
  if (log.size() < first) return DirtyPages{{}, "the log is cut off"};
  Bytes bits(vector_bytes);
  if (auto done = log.read_at(sector, bits); !done) return std::unexpected(done.error());
  if (!starts_with(bits, signature)) return DirtyPages{{}, "the log has no list of its pages"};
  DirtyPages out;
  std::uint64_t at = first;
  for (std::size_t i = 0; i < (vector_bytes - signature.size()) * 8; ++i) {
    if ((bits[signature.size() + i / 8] >> (i % 8) & 1) == 0) continue;
    // Half of what belongs together would be worse than none.
    if (log.size() - at < log_sector) return DirtyPages{{}, "the log is cut off"};
    out.pages.push_back(
        {static_cast<std::uint32_t>(i * log_sector), static_cast<std::uint32_t>(at), log_sector});
    at += log_sector;
  }
  return out;
}

}  // namespace rdpdoctor::formats
