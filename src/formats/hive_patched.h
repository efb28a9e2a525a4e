// A file with other bytes at some places, which stay in memory: what a hive is after its logs were replayed.
#pragma once

#include <array>
#include <unordered_map>

#include "base/byte_source.h"

namespace rdpdoctor::formats {

class PatchedFile final : public RandomSource {
 public:
  // Borrows `under`.
  explicit PatchedFile(RandomSource& under) : under_(under), size_(under.size()) {}

  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] Result<void> read_at(std::uint64_t offset, std::span<std::uint8_t> out) override;
  // What lies between the old end and the new one reads as zeros.
  void grow_to(std::uint64_t size) { size_ = size_ < size ? size : size_; }
  [[nodiscard]] Result<void> write(std::uint64_t offset, View bytes);

 private:
  static constexpr std::size_t page_size = 4096;
  using Page = std::array<std::uint8_t, page_size>;

  [[nodiscard]] Result<void> read_under(std::uint64_t offset, std::span<std::uint8_t> out);

  RandomSource& under_;
  std::uint64_t size_;
  std::unordered_map<std::uint64_t, Page> pages_;
};

}  // namespace rdpdoctor::formats
