#include "formats/hive_patched.h"

#include <algorithm>

namespace rdpdoctor::formats {

Result<void> PatchedFile::read_at(std::uint64_t offset, std::span<std::uint8_t> out) {
  if (offset > size_ || out.size() > size_ - offset)
    return std::unexpected(Error{"read beyond the end of the hive", ErrorKind::io});
  while (!out.empty()) {
    const std::size_t skip = offset % page_size;
    const std::size_t n = std::min(out.size(), page_size - skip);
    const auto page = pages_.find(offset / page_size);
    if (page != pages_.end()) {
      std::copy_n(page->second.begin() + static_cast<std::ptrdiff_t>(skip), n, out.begin());
    } else if (auto done = read_under(offset, out.first(n)); !done) {
      return done;
    }
    offset += n;
    out = out.subspan(n);
  }
  return {};
}

Result<void> PatchedFile::read_under(std::uint64_t offset, std::span<std::uint8_t> out) {
  const std::uint64_t left = under_.size() - std::min(offset, under_.size());
  const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), left));
  std::ranges::fill(out.subspan(n), std::uint8_t{0});
  return n == 0 ? Result<void>{} : under_.read_at(offset, out.first(n));
}

Result<void> PatchedFile::write(std::uint64_t offset, View bytes) {
  grow_to(offset + bytes.size());
  while (!bytes.empty()) {
    const std::size_t skip = offset % page_size;
    const std::size_t n = std::min(bytes.size(), page_size - skip);
    const auto [page, added] = pages_.try_emplace(offset / page_size);
    if (added) {
      if (auto done = read_under(offset - skip, page->second); !done) return done;
    }
    std::copy_n(bytes.begin(), n, page->second.begin() + static_cast<std::ptrdiff_t>(skip));
    offset += n;
    bytes = bytes.subspan(n);
  }
  return {};
}

}  // namespace rdpdoctor::formats
