// ICMP echo: is the machine there, how far is it, how many packets of which size get through. Unprivileged
// where the system allows it (Linux: net.ipv4.ping_group_range, else CAP_NET_RAW; Windows: always).
#pragma once

#include <string>
#include <vector>

#include "base/reading.h"
#include "base/time.h"
#include "net/icmp.h"

namespace rdpdoctor::net {

struct EchoRequest {
  std::string address;              // numeric
  std::uint32_t packet_bytes = 64;  // of the whole IP packet; never fragmented
  std::uint32_t count = 1;          // at most 64
  Duration spacing{};               // between requests
  Duration patience{};              // after the last request
};
struct EchoRecord {
  enum class Outcome { done, not_permitted, failed };
  Outcome outcome = Outcome::failed;
  std::string problem;  // why not permitted or failed
  std::uint32_t sent = 0;
  std::vector<double> answers_ms;          // round trips, in order of arrival; repeats not counted
  std::vector<std::uint32_t> answer_ttls;  // each value once
  // An error that came instead. One of this machine's own ("larger than the path takes": nothing was sent)
  // has from_us, an empty `from` and the path_mtu it goes by.
  Reading<IcmpReport> icmp;
};

}  // namespace rdpdoctor::net
