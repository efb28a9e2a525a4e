#include "probe/plan_path.h"

#include <cmath>

namespace rdpdoctor::probe {
namespace {

using evidence::Echo;
using evidence::EchoOutcome;
using evidence::TcpOutcome;
using evidence::TlsOutcome;

// Linux and Windows repeat an unanswered segment after 0.2 to 0.3 s, twice as late each time: by then a
// single loss is mended, and a way that is only slow has answered.
constexpr double least_stall_ms = 1000;

constexpr std::uint32_t close_enough =
    32;  // between the largest size that passes and the least that does not
constexpr std::size_t most_sizes = 9;
constexpr std::uint32_t sizes_at_a_time = 3;
constexpr std::uint32_t usual_segment = 1460;

double way_ms(const Connection& conn) {
  return conn.tcp.connect_ms + conn.x224.ms;
}

bool bounded_like(const Connection& conn, std::string_view tls, const std::string& address) {
  return conn.asked.max_segment != 0 && conn.asked.tls == tls && conn.asked.address == address &&
         !measures_bandwidth(conn.asked);
}

// The search for the largest size that passes, in rounds of three beside each other. Each round looks at the
// results of whole rounds before it only, so that it asks the same whichever of its own ends first.
class SizeSearch {
 public:
  SizeSearch(const CaseFile& c, const Connection& stalled) : high_(stalled.tcp.mss.value) {
    if (high_ <= least_segment || usual_segment * 8 < high_) high_ = usual_segment;
    for (const Connection& conn : c.connections) {
      bool first = conn.asked.max_segment == least_segment;
      if (bounded_like(conn, stalled.asked.tls, stalled.asked.address) && !first) made_.push_back(&conn);
    }
    std::size_t whole = made_.size() / sizes_at_a_time * sizes_at_a_time;
    for (std::size_t i = 0; i < whole; ++i) learn(*made_[i]);
  }

  [[nodiscard]] std::vector<std::uint32_t> next() const {
    if (!known_ || most_sizes <= made_.size() || high_ - low_ <= close_enough) return {};
    std::vector<std::uint32_t> sizes;
    for (std::uint32_t i = sizes_at_a_time; i > 0; --i)
      sizes.push_back(low_ + (high_ - low_) * i / (sizes_at_a_time + 1));
    return sizes;
  }

 private:
  void learn(const Connection& conn) {
    std::uint32_t size = conn.asked.max_segment;
    if (tls_passed(conn)) {
      low_ = std::max(low_, size);
    } else if (over(conn)) {
      high_ = std::min(high_, size);
    } else {
      known_ = false;
    }
    if (high_ < low_) high_ = low_;  // one was lost by chance: no size is to be found
  }

