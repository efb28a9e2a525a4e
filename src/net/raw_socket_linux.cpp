// Options of raw ICMP sockets.
#ifdef __linux__

#include "net/raw_socket_linux.h"

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <linux/icmp.h>

namespace rdpdoctor::net {

void pass_only_icmp(Socket socket, bool ipv6, std::initializer_list<int> types) {
  if (ipv6) {
    icmp6_filter filter{};
    ICMP6_FILTER_SETBLOCKALL(&filter);
    for (const int type : types) ICMP6_FILTER_SETPASS(type, &filter);
    setsockopt(socket, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter);
  } else {
    icmp_filter filter{.data = 0xffffffff};  // a bit is a type that is blocked
    for (const int type : types) filter.data &= ~(1U << type);
    setsockopt(socket, SOL_RAW, ICMP_FILTER, &filter, sizeof filter);
  }
}

}  // namespace rdpdoctor::net

#endif
