// Where a PDU of a session ends: TPKT ([MS-RDPBCGR] 2.2.1.3 and on) or fast-path (2.2.8.1.2 input, 2.2.9.1.2
// output), told by the first byte.
#pragma once

#include "base/bytes.h"

namespace rdpdoctor::wire {

struct SessionFrame {
  enum class Kind { incomplete, tpkt, fast_path, broken };
  Kind kind = Kind::incomplete;
  std::size_t size = 0;  // with its header; of whole ones
};
// The frame that the stream begins with. At most 65,535 bytes are ever waited for.
[[nodiscard]] SessionFrame session_frame(View stream);

// fpInputHeader and fpOutputHeader: in both the highest bit says that the data is encrypted by RDP security.
inline constexpr std::uint8_t fast_path_encrypted = 0x80;

}  // namespace rdpdoctor::wire
