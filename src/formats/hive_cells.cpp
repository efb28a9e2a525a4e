#include "formats/hive_cells.h"

#include <algorithm>
#include <array>

#include "fmt/core.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::uint32_t cached_pages = 256;  // 1 MiB
constexpr std::uint32_t bin_header = 32;
constexpr std::uint32_t cell_header = 4;
constexpr std::uint32_t smallest_cell = 8;

bool starts_with(View bytes, std::string_view letters) {
  return bytes.size() >= letters.size() && std::ranges::equal(bytes.first(letters.size()), letters);
}

}  // namespace

Error hive_damage(std::string_view what, std::uint64_t offset, std::string_view expected) {
  return {fmt::format("damaged: {} at byte {} of the hive", what, offset + hive_page), ErrorKind::malformed,
          0, std::string(expected)};
}

Result<Cell> HiveCells::find(std::uint32_t offset, std::string_view what) {
  if (offset % 8 != 0 || offset >= bins_bytes_)
    return std::unexpected(hive_damage(what, offset, "a cell inside of the hive's bins"));
  auto end = bin_end(offset, what);
  if (!end) return std::unexpected(end.error());
  std::array<std::uint8_t, cell_header> header{};
  if (*end - offset < smallest_cell)
    return std::unexpected(hive_damage(what, offset, "a cell inside of the hive's bins"));
  if (auto done = copy(offset, header); !done) return std::unexpected(done.error());
  // Negative: allocated.
  const std::int64_t size = static_cast<std::int32_t>(Reader(header).u32le("Size"));
  if (size >= 0) return std::unexpected(hive_damage(what, offset, "a cell that is in use"));
  if (-size < smallest_cell || -size > *end - offset)
    return std::unexpected(hive_damage(what, offset, "a cell that ends in its bin"));
  return Cell{offset + cell_header, static_cast<std::uint32_t>(-size) - cell_header};
}

Result<void> HiveCells::read(const Cell& cell, std::uint32_t from, std::span<std::uint8_t> out) {
  return copy(cell.at + from, out);
}

Result<HiveCells::Record> HiveCells::record(std::uint32_t offset, std::string_view what,
                                            std::string_view signature, std::uint32_t least,
                                            std::uint32_t most) {
  auto cell = find(offset, what);
  if (!cell) return std::unexpected(cell.error());
  Record out{*cell, Bytes(std::min(cell->size, most))};
  if (auto done = read(*cell, 0, out.bytes); !done) return std::unexpected(done.error());
  if (!starts_with(out.bytes, signature))
    return std::unexpected(hive_damage(what, offset, fmt::format("the signature \"{}\"", signature)));
  if (out.bytes.size() < least)
    return std::unexpected(hive_damage(what, offset, fmt::format("at least {} bytes", least)));
  return out;
}

Result<std::vector<std::uint32_t>> HiveCells::numbers(const Cell& cell, std::uint32_t from, std::size_t count,
                                                      std::string_view what) {
  if (cell.size < from || (cell.size - from) / 4 < count)
    return std::unexpected(hive_damage(what, cell.at - cell_header, "as many elements as it says"));
  Bytes bytes(count * 4);
  if (auto done = read(cell, from, bytes); !done) return std::unexpected(done.error());
  std::vector<std::uint32_t> out(count);
  Reader r(bytes);
  for (std::uint32_t& number : out) number = r.u32le("offset");
  return out;
}

Result<void> HiveCells::check_bins() {
  std::uint32_t at = 0;
  while (at < bins_bytes_) {
    auto size = bin_size(at / hive_page);
    if (!size) return std::unexpected(size.error());
    if (*size == 0) return std::unexpected(hive_damage("bin", at, "the header of a bin (\"hbin\")"));
    at += *size;
  }
  if (file_.size() < std::uint64_t{hive_page} + bins_bytes_)
    return std::unexpected(hive_damage("end", file_.size() - std::min<std::uint64_t>(file_.size(), hive_page),
                                       fmt::format("{} bytes of bins: it is cut off", bins_bytes_)));
  return {};
}

Result<const HiveCells::Page*> HiveCells::page(std::uint32_t number) {
  if (cache_.empty()) cache_.resize(cached_pages);
  Page& slot = cache_[number % cached_pages];
  if (slot.number == number) return &slot;
  const std::uint64_t at = (std::uint64_t{number} + 1) * hive_page;
  const std::uint64_t left = file_.size() - std::min(at, file_.size());
  slot.number = no_cell;  // until it is read
  slot.bytes.resize(static_cast<std::size_t>(std::min<std::uint64_t>(left, hive_page)));
  if (!slot.bytes.empty()) {
    if (auto done = file_.read_at(at, slot.bytes); !done) return std::unexpected(done.error());
  }
  slot.number = number;
  return &slot;
}

Result<void> HiveCells::copy(std::uint32_t at, std::span<std::uint8_t> out) {
  while (!out.empty()) {
    auto from = page(at / hive_page);
    if (!from) return std::unexpected(from.error());
    const Bytes& bytes = (*from)->bytes;
    const std::size_t skip = at % hive_page;
    if (bytes.size() <= skip) return std::unexpected(hive_damage("cell", at, "more: the file is cut off"));
    const std::size_t n = std::min(out.size(), bytes.size() - skip);
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(skip), n, out.begin());
    out = out.subspan(n);
    at += static_cast<std::uint32_t>(n);
  }
  return {};
}

// The size of the bin that begins with this page, 0 if none does.
Result<std::uint32_t> HiveCells::bin_size(std::uint32_t page_number) {
  auto first = page(page_number);
  if (!first) return std::unexpected(first.error());
  const Bytes& bytes = (*first)->bytes;
  if (bytes.size() < bin_header || !starts_with(bytes, "hbin")) return 0;
  Reader r(bytes);
  r.skip(4, "Signature");
  const std::uint32_t offset = r.u32le("Offset");
  const std::uint32_t size = r.u32le("Size");
  const bool fits = size != 0 && size % hive_page == 0 && size <= bins_bytes_ - page_number * hive_page;
  return offset == page_number * hive_page && fits ? size : 0;
}

// Where the bin ends that this offset lies in. Only the first page of a bin says how large it is, so the
// pages before this one are asked; each at most once for the life of the hive.
Result<std::uint32_t> HiveCells::bin_end(std::uint32_t offset, std::string_view what) {
  const std::uint32_t wanted = offset / hive_page;
  auto known = bins_.upper_bound(wanted);
  const bool after_one = known != bins_.begin();
  if (after_one) --known;
  if (!after_one || known->second.scanned < wanted) {
    const std::uint32_t floor = after_one ? known->second.scanned + 1 : 0;
    std::uint32_t at = wanted;
    std::uint32_t size = 0;
    for (;; --at) {
      auto found = bin_size(at);
      if (!found) return std::unexpected(found.error());
      size = *found;
      if (size != 0 || at == floor) break;
    }
    if (size != 0 || !after_one) known = bins_.insert_or_assign(at, Bin{size, wanted}).first;
    known->second.scanned = wanted;
  }
  const std::uint32_t start = known->first * hive_page;
  const bool covered = offset - start < known->second.size;
  if (!covered || offset - start < bin_header)
    return std::unexpected(hive_damage(what, offset, "a cell inside of one of the hive's bins"));
  return start + known->second.size;
}

}  // namespace rdpdoctor::formats
