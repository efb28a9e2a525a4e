// What the comparison of two runs asks of each. For report/comparison*.cpp only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/comparison.h"

namespace rdpdoctor::report {

struct RunFacts {
  const Report* report = nullptr;
  bool known = false;                          // anything was learned at all
  bool fails = false;                          // a fault explains a failure
  std::string outcome;                         // as a watch says it: "healthy", "tls-reset"
  std::optional<evidence::Stage> stage;        // where it fails
  const causes::RankedCause* cause = nullptr;  // the first, if it explains
  std::string address;                         // that was used
  const evidence::Certificate* certificate = nullptr;
  std::string computer;
  std::string inspector;  // the product that issued the certificate, "" when none is known for it
  std::optional<double> rtt_ms;
  std::optional<std::uint32_t> path_mtu;
  std::optional<std::uint32_t> mss;
  std::uint64_t sent = 0;      // segments, over all connections
  std::uint64_t repeated = 0;  // of them
  std::string udp;             // "answered", "silent", …; "" when not tried
};
[[nodiscard]] RunFacts facts_of(const Report& r);

[[nodiscard]] bool same_certificate(const RunFacts& a, const RunFacts& b);   // both known and equal
[[nodiscard]] bool other_certificate(const RunFacts& a, const RunFacts& b);  // both known and different
// The later one was issued after the earlier run: a renewal explains the difference.
[[nodiscard]] bool renewed_between(const RunFacts& a, const RunFacts& b);
[[nodiscard]] bool disjoint_addresses(const evidence::CaseFile& a, const evidence::CaseFile& b);
// Milliseconds between the two runs; nothing when one does not tell its time.
[[nodiscard]] std::optional<std::int64_t> apart_ms(const RunFacts& a, const RunFacts& b);

[[nodiscard]] std::vector<Difference> differences(const RunFacts& a, const RunFacts& b);

}  // namespace rdpdoctor::report
