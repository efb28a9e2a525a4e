// Private to net/*.cpp: what differs between operating systems, without Asio.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "net/reactor.h"

namespace rdpdoctor::net {

#ifdef _WIN32
using Socket = std::uintptr_t;
#else
using Socket = int;
#endif

// os_error.cpp: the only place that knows the systems' error numbers.
struct OsMeaning {
  ConnectOutcome connect =
      ConnectOutcome::failed;      // when connect() failed so, and no ICMP message explains it
  Ending ending = Ending::error;   // when reading or writing failed so
  ErrorKind kind = ErrorKind::io;  // when it kept us from listening
};
[[nodiscard]] OsMeaning meaning_of(int os_code);
[[nodiscard]] std::string words_of(int os_code);

// The same for getaddrinfo's own codes.
[[nodiscard]] Resolution::Outcome lookup_outcome(int lookup_code);
[[nodiscard]] std::string lookup_words(int lookup_code);

// Why connect() failed: by the ICMP message if there was one, otherwise by the system's code.
[[nodiscard]] ConnectOutcome connect_outcome(int os_code, const Reading<IcmpReport>& icmp, bool ipv6);

// kernel_facts_{linux,windows}.cpp
// Neither side of the connection is to send segments larger than `most`. Before connect(). Gives the system's
// code, 0 if done.
[[nodiscard]] int bound_segments(Socket socket, std::uint32_t most);
[[nodiscard]] bool segments_can_be_bounded();
// Before connect(), the messages' own TTL included; and off again when connected: from then on an ICMP
// message is a passing trouble (RFC 1122 4.2.3.9), but Linux would fail the next call with it.
void ask_for_icmp(Socket socket, bool ipv6, bool on);
[[nodiscard]] Reading<IcmpReport> read_icmp(Socket socket);  // takes what is queued, gives the last
void read_kernel_facts(Socket socket, TcpRecord& record);    // the TCP_INFO part
void fill_random(std::span<std::uint8_t> out);

}  // namespace rdpdoctor::net
