// The lab's side of RDP over UDP: datagrams in, answers out. No session follows the handshake.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "lab/fault.h"

namespace rdpdoctor::lab {

class UdpSide {
 public:
  // `first_number` is the snInitialSequenceNumber of its first answer.
  UdpSide(UdpBehaviour behaviour, std::uint32_t first_number)
      : behaviour_(behaviour), next_number_(first_number) {}

  [[nodiscard]] std::vector<Bytes> answers_to(View datagram);

 private:
  [[nodiscard]] bool drops(View datagram) const;

  UdpBehaviour behaviour_;
  std::uint32_t next_number_;
  std::uint64_t arrived_ = 0;
};

}  // namespace rdpdoctor::lab
