#include "wire/session_frame.h"

#include "wire/tpkt.h"

namespace rdpdoctor::wire {
namespace {

using enum SessionFrame::Kind;

// The two lowest bits of a fast-path header; a TPKT's version has both set.
constexpr std::uint8_t action_bits = 0x03;
constexpr std::uint8_t fast_path_action = 0;

SessionFrame tpkt_frame(View stream) {
  if (stream.size() < tpkt_header_size) return {};
  const auto size = static_cast<std::size_t>(stream[2] << 8 | stream[3]);
  if (size < tpkt_header_size) return {broken, 0};
  return stream.size() < size ? SessionFrame{} : SessionFrame{tpkt, size};
}

// length1, and length2 if the former's highest bit is set.
SessionFrame fast_path_frame(View stream) {
  if (stream.size() < 2) return {};
  std::size_t size = stream[1];
  std::size_t header = 2;
  if (size & 0x80) {
    if (stream.size() < 3) return {};
    size = (size & 0x7f) << 8 | stream[2];
    header = 3;
  }
  if (size < header) return {broken, 0};
  return stream.size() < size ? SessionFrame{} : SessionFrame{fast_path, size};
}

}  // namespace

SessionFrame session_frame(View stream) {
  if (stream.empty()) return {};
  if (stream[0] == tpkt_version) return tpkt_frame(stream);
  if ((stream[0] & action_bits) == fast_path_action) return fast_path_frame(stream);
  return {broken, 0};
}

}  // namespace rdpdoctor::wire
