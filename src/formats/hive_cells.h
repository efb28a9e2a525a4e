// The cells of a hive: found and read where they lie, through a small cache of pages. All offsets are those
// that a hive itself uses: from the first bin on, which is 4096 bytes into the file.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "base/byte_source.h"

namespace rdpdoctor::formats {

constexpr std::uint32_t hive_page = 4096;  // also the base block's size
constexpr std::uint32_t no_cell = 0xFFFFFFFF;

// "damaged: subkey list at byte 8232 of the hive: malformed; expected elements inside of its cell". The byte
// is one of the file.
[[nodiscard]] Error hive_damage(std::string_view what, std::uint64_t offset, std::string_view expected);

// The data of a cell, without its size.
struct Cell {
  std::uint32_t at = 0;
  std::uint32_t size = 0;
};

class HiveCells {
 public:
  // Borrows `file`.
  HiveCells(RandomSource& file, std::uint32_t bins_bytes) : file_(file), bins_bytes_(bins_bytes) {}

  // The allocated cell at `offset`, which lies whole in a bin. `what` it should hold is for the error.
  [[nodiscard]] Result<Cell> find(std::uint32_t offset, std::string_view what);
  // REQUIRES: from + out.size() <= cell.size
  [[nodiscard]] Result<void> read(const Cell& cell, std::uint32_t from, std::span<std::uint8_t> out);
  // A record that begins with this signature of two letters: at least `least` and at most `most` bytes of it.
  struct Record {
    Cell cell;
    Bytes bytes;
  };
  [[nodiscard]] Result<Record> record(std::uint32_t offset, std::string_view what, std::string_view signature,
                                      std::uint32_t least, std::uint32_t most);
  // The elements of a list of offsets, the first at `from` in the cell.
  [[nodiscard]] Result<std::vector<std::uint32_t>> numbers(const Cell& cell, std::uint32_t from,
                                                           std::size_t count, std::string_view what);
  [[nodiscard]] Result<void> check_bins();
  // No part of the hive can be larger.
  [[nodiscard]] std::uint32_t bins_bytes() const { return bins_bytes_; }

 private:
  struct Bin {
    std::uint32_t size = 0;     // 0: what stands there is no bin
    std::uint32_t scanned = 0;  // up to this page there is no other bin's header
  };
  struct Page {
    std::uint32_t number = no_cell;
    Bytes bytes;
  };

  [[nodiscard]] Result<const Page*> page(std::uint32_t number);
  [[nodiscard]] Result<void> copy(std::uint32_t at, std::span<std::uint8_t> out);
  [[nodiscard]] Result<std::uint32_t> bin_size(std::uint32_t page_number);
  [[nodiscard]] Result<std::uint32_t> bin_end(std::uint32_t offset, std::string_view what);

  RandomSource& file_;
  std::uint32_t bins_bytes_;
  std::vector<Page> cache_;
  std::map<std::uint32_t, Bin> bins_;  // by their first page: those that were met so far
};

}  // namespace rdpdoctor::formats
