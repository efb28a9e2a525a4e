// Reads a socket's queue of errors.
#ifdef __linux__

#include "net/error_queue_linux.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <ctime>

#include <linux/errqueue.h>

namespace rdpdoctor::net {

namespace {

// The offender follows the fixed part.
std::string offender_of(const cmsghdr& header) {
  constexpr std::size_t at = sizeof(sock_extended_err);
  const std::size_t size = header.cmsg_len - CMSG_LEN(0);
  const unsigned char* data = CMSG_DATA(&header);
  char text[INET6_ADDRSTRLEN] = {};
  if (header.cmsg_level == SOL_IP && at + sizeof(sockaddr_in) <= size) {
    sockaddr_in who{};
    std::memcpy(&who, data + at, sizeof who);
    if (who.sin_family == AF_INET) inet_ntop(AF_INET, &who.sin_addr, text, sizeof text);
  } else if (header.cmsg_level == SOL_IPV6 && at + sizeof(sockaddr_in6) <= size) {
    sockaddr_in6 who{};
    std::memcpy(&who, data + at, sizeof who);
    if (who.sin6_family == AF_INET6) inet_ntop(AF_INET6, &who.sin6_addr, text, sizeof text);
  }
  return text;
}

// RFC 1191 4, RFC 4443 3.2: where these two carry an MTU, the kernel gives it as ee_info.
bool carries_mtu(const sock_extended_err& error) {
  if (error.ee_origin == SO_EE_ORIGIN_ICMP) return error.ee_type == 3 && error.ee_code == 4;
  return error.ee_type == 2;
}

void read_error(const cmsghdr& header, QueuedError& into) {
  if (header.cmsg_len < CMSG_LEN(sizeof(sock_extended_err))) return;
  sock_extended_err error{};
  std::memcpy(&error, CMSG_DATA(&header), sizeof error);
  into.os_code = static_cast<int>(error.ee_errno);
  if (error.ee_origin == SO_EE_ORIGIN_LOCAL && into.os_code == EMSGSIZE) into.mtu = error.ee_info;
  if (error.ee_origin != SO_EE_ORIGIN_ICMP && error.ee_origin != SO_EE_ORIGIN_ICMP6) return;
  into.icmp = IcmpReport{.type = error.ee_type,
                         .code = error.ee_code,
                         .from = offender_of(header),
                         .path_mtu = carries_mtu(error) ? error.ee_info : 0};
}

QueuedError error_in(msghdr& message) {
  QueuedError found;
  std::uint32_t ttl = 0;
  for (cmsghdr* h = CMSG_FIRSTHDR(&message); h != nullptr; h = CMSG_NXTHDR(&message, h)) {
    const bool ipv4 = h->cmsg_level == SOL_IP;
    const bool ipv6 = h->cmsg_level == SOL_IPV6;
    if ((ipv4 && h->cmsg_type == IP_RECVERR) || (ipv6 && h->cmsg_type == IPV6_RECVERR)) {
      read_error(*h, found);
    } else if (((ipv4 && h->cmsg_type == IP_TTL) || (ipv6 && h->cmsg_type == IPV6_HOPLIMIT)) &&
               CMSG_LEN(sizeof(int)) <= h->cmsg_len) {
      int value = 0;
      std::memcpy(&value, CMSG_DATA(h), sizeof value);
      ttl = static_cast<std::uint32_t>(value);
    }
  }
  if (found.icmp) found.icmp->ttl = ttl;
  return found;
}

}  // namespace

std::optional<QueuedError> next_queued_error(Socket socket, int& error) {
  error = 0;
  while (true) {
    unsigned char payload[64];
    alignas(cmsghdr) unsigned char control[512];
    iovec part{.iov_base = payload, .iov_len = sizeof payload};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const ssize_t size = recvmsg(socket, &message, MSG_ERRQUEUE | MSG_DONTWAIT);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) {
      if (errno != EAGAIN) error = errno;
      return std::nullopt;
    }
    QueuedError found = error_in(message);
    found.quoted.assign(payload, payload + size);
    return found;
  }
}

}  // namespace rdpdoctor::net

#endif
