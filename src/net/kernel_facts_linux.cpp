// What Linux's kernel knows of a connection: TCP_INFO, the socket's queue of ICMP errors; and good random
// bytes.
#ifdef __linux__

#include <netinet/in.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <limits>

#include <linux/tcp.h>  // the C library's own <netinet/tcp.h> has a shorter tcp_info

#include "net/error_queue_linux.h"

namespace rdpdoctor::net {

namespace {

using Count = Reading<std::uint32_t>;
using Ms = Reading<double>;

constexpr int most_icmp_messages = 16;

// An older kernel fills in less than all of it.
struct Info {
  tcp_info info{};
  socklen_t size = sizeof(tcp_info);
};
#define RDPDOCTOR_KNOWN(told, member) \
  (offsetof(tcp_info, member) + sizeof(tcp_info::member) <= (told).size ? &(told).info.member : nullptr)

Count count_of(const std::uint32_t* value) {
  return value != nullptr ? Count::present(*value)
                          : Count::unreadable("this kernel's TCP_INFO does not tell");
}

void all_unreadable(TcpRecord& record, const std::string& why) {
  record.rtt_ms = record.least_rtt_ms = record.rtt_variation_ms = Ms::unreadable(why);
  record.retransmits = record.needless = record.segments_sent = Count::unreadable(why);
  record.mss = record.received_mss = record.path_mtu = record.retransmits;
}

// Before the SYN is answered these are the kernel's own guesses.
void all_absent(TcpRecord& record) {
  record.rtt_ms = record.least_rtt_ms = record.rtt_variation_ms = Ms::absent();
  record.needless = record.segments_sent = record.mss = record.received_mss = record.path_mtu =
      Count::absent();
}

Ms least_rtt(const std::uint32_t* us) {
  if (us == nullptr) return Ms::unreadable("this kernel's TCP_INFO does not tell");
  const bool measured = *us != 0 && *us != std::numeric_limits<std::uint32_t>::max();
  return measured ? Ms::present(*us / 1000.0) : Ms::absent();
}

}  // namespace

void ask_for_icmp(Socket socket, bool ipv6, bool on) {
  const int value = on ? 1 : 0;
  if (ipv6) {
    setsockopt(socket, IPPROTO_IPV6, IPV6_RECVERR, &value, sizeof value);
    setsockopt(socket, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &value, sizeof value);  // the message's own
  } else {
    setsockopt(socket, IPPROTO_IP, IP_RECVERR, &value, sizeof value);
    setsockopt(socket, IPPROTO_IP, IP_RECVTTL, &value, sizeof value);
  }
}

Reading<IcmpReport> read_icmp(Socket socket) {
  Reading<IcmpReport> found = Reading<IcmpReport>::absent();
  for (int i = 0; i < most_icmp_messages; ++i) {
    int error = 0;
    auto queued = next_queued_error(socket, error);
    if (!queued) {
      if (error == 0 || found.get() != nullptr) break;
      return Reading<IcmpReport>::unreadable("error queue: " + words_of(error));
    }
    if (queued->icmp) found = Reading<IcmpReport>::present(std::move(*queued->icmp));
  }
  return found;
}

int bound_segments(Socket socket, std::uint32_t most) {
  const int value = most <= 0xffffU ? static_cast<int>(most) : 0xffff;
  return setsockopt(socket, IPPROTO_TCP, TCP_MAXSEG, &value, sizeof value) == 0 ? 0 : errno;
}

bool segments_can_be_bounded() {
  return true;
}

void read_kernel_facts(Socket socket, TcpRecord& record) {
  Info told;
  if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &told.info, &told.size) != 0) {
    return all_unreadable(record, "TCP_INFO: " + words_of(errno));
  }
  const tcp_info& info = told.info;
  record.retransmits = Count::present(info.tcpi_total_retrans);
  if (record.outcome != ConnectOutcome::connected) return all_absent(record);
  const bool measured = info.tcpi_rtt != 0;
  record.rtt_ms = measured ? Ms::present(info.tcpi_rtt / 1000.0) : Ms::absent();
  record.rtt_variation_ms = measured ? Ms::present(info.tcpi_rttvar / 1000.0) : Ms::absent();
  record.least_rtt_ms = least_rtt(RDPDOCTOR_KNOWN(told, tcpi_min_rtt));
  record.needless = count_of(RDPDOCTOR_KNOWN(told, tcpi_dsack_dups));
  record.segments_sent = count_of(RDPDOCTOR_KNOWN(told, tcpi_data_segs_out));
  record.mss = Count::present(info.tcpi_snd_mss);
  record.path_mtu = Count::present(info.tcpi_pmtu);
  // Before data comes this one is a guess, 536 as a rule.
  const std::uint32_t* came = RDPDOCTOR_KNOWN(told, tcpi_data_segs_in);
  record.received_mss = came != nullptr && *came == 0 ? Count::absent() : Count::present(info.tcpi_rcv_mss);
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
