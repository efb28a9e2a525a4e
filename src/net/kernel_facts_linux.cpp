// What Linux's kernel knows of a connection: TCP_INFO, the socket's queue of ICMP errors, and good random
// bytes.
#ifdef __linux__

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <optional>

#include <linux/errqueue.h>

#include "net/internal.h"

namespace rdpdoctor::net {

namespace {

constexpr int most_icmp_messages = 16;

std::optional<tcp_info> info_of(Socket socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return std::nullopt;
  return info;
}

// The offender follows the fixed part, see ip(7) IP_RECVERR.
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

std::optional<IcmpReport> report_in(msghdr& message) {
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    const bool ipv4 = header->cmsg_level == SOL_IP && header->cmsg_type == IP_RECVERR;
    const bool ipv6 = header->cmsg_level == SOL_IPV6 && header->cmsg_type == IPV6_RECVERR;
    if ((!ipv4 && !ipv6) || header->cmsg_len < CMSG_LEN(sizeof(sock_extended_err))) continue;
    sock_extended_err error{};
    std::memcpy(&error, CMSG_DATA(header), sizeof error);
    if (error.ee_origin != SO_EE_ORIGIN_ICMP && error.ee_origin != SO_EE_ORIGIN_ICMP6) continue;
    return IcmpReport{.type = error.ee_type, .code = error.ee_code, .from = offender_of(*header)};
  }
  return std::nullopt;
}

}  // namespace

void ask_for_icmp(Socket socket, bool ipv6, bool on) {
  const int value = on ? 1 : 0;
  if (ipv6) {
    setsockopt(socket, IPPROTO_IPV6, IPV6_RECVERR, &value, sizeof value);
  } else {
    setsockopt(socket, IPPROTO_IP, IP_RECVERR, &value, sizeof value);
  }
}

Reading<IcmpReport> read_icmp(Socket socket) {
  Reading<IcmpReport> found = Reading<IcmpReport>::absent();
  for (int i = 0; i < most_icmp_messages; ++i) {
    unsigned char payload[64];
    alignas(cmsghdr) unsigned char control[512];
    iovec part{.iov_base = payload, .iov_len = sizeof payload};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    if (recvmsg(socket, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || found.get() != nullptr) break;
      return Reading<IcmpReport>::unreadable("error queue: " + words_of(errno));
    }
    if (auto report = report_in(message)) found = Reading<IcmpReport>::present(std::move(*report));
  }
  return found;
}

void read_kernel_facts(Socket socket, TcpRecord& record) {
  const auto info = info_of(socket);
  if (!info) {
    const std::string why = "TCP_INFO: " + words_of(errno);
    record.rtt_ms = Reading<double>::unreadable(why);
    record.retransmits = record.mss = record.path_mtu = Reading<std::uint32_t>::unreadable(why);
    return;
  }
  using Count = Reading<std::uint32_t>;
  record.retransmits = Count::present(info->tcpi_total_retrans);
  // Before the SYN is answered these three are the kernel's own guesses.
  const bool connected = record.outcome == ConnectOutcome::connected;
  record.rtt_ms = connected && info->tcpi_rtt != 0 ? Reading<double>::present(info->tcpi_rtt / 1000.0)
                                                   : Reading<double>::absent();
  record.mss = connected ? Count::present(info->tcpi_snd_mss) : Count::absent();
  record.path_mtu = connected ? Count::present(info->tcpi_pmtu) : Count::absent();
}

void fill_random(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t n = getrandom(out.data(), out.size(), 0);
    if (n < 0 && errno != EINTR) std::abort();  // nothing that needs randomness may go on without it
    if (0 < n) out = out.subspan(static_cast<std::size_t>(n));
  }
}

}  // namespace rdpdoctor::net

#endif
