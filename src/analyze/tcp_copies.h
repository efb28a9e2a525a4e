// Packets that stand in the capture twice, because it was taken at two interfaces of one way: they are no
// repeats of the sender's.
#pragma once

#include <array>

#include "wire/captured_packet.h"

namespace rdpdoctor::analyze {

class TcpCopies {
 public:
  // Whether it is a copy of one of the last few; remembers it if not.
  [[nodiscard]] bool is_copy(const wire::DecodedPacket& p, std::int64_t at_us);

 private:
  struct Known {
    std::uint32_t sequence = 0;
    std::uint32_t acknowledgment = 0;
    std::uint32_t length = 0;
    std::uint16_t from_port = 0;
    std::uint16_t ip_id = 0;
    std::uint16_t window = 0;
    std::uint8_t flags = 0;
    std::int64_t at_us = 0;
  };
  std::array<Known, 8> known_{};
  std::size_t next_ = 0;
};

}  // namespace rdpdoctor::analyze
