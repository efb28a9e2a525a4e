// Private to net/*.cpp: what differs between operating systems for a datagram socket.
#pragma once

#include "net/internal.h"

namespace rdpdoctor::net {

// Whether what is sent from now on may be cut into fragments, here and (IPv4) on the way.
void allow_fragments(Socket socket, bool ipv6, bool allowed);
// Of a connected socket.
[[nodiscard]] Reading<std::uint32_t> path_mtu_of(Socket socket, bool ipv6);

}  // namespace rdpdoctor::net
