// TPKT framing: [MS-RDPBCGR] 2.2.1.1 tpktHeader, RFC 1006 section 6 (T.123 section 8).
//
//   version u8 = 3 | reserved u8 | length u16 big-endian, including these four bytes
//
// The framer is fed bytes as they come, in any pieces, and hands out whole frames.
#pragma once

#include <optional>

#include "base/bytes.h"

namespace rdpdoctor::wire {

inline constexpr std::size_t tpkt_header_size = 4;
inline constexpr std::uint8_t tpkt_version = 3;

// One TPKT with this payload. REQUIRES: payload.size() <= 65531.
[[nodiscard]] Bytes tpkt(View payload);

class TpktFramer {
 public:
  enum class State {
    need_more,   // a prefix of a frame
    frame,       // frame() is whole
    not_tpkt,    // the first byte is not version 3
    bad_length,  // length below the header's own size
  };

  void feed(View bytes);  // keeps at most 65535 bytes; what is beyond one maximal frame is dropped
  [[nodiscard]] State state() const;
  [[nodiscard]] View payload() const;  // of the whole frame, without the header. REQUIRES: state() == frame
  [[nodiscard]] View buffered() const { return buffer_; }  // everything not yet consumed
  void pop();  // drops the frame in front. REQUIRES: state() == frame

 private:
  Bytes buffer_;
};

}  // namespace rdpdoctor::wire