  std::uint32_t low_ = least_segment;
  std::uint32_t high_;
  bool known_ = true;
  std::vector<const Connection*> made_;
};

const Connection* by_least_segment(const CaseFile& c, const Connection& stalled) {
  for (const Connection& conn : c.connections) {
    if (conn.asked.max_segment == least_segment &&
        bounded_like(conn, stalled.asked.tls, stalled.asked.address))
      return &conn;
  }
  return nullptr;
}

void handshake_sizes(Wishes& w, const CaseFile& c, const Connection& main) {
  const std::string& address = main.asked.address;
  w.bounded_handshake("segments 536", address, least_segment);
  w.hello("small", address);
  const Connection* least = by_least_segment(c, main);
  if (!least || !tls_passed(*least)) return;
  w.bounded_handshake("segments 536 again", address, least_segment);
  for (std::uint32_t size : SizeSearch(c, main).next())
    w.bounded_handshake("segments " + std::to_string(size), address, size);
}

void hello_sizes(Wishes& w, const CaseFile& c, const Connection& padded) {
  const std::string& address = padded.asked.address;
  w.bounded_hello("hello padded segments 536", "padded", address, least_segment);
  w.hello("padded", address, " again");
  const Connection* least = by_least_segment(c, padded);
  if (!least || !tls_passed(*least)) return;
  w.bounded_hello("hello padded segments 536 again", "padded", address, least_segment);
  for (std::uint32_t size : SizeSearch(c, padded).next())
    w.bounded_hello("hello padded segments " + std::to_string(size), "padded", address, size);
}

// Each answer against the quickest of its kind: a relay on the way may be near and its host far, and a host's
// TLS may always take its time.
struct Quickest {
  double connect = INFINITY, x224 = INFINITY, tls = INFINITY;
  void learn(const Connection& conn) {
    connect = std::min(connect, conn.tcp.connect_ms);
    if (x224_answered(conn)) x224 = std::min(x224, conn.x224.ms);
    if (tls_passed(conn)) tls = std::min(tls, conn.tls.ms);
  }
  [[nodiscard]] bool outgrown_by(const Connection& conn) const {
    auto late = [](double ms, double least) { return 3 * least + 150 < ms; };
    return late(conn.tcp.connect_ms, connect) || late(conn.x224.ms, x224) || late(conn.tls.ms, tls);
  }
};

bool lost_echo(const Echo& echo) {
  return echo.outcome == EchoOutcome::done && !echo.answers_ms.empty() && echo.answers_ms.size() < echo.sent;
}

}  // namespace

bool stalls(const CaseFile& c, const Connection& conn) {
  // More than two of the largest segments came, so it is none of those that vanish.
  if (2 * usual_segment < conn.tls.bytes) return false;
  if (conn.tls.outcome == TlsOutcome::silent) return true;
  if (conn.tls.outcome != TlsOutcome::waiting || over(conn)) return false;
  double waited = c.run.ms - (conn.started_ms + way_ms(conn));
  return std::max(least_stall_ms, 4 * way_ms(conn)) < waited;
}

bool small_segments_pass(const CaseFile& c, const Connection& main) {
  auto passed = std::count_if(c.connections.begin(), c.connections.end(), [&](const Connection& conn) {
    return bounded_like(conn, "handshake", main.asked.address) && tls_passed(conn);
  });
  return stalls(c, main) && 2 <= passed;
}

bool suspects_loss(const CaseFile& c) {
  bool repeated = any_connection(c, [](const Connection& conn) {
    const auto* packets = conn.tcp.packets.get();
    bool missing = packets && packets->gaps > 0;
    return over(conn) && (conn.tcp.needless.value < conn.tcp.retransmits.value ||
                          conn.tcp.syn_retransmits.value > 0 || missing);
  });
  return repeated || std::any_of(c.echoes.begin(), c.echoes.end(), lost_echo);
}

// Those that asked no TLS had little to wait for, so a quarter of all is much.
bool suspects_bandwidth(const CaseFile& c) {
  Quickest quickest;
  for (const Connection& conn : c.connections) {
    if (conn.tcp.outcome == TcpOutcome::connected) quickest.learn(conn);
  }
  std::size_t answered = 0, slow = 0;
  for (const Connection& conn : c.connections) {
    if (!over(conn) || !x224_answered(conn) || tls_ended(conn) || sizes_differ(conn.asked)) continue;
    ++answered;
    if (quickest.outgrown_by(conn)) ++slow;
  }
  return 4 <= answered && answered <= 4 * slow;
}

bool suspects_sizes(const CaseFile& c) {
  return any_connection(c, [](const Connection& conn) { return conn.asked.max_segment == least_segment; });
}

void wish_sizes(Wishes& w, const CaseFile& c, const Connection& main) {
  if (stalls(c, main)) return handshake_sizes(w, c, main);
  const Connection* padded = find(c, "hello padded");
  const Connection* modern = find(c, "hello modern");
  if (padded && modern && tls_passed(*modern) && stalls(c, *padded)) hello_sizes(w, c, *padded);
}

void wish_losses(Wishes& w, const CaseFile& c, const Connection& main) {
  const Connection* first = find(c, "hello drip");
  if (!first || !over(*first) || !suspects_loss(c)) return;
  for (auto suffix : {" 2", " 3"}) w.hello("drip", main.asked.address, suffix);
}

void wish_bandwidth(Wishes& w, const CaseFile& c, const Connection& main) {
  if (!suspects_bandwidth(c)) return;
  // Where segments can't be bounded, a flight is mostly one segment and tells nothing of the speed.
  std::uint32_t size = c.run.client_os == "windows" ? 0 : least_segment;
  for (auto what : {"flight 1", "flight 2", "flight 3"}) w.bounded_handshake(what, main.asked.address, size);
  bool flown = !any_connection(
      c, [](const Connection& conn) { return conn.asked.what.starts_with("flight ") && !over(conn); });
  if (flown && find(c, "flight 3")) w.bounded_hello("upload", "bulk", main.asked.address, 0);
}

bool measures_bandwidth(const Asked& asked) {
  return asked.what.starts_with("flight ") || asked.what == "upload";
}

}  // namespace rdpdoctor::probe
