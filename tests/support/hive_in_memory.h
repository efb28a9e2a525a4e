// A file in memory, and a hive opened from one.
#pragma once

#include <algorithm>

#include "formats/hive.h"

namespace rdpdoctor::test {

class InMemory final : public RandomSource {
 public:
  explicit InMemory(Bytes bytes) : bytes_(std::move(bytes)) {}
  [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
  [[nodiscard]] Result<void> read_at(std::uint64_t offset, std::span<std::uint8_t> out) override {
    ++reads;
    if (bytes_.size() < offset || bytes_.size() - offset < out.size())
      return std::unexpected(Error{"read beyond the end", ErrorKind::bug, 0, ""});
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
    return {};
  }
  std::size_t reads = 0;

 private:
  Bytes bytes_;
};

// The key at "A\\B" below the root; nothing if a part of it is not there. An error counts as that.
[[nodiscard]] inline std::optional<formats::HiveKey> key_at(formats::Hive& hive, std::string_view path) {
  formats::HiveKey key = hive.root();
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('\\'), path.size());
    auto found = hive.child(key, path.substr(0, end));
    if (!found || !*found) return std::nullopt;
    key = **found;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return key;
}

}  // namespace rdpdoctor::test
