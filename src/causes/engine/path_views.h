// The questions about the path that several judges, and the ladder, ask: how far, how much is lost, which
// size passes, how fast. All pure.
#pragma once

#include <optional>
#include <string>

#include "causes/engine/views.h"

namespace rdpdoctor::causes {

// An experiment on the path, not on what the host answers: padded, in drips, or by bounded segments.
[[nodiscard]] bool sizes_differ(const Connection& c);
// With segments bounded below the system's choice.
[[nodiscard]] bool bounded(const Connection& c);

// Round trips as the kernels measured them; without those, the time the connect took.
struct RoundTrip {
  double least_ms = 0;
  double median_ms = 0;      // of the least ones of each connection
  std::size_t measured = 0;  // connections
  bool by_kernel = false;
};
[[nodiscard]] std::optional<RoundTrip> round_trip(const CaseFile& c);

// What was sent again and had to be, over connections to the main address that got an answer: where one of
// several machines behind an address is dead, those that answer show no loss.
struct Loss {
  std::uint32_t segments = 0;
  std::uint32_t repeats = 0;
  std::uint32_t syn_repeats = 0;  // of those
  std::uint32_t gaps = 0;         // data from the host that was lost or overtaken
  std::uint32_t data_packets = 0;
  Connections repeating;
  std::size_t late_connects = 0;  // that took more than one SYN, whatever became of them
  std::size_t read = 0;           // connections of which the kernel told
  std::uint32_t echoes_sent = 0;  // small ones, of addresses that answer echoes
  std::uint32_t echoes_lost = 0;
};
[[nodiscard]] Loss loss(const CaseFile& c);
// Of the segments, or of the echoes where there are more of those; 0 to 1.
[[nodiscard]] double loss_share(const Loss& loss);

// Echoes are lost, and of connections only their beginning tells: a limit on new ones, where answers to
// echoes are rationed as well, would look the same.
[[nodiscard]] bool loss_suspected(const Loss& loss);

// Too much to be chance, or one slow answer: at least three repeats on at least two connections, one in
// fifty.
[[nodiscard]] bool enough_loss(const Loss& loss);

// What passes by small segments and stalls by larger ones.
struct SizeLimit {
  Connections passed;          // by bounded segments
  Connections stalled;         // by larger ones
  std::uint32_t passes = 0;    // IP packets of this size
  std::uint32_t vanishes = 0;  // and of this size; 0: not known
  bool towards_host = false;   // large ClientHellos vanish; else the host's answers do
  bool repeated = false;       // both fates were met at least twice, and no size met both
};
[[nodiscard]] std::optional<SizeLimit> size_limit(const CaseFile& c);

// Below what any session needs: see slow_path.cpp.
inline constexpr double slow_bits = 256e3;

// Bits per second that came through, measured where answers were slow; upper bounds: the path may be slower.
struct Speed {
  std::optional<double> down;
  std::optional<double> up;
  Connections by;
};
[[nodiscard]] Speed speed(const CaseFile& c);
[[nodiscard]] bool too_slow(const Speed& speed);
// The wait for TLS ended while the host's flight was still coming in.
[[nodiscard]] bool still_coming(const Connection& c);
// Kernels answer SYNs, data and echoes at once, however busy the host's programs are: some took far longer
// than the way is long, so they waited in the path's queue.
[[nodiscard]] bool queues(const CaseFile& c);
[[nodiscard]] std::string speed_words(double bits_per_second);  // "61 kbit/s", "2.4 Mbit/s"

// The path in one line's worth of facts. What is not known is not there.
struct PathSummary {
  std::optional<RoundTrip> rtt;
  Loss loss;
  std::optional<SizeLimit> limit;
  std::optional<std::uint32_t> mtu;  // as the kernel knows it, the least
  Speed speed;
};
[[nodiscard]] PathSummary path_summary(const CaseFile& c);

}  // namespace rdpdoctor::causes
