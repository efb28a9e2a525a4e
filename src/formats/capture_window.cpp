#include "formats/capture_window.h"

#include <algorithm>

#include "fmt/core.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::size_t least = 4096;
constexpr std::size_t usual = 256 * 1024;  // stays in a processor's cache

}  // namespace

View CaptureWindow::ahead(std::size_t n) {
  if (to_ - from_ < n && !ended_) {
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(from_),
              buffer_.begin() + static_cast<std::ptrdiff_t>(to_), buffer_.begin());
    to_ -= from_;
    from_ = 0;
    // It grows with what is there, not with what a length claims.
    while (to_ < n && !ended_) {
      if (to_ == buffer_.size() || buffer_.size() < usual)
        buffer_.resize(std::max(2 * buffer_.size(), least));
      auto got = source_->read(std::span(buffer_).subspan(to_));
      if (!got) error_ = got.error();
      ended_ = !got || *got == 0;
      if (got) to_ += *got;
    }
  }
  return View(buffer_).subspan(from_, std::min(n, to_ - from_));
}

void CaptureWindow::skip(std::size_t n) {
  from_ += n;
  at_ += n;
}

void CaptureDamage::note(std::uint64_t packet, std::uint64_t at, std::string_view what) {
  ++places;
  if (first.empty()) first = fmt::format("packet {} at byte {}: {}", packet, at, what);
}

}  // namespace rdpdoctor::formats
