// One round of a watch: what a client that connected then would have met, in a word and a few numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "evidence/case_file.h"

namespace rdpdoctor::report {

struct WatchRound {
  std::size_t number = 0;  // from 1
  Instant at;
  std::string outcome;  // "healthy", "tcp-timed-out", "tls-alert": the stage and how it ended
  std::optional<evidence::Stage> stage;  // where it stopped; none: healthy
  std::string address;                   // that the client would have used
  std::vector<std::string> dead;         // addresses before it that did not connect
  std::string certificate;               // SHA-1 thumbprint, "" when none was seen
  std::string computer;                  // as NLA told it, "" when it did not
  double ms = 0;                         // of that connection, or of the name's failed look-up
  std::optional<double> connect_ms;
  std::optional<double> rtt_ms;  // the least one measured
  std::optional<std::uint32_t> mss;
  std::optional<std::uint32_t> path_mtu;
  std::optional<std::uint32_t> retransmits;

  [[nodiscard]] bool healthy() const { return !stage; }
};

[[nodiscard]] WatchRound watch_round(const evidence::CaseFile& c, std::size_t number);

// The connection that a client would have used: to the first address where TCP stood, else the first one
// tried. Null when none was.
[[nodiscard]] const evidence::Connection* used_connection(const evidence::CaseFile& c);

}  // namespace rdpdoctor::report
