#include "wire/tpkt.h"

#include <algorithm>

namespace rdpdoctor::wire {
namespace {

constexpr std::size_t max_frame = 65535;

std::size_t claimed_length(View header) {
  return static_cast<std::size_t>(header[2] << 8 | header[3]);
}

}  // namespace

Bytes tpkt(View payload) {
  Writer out;
  out.u8(tpkt_version).u8(0);
  out.u16be(static_cast<std::uint16_t>(payload.size() + tpkt_header_size));
  out.bytes(payload);
  return out.take();
}

void TpktFramer::feed(View bytes) {
  const View kept = bytes.first(std::min(bytes.size(), max_frame - buffer_.size()));
  buffer_.insert(buffer_.end(), kept.begin(), kept.end());
}

TpktFramer::State TpktFramer::state() const {
  if (!buffer_.empty() && buffer_[0] != tpkt_version) return State::not_tpkt;
  if (buffer_.size() < tpkt_header_size) return State::need_more;
  const std::size_t length = claimed_length(buffer_);
  if (length < tpkt_header_size) return State::bad_length;
  return buffer_.size() < length ? State::need_more : State::frame;
}

View TpktFramer::payload() const {
  if (state() != State::frame) return {};
  return View(buffer_).subspan(tpkt_header_size, claimed_length(buffer_) - tpkt_header_size);
}

void TpktFramer::pop() {
  if (state() != State::frame) return;
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(claimed_length(buffer_)));
}

}  // namespace rdpdoctor::wire
