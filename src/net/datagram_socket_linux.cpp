#ifdef __linux__

#include "net/datagram_socket.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

namespace rdpdoctor::net {

// ip(7) IP_MTU_DISCOVER, ipv6(7) IPV6_MTU_DISCOVER.
void allow_fragments(Socket socket, bool ipv6, bool allowed) {
  if (ipv6) {
    const int how = allowed ? IPV6_PMTUDISC_WANT : IPV6_PMTUDISC_DO;  // never cut on the way in any case
    const int never = allowed ? 0 : 1;
    setsockopt(socket, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &how, sizeof how);
    setsockopt(socket, IPPROTO_IPV6, IPV6_DONTFRAG, &never, sizeof never);
  } else {
    const int how = allowed ? IP_PMTUDISC_DONT : IP_PMTUDISC_DO;
    setsockopt(socket, IPPROTO_IP, IP_MTU_DISCOVER, &how, sizeof how);
  }
}

Reading<std::uint32_t> path_mtu_of(Socket socket, bool ipv6) {
  int mtu = 0;
  socklen_t size = sizeof mtu;
  const int level = ipv6 ? static_cast<int>(IPPROTO_IPV6) : static_cast<int>(IPPROTO_IP);
  if (getsockopt(socket, level, ipv6 ? IPV6_MTU : IP_MTU, &mtu, &size) != 0) {
    return Reading<std::uint32_t>::unreadable("IP_MTU: " + words_of(errno));
  }
  return Reading<std::uint32_t>::present(static_cast<std::uint32_t>(mtu));
}

}  // namespace rdpdoctor::net

#endif
