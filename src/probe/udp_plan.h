// Which RDPEUDP SYNs to send next: a pure function of what is known so far. run_udp.cpp only sends them.
//
// First a few as a client sends them, and small ones as a control. If all of a client's kind are answered,
// that is all. If some are, more of them measure the share that is lost; if only small ones are, more sizes
// find the one that passes. Windows' own client and host send without "don't fragment", so one more question
// is whether a large datagram arrives in pieces.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evidence/case_file.h"

namespace rdpdoctor::probe {

inline constexpr std::size_t most_datagrams = 24;

struct UdpQuestion {
  std::string what;  // "syn", "small", "syn v3", "repeat", "size", "in pieces"
  std::uint32_t datagram_bytes = 0;
  std::uint32_t version = 0;
  bool may_be_fragmented = false;
  double after_ms = 0;  // from the beginning of its wave
  double wait_ms = 0;   // for its answer
};

// The address of the first connection that RDP answered on; none: no UDP yet. The client opens UDP only once
// the main connection stands.
[[nodiscard]] std::optional<std::string> udp_address(const evidence::CaseFile& c);

// The next wave, in the order it is sent; empty: nothing to ask now, or at all. REQUIRES: every datagram of
// the wave before it is in `c.udp`.
[[nodiscard]] std::vector<UdpQuestion> next_udp_wave(const evidence::CaseFile& c, double now_ms);

// Whether somebody has said no, so that the rest of a wave is not sent: systems limit the rate of their ICMP
// messages, and a run soon after this one wants one too.
[[nodiscard]] bool udp_refused(const evidence::CaseFile& c);

// Whether an answer that is still out could change what is asked or told.
[[nodiscard]] bool udp_matters(const evidence::CaseFile& c);

}  // namespace rdpdoctor::probe
