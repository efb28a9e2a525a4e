// What Windows knows of a connection: SIO_TCP_INFO (since Windows 10 1703), and good random bytes. It tells
// nobody about ICMP messages that met a TCP connection.
#ifdef _WIN32

#undef NTDDI_VERSION
#define NTDDI_VERSION 0x0A000006  // TCP_INFO_v0; whether the running system has it is asked at run time

#include <winsock2.h>

#include <mstcpip.h>

#include <bcrypt.h>

#include <algorithm>
#include <cstdlib>

#include "net/internal.h"

namespace rdpdoctor::net {

void ask_for_icmp(Socket /*socket*/, bool /*ipv6*/, bool /*on*/) {}

Reading<IcmpReport> read_icmp(Socket /*socket*/) {
  return Reading<IcmpReport>::unreadable(
      "Windows does not tell a program about ICMP messages to a TCP connection");
}

int bound_segments(Socket /*socket*/, std::uint32_t /*most*/) {
  return WSAENOPROTOOPT;
}

bool segments_can_be_bounded() {
  return false;
}

void read_kernel_facts(Socket socket, TcpRecord& record) {
  using Count = Reading<std::uint32_t>;
  using Ms = Reading<double>;
  record.path_mtu = Count::unreadable("Windows does not tell the path MTU of a connection");
  record.rtt_variation_ms = Ms::unreadable("Windows does not tell how a connection's round trips vary");
  record.needless = Count::unreadable("Windows does not tell which repeats were needless");
  record.segments_sent = Count::unreadable("Windows does not count the segments of a connection");
  record.received_mss = Count::unreadable("Windows does not tell the size of segments received");
  DWORD version = 0;
  DWORD got = 0;
  TCP_INFO_v0 info{};
  if (WSAIoctl(socket, SIO_TCP_INFO, &version, sizeof version, &info, sizeof info, &got, nullptr, nullptr) !=
          0 ||
      got < sizeof info) {
    const std::string why = "SIO_TCP_INFO: " + words_of(WSAGetLastError());
    record.rtt_ms = record.least_rtt_ms = Ms::unreadable(why);
    record.retransmits = record.syn_retransmits = record.mss = Count::unreadable(why);
    return;
  }
  const bool connected = record.outcome == ConnectOutcome::connected;
  record.rtt_ms = connected && info.RttUs != 0 ? Ms::present(info.RttUs / 1000.0) : Ms::absent();
  const bool measured = info.MinRttUs != 0 && info.MinRttUs != ~0U;
  record.least_rtt_ms = connected && measured ? Ms::present(info.MinRttUs / 1000.0) : Ms::absent();
  record.syn_retransmits = Count::present(info.SynRetrans);
  record.mss = connected ? Count::present(info.Mss) : Count::absent();
  // Windows counts repeated bytes, not segments; its counts of repeats by reason add up to the same.
  record.retransmits = Count::present(info.FastRetrans + info.TimeoutEpisodes + info.SynRetrans);
}

void fill_random(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const auto n = static_cast<ULONG>(std::min<std::size_t>(out.size(), 1U << 20));
    // Nothing that needs randomness may go on without it.
    if (BCryptGenRandom(nullptr, out.data(), n, BCRYPT_USE_SYSTEM_PREFERRED_RNG) != 0) std::abort();
    out = out.subspan(n);
  }
}

}  // namespace rdpdoctor::net

#endif
