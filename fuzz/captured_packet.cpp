// A captured frame of any link type: what is given lies inside the frame, and its text can be written. The
// first byte chooses the link type.

#include "wire/captured_packet.h"

#include <algorithm>
#include <array>

#include "fuzz.h"

namespace rdpdoctor::fuzz {

void run(View bytes) {
  constexpr std::array<std::uint32_t, 8> link_types{1, 101, 113, 276, 0, 108, 228, 229};
  if (bytes.empty()) return;
  const View frame = bytes.subspan(1);
  auto packet = wire::decode_frame(link_types[bytes[0] % link_types.size()], frame);
  if (!packet) {
    expects(!packet.error().field.empty() && !packet.error().reason.empty());
    return;
  }
  expects(packet->payload.size() <= packet->payload_bytes);
  if (!packet->payload.empty()) {
    expects(frame.data() < packet->payload.data());
    expects(packet->payload.data() + packet->payload.size() <= frame.data() + frame.size());
  }
  expects(wire::to_text(packet->from).size() <= 47 && wire::to_text(packet->about_to).size() <= 47);
}

}  // namespace rdpdoctor::fuzz
