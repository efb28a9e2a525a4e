#include "lab/udp_side.h"

#include <algorithm>

#include "wire/rdpudp.h"

namespace rdpdoctor::lab {
namespace {

constexpr std::size_t largest_let_through = 1000;

}  // namespace

bool UdpSide::drops(View datagram) const {
  switch (behaviour_) {
    case UdpBehaviour::none:
    case UdpBehaviour::silent: return true;
    case UdpBehaviour::drops_large: return largest_let_through < datagram.size();
    case UdpBehaviour::drops_some: return arrived_ % 5 == 2 || arrived_ % 5 == 3;
    case UdpBehaviour::answers:
    case UdpBehaviour::v1_only: return false;
  }
  return true;
}

std::vector<Bytes> UdpSide::answers_to(View datagram) {
  const bool dropped = drops(datagram);
  ++arrived_;
  const auto syn = wire::decode_rdpudp_syn(datagram);
  if (dropped || !syn || wire::is_syn_ack(*syn)) return {};
  const auto highest =
      behaviour_ == UdpBehaviour::v1_only ? wire::RDPUDP_PROTOCOL_VERSION_1 : wire::RDPUDP_PROTOCOL_VERSION_2;
  // No longer than the question: what answers a short datagram by a long one is of use to attackers who forge
  // their address.
  const std::size_t padded_to = std::min<std::size_t>(datagram.size(), wire::rdpudp_largest_mtu);
  return {wire::encode(wire::rdpudp_syn_ack(*syn, highest, next_number_++), padded_to)};
}

}  // namespace rdpdoctor::lab
