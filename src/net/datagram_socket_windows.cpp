#ifdef _WIN32

#include <winsock2.h>
#include <ws2tcpip.h>

#include "net/datagram_socket.h"

namespace rdpdoctor::net {

void allow_fragments(Socket socket, bool ipv6, bool allowed) {
  const DWORD never = allowed ? 0 : 1;
  const auto* value = reinterpret_cast<const char*>(&never);
  if (ipv6) {
    setsockopt(socket, IPPROTO_IPV6, IPV6_DONTFRAG, value, sizeof never);
  } else {
    setsockopt(socket, IPPROTO_IP, IP_DONTFRAGMENT, value, sizeof never);
  }
}

Reading<std::uint32_t> path_mtu_of(Socket /*socket*/, bool /*ipv6*/) {
  return Reading<std::uint32_t>::unreadable("Windows does not tell the path MTU of a connection");
}

}  // namespace rdpdoctor::net

#endif
