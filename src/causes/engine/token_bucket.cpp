#include "causes/engine/token_bucket.h"

#include <algorithm>

#include "causes/engine/tcp_views.h"

namespace rdpdoctor::causes {
namespace {

struct Arrival {
  double ms;
  bool passed;
};

constexpr std::size_t first_ones = 3;

// A SYN that gets no answer is repeated after 1, 3, 7 … s (RFC 6298 2.1 and 5.5): each of them asks the
// limit.
void add(const Connection& conn, bool passed, std::vector<Arrival>& out) {
  constexpr std::uint32_t most = 6;
  std::uint32_t repeats = std::min(conn.tcp.syn_retransmits.value, most);
  double after = 0;
  for (std::uint32_t i = 0; i < repeats; ++i) {
    out.push_back({conn.started_ms + after, false});
    after = 2 * after + 1000;
  }
  out.push_back({conn.started_ms + after, passed});
}

bool one_explains(const std::vector<Arrival>& arrivals, double depth, double per_ms) {
  constexpr double grain = 0.05;  // our clock is not the firewall's
  double tokens = depth, last = arrivals.front().ms;
  for (const Arrival& a : arrivals) {
    tokens = std::min(depth, tokens + (a.ms - last) * per_ms);
    last = a.ms;
    if (a.passed ? tokens < 1 - grain : 1 + grain < tokens) return false;
    if (a.passed) tokens = std::max(0.0, tokens - 1);
  }
  return true;
}

}  // namespace

bool bucket_explains(const CaseFile& c, const Split& split) {
  const std::string& address = split.failed.front()->asked.address;
  std::vector<Arrival> arrivals;
  for (const Connection* conn : finished(c)) {
    if (conn->asked.address != address) continue;
    bool failed = std::ranges::find(split.failed, conn) != split.failed.end() || !tcp_up(*conn) ||
                  conn->tcp.outcome == evidence::TcpOutcome::reset;
    add(*conn, !failed, arrivals);
  }
  std::ranges::stable_sort(arrivals, {}, &Arrival::ms);
  auto drop = std::ranges::find(arrivals, false, &Arrival::passed);
  if (drop == arrivals.end() || drop - arrivals.begin() < static_cast<std::ptrdiff_t>(first_ones))
    return false;
  auto most = static_cast<std::size_t>(std::ranges::count(arrivals, true, &Arrival::passed));
  for (std::size_t depth = 1; depth <= most; ++depth) {
    for (double per_second = 0.01; per_second < 100; per_second *= 1.08) {
      if (one_explains(arrivals, static_cast<double>(depth), per_second / 1000)) return true;
    }
  }
  return false;
}

}  // namespace rdpdoctor::causes
