#include "causes/engine/path_views.h"

#include <algorithm>

#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {

using evidence::Echo;
using evidence::EchoOutcome;
using evidence::TlsOutcome;

bool bounded(const Connection& c) {
  return c.asked.max_segment != 0;
}

bool sizes_differ(const Connection& c) {
  return bounded(c) || c.asked.tls == "padded" || c.asked.tls == "bulk" || c.asked.tls == "drip";
}

std::optional<RoundTrip> round_trip(const CaseFile& c) {
  std::string address = main_address(c);
  Connections up = finished(c, [&](const Connection& conn) {
    return tcp_up(conn) && (address.empty() || conn.asked.address == address);
  });
  Connections told = filter(up, [](const Connection& conn) {
    const double* least = conn.tcp.least_rtt_ms.get();
    return least && *least > 0;
  });
  const Connections& list = told.empty() ? up : told;
  std::vector<double> ms;
  for (const Connection* conn : list)
    ms.push_back(told.empty() ? conn->tcp.connect_ms : conn->tcp.least_rtt_ms.value);
  if (ms.empty()) return std::nullopt;
  std::ranges::sort(ms);
  return RoundTrip{ms.front(), ms[ms.size() / 2], ms.size(), !told.empty()};
}

namespace {

constexpr std::uint32_t small_echo = 100;

bool answered_something(const Connection& c) {
  return x224_answered(c) || c.bytes_received > 0;
}

void add_echoes(const CaseFile& c, const std::string& address, Loss& out) {
  for (const Echo& echo : c.echoes) {
    bool here = address.empty() || echo.address == address;
    bool telling = echo.outcome == EchoOutcome::done && echo.packet_bytes <= small_echo;
    if (!here || !telling || echo.answers_ms.empty()) continue;
    auto answers = static_cast<std::uint32_t>(echo.answers_ms.size());
    out.echoes_sent += echo.sent;
    out.echoes_lost += echo.sent - std::min(answers, echo.sent);
  }
}

}  // namespace

Loss loss(const CaseFile& c) {
  std::string address = main_address(c);
  Loss out;
  for (const Connection* conn : finished(c)) {
    const auto& tcp = conn->tcp;
    bool here = address.empty() || conn->asked.address == address;
    if (here && tcp_up(*conn) && 0 < tcp.syn_retransmits.value) ++out.late_connects;
    // What stalls is repeated for as long as it stalls: that is one loss without end, not many.
    bool stalled = conn->tls.outcome == TlsOutcome::silent;
    if (!here || !tcp_up(*conn) || !answered_something(*conn) || stalled || !tcp.retransmits.get()) continue;
    std::uint32_t repeats = std::max(tcp.retransmits.value, tcp.syn_retransmits.value);
    repeats -= std::min(repeats, tcp.needless.value);
    ++out.read;
    out.repeats += repeats;
    out.syn_repeats += std::min(repeats, tcp.syn_retransmits.value);
    if (const auto* sent = tcp.segments_sent.get()) out.segments += *sent + 1 + tcp.syn_retransmits.value;
    if (repeats > 0) out.repeating.push_back(conn);
    if (const auto* packets = tcp.packets.get()) {
      out.gaps += packets->gaps;
      out.data_packets += packets->data_packets;
    }
  }
  add_echoes(c, address, out);
  return out;
}

double loss_share(const Loss& l) {
  double tcp = l.segments ? static_cast<double>(l.repeats) / l.segments : 0;
  if (l.data_packets != 0) tcp = std::max(tcp, static_cast<double>(l.gaps) / l.data_packets);
  double echo = l.echoes_sent ? static_cast<double>(l.echoes_lost) / l.echoes_sent : 0;
  return l.echoes_sent > l.segments || !enough_loss(l) ? echo : tcp;
}

bool loss_suspected(const Loss& l) {
  return 3 <= l.late_connects && 3 <= l.echoes_lost && l.echoes_sent <= 10 * l.echoes_lost;
}

bool enough_loss(const Loss& l) {
  bool data_too = l.syn_repeats + 2 <= l.repeats;
  bool by_tcp = 3 <= l.repeats && data_too && 2 <= l.repeating.size();
  // What the host had to send again shows as a gap. Two measures that share nothing but the path need less
  // each.
  std::uint32_t signs = l.repeats + l.gaps;
  bool by_both = 2 <= signs && l.syn_repeats < signs && 2 <= l.echoes_lost &&
                 l.echoes_sent <= 50 * l.echoes_lost && l.segments + l.data_packets <= 100 * signs;
  return 0 < l.segments && ((by_tcp && l.segments <= 50 * l.repeats) || by_both);
}

namespace {

std::uint32_t headers(const Connection& c) {
  return is_ipv6(c.asked.address) ? 60 : 40;
}

// The sizes by which one kind of exchange passed and stalled.
std::optional<SizeLimit> limit_of(const Connections& list, TlsOutcome whole) {
  SizeLimit out;
  out.passed = filter(list, [&](const Connection& c) { return bounded(c) && c.tls.outcome == whole; });
  Connections stalled = filter(list, [](const Connection& c) { return c.tls.outcome == TlsOutcome::silent; });
  bool unbounded_passes =
      any_of(list, [&](const Connection& c) { return !bounded(c) && c.tls.outcome == whole; });
  bool unbounded_stalls = any_of(stalled, [](const Connection& c) { return !bounded(c); });
  if (out.passed.empty() || unbounded_passes || !unbounded_stalls) return std::nullopt;
  std::uint32_t largest = 0;
  for (const Connection* c : out.passed) largest = std::max(largest, c->asked.max_segment);
  auto larger = [&](const Connection& c) { return !bounded(c) || largest < c.asked.max_segment; };
  out.stalled = filter(stalled, larger);
  out.passes = largest + headers(*out.passed.front());
  std::uint32_t least = 0;
  for (const Connection* c : out.stalled) {
    std::uint32_t size = bounded(*c) ? c->asked.max_segment : c->tcp.mss.value;
    if (largest < size && (least == 0 || size < least)) least = size;
  }
  if (least != 0) out.vanishes = least + headers(*out.stalled.front());
  out.repeated = out.passed.size() >= 2 && out.stalled.size() >= 2 && out.stalled.size() == stalled.size();
  return out;
}

}  // namespace

std::optional<SizeLimit> size_limit(const CaseFile& c) {
  std::string address = main_address(c);
  auto of = [&](std::string_view tls) {
    return finished(c, [&](const Connection& conn) {
      bool usual = conn.asked.tls == "padded" || bounded(conn) || is_standard(conn);
      return conn.asked.tls == tls && usual && tls_chosen(conn) && conn.asked.address == address;
    });
  };
  if (auto limit = limit_of(of("handshake"), TlsOutcome::completed)) return limit;
  auto limit = limit_of(of("padded"), TlsOutcome::server_hello);
  if (limit) limit->towards_host = true;
  return limit;
}

namespace {

// IP and TCP headers with the usual options, so that a link's own speed comes out.
constexpr double headers_of_a_segment = 52;

double wire_bits(double bytes, std::uint32_t segment) {
  double segments = segment ? bytes / segment : bytes / 1448;
  return 8 * (bytes + segments * headers_of_a_segment);
}

}  // namespace

namespace {

// One flight that took its time tells a rate; those beside it took their share of the same way.
struct Rate {
  const Connection* of;
  double bits_per_ms;
};

constexpr std::uint64_t telling_bytes = 8192;  // more than any queue or burst lets through at once
constexpr double telling_ms = 500;

std::optional<Rate> rate_of(const Connection& c) {
  const auto& flight = c.tcp.flight;
  if (flight.bytes == 0) return std::nullopt;
  auto rest = static_cast<double>(flight.bytes - std::min(flight.first_bytes, flight.bytes));
  if (c.asked.what.starts_with("flight ") && bounded(c) && 2 * c.asked.max_segment < flight.bytes) {
    // One that came at once, or within the clock's grain, was not held up at all.
    bool at_once = rest <= c.asked.max_segment;
    double bits = wire_bits(at_once ? static_cast<double>(flight.bytes) : rest, c.asked.max_segment);
    return Rate{&c, bits / (at_once ? 0.05 : std::max(flight.spread_ms, 0.05))};
  }
  bool long_one = telling_bytes < flight.bytes && telling_ms < flight.spread_ms;
  return long_one ? std::optional(Rate{&c, wire_bits(rest, 0) / flight.spread_ms}) : std::nullopt;
}

bool beside(const Connection& a, const Connection& b) {
  return a.started_ms < b.started_ms + b.ended_ms && b.started_ms < a.started_ms + a.ended_ms;
}

void add_down(const CaseFile& c, Speed& out) {
  std::vector<Rate> rates;
  for (const Connection* conn : finished(c)) {
    if (auto rate = rate_of(*conn)) rates.push_back(*rate);
  }
  for (const Rate& one : rates) {
    double sum = 0;
    for (const Rate& other : rates) {
      bool together = one.of == other.of || beside(*one.of, *other.of);
      if (together) sum += other.bits_per_ms;
    }
    out.down = std::max(out.down.value_or(0), 1000 * sum);
    out.by.push_back(one.of);
  }
}

void add_up(const CaseFile& c, Speed& out) {
  auto rtt = round_trip(c);
  const Connection* upload = attempt(c, "upload");
  if (!rtt || !upload || upload->tls.bytes == 0 || upload->tls.outcome == TlsOutcome::silent) return;
  // What the host itself takes for a ServerHello is in all of them; the first window goes out at once, and
  // for the rest one more round trip is enough.
  double other_hellos = upload->tls.ms;
  for (const Connection* hello : finished(c)) {
    if (hello->tls.outcome == TlsOutcome::server_hello) other_hellos = std::min(other_hellos, hello->tls.ms);
  }
  double ms = std::max(upload->tls.ms - other_hellos - rtt->least_ms, 0.05);
  out.up = 1000 * wire_bits(static_cast<double>(upload->tls.hello_bytes), 0) / ms;
  out.by.push_back(upload);
}

}  // namespace

Speed speed(const CaseFile& c) {
  Speed out;
  add_down(c, out);
  add_up(c, out);
  return out;
}

namespace {

// Some echo requests were lost, and those that were not came back at once: a full queue drops some and holds
// up the others.
bool lost_and_not_held_up(const CaseFile& c, double late_ms) {
  std::size_t late = 0, answered = 0;
  for (const Echo& echo : c.echoes) {
    if (echo.packet_bytes > small_echo) continue;
    answered += echo.answers_ms.size();
    late += static_cast<std::size_t>(
        std::ranges::count_if(echo.answers_ms, [&](double ms) { return late_ms < ms; }));
  }
  return loss(c).echoes_lost >= 2 && answered >= 5 && 4 * late < answered;
}

}  // namespace

bool queues(const CaseFile& c) {
  auto rtt = round_trip(c);
  if (!rtt) return false;
  double late = 3 * rtt->least_ms + 100;
  if (lost_and_not_held_up(c, late)) return false;
  // One that our own deadline cut off was measured as well.
  auto waits = [&](const Connection& conn) {
    bool syn_waited = conn.tcp.syn_retransmits.value == 0 && late < conn.tcp.connect_ms;
    bool data_waited = conn.tcp.rtt_ms.get() && late < conn.tcp.rtt_ms.value;
    return tcp_up(conn) && (syn_waited || data_waited);
  };
  auto waited = static_cast<std::size_t>(std::ranges::count_if(c.connections, waits));
  for (const Echo& echo : c.echoes) {
    waited += static_cast<std::size_t>(
        std::ranges::count_if(echo.answers_ms, [&](double ms) { return late < ms; }));
  }
  // What is sent twice is late as well.
  return (loss(c).repeats == 0 ? 1 : 2) <= waited;
}

bool still_coming(const Connection& c) {
  return c.tls.outcome == TlsOutcome::silent && telling_bytes < c.tcp.flight.bytes &&
         c.tls.ms < 1.25 * (c.tcp.flight.wait_ms + c.tcp.flight.spread_ms);
}

bool too_slow(const Speed& s) {
  return (s.down && *s.down < slow_bits) || (s.up && *s.up < slow_bits);
}

std::string speed_words(double bits) {
  if (bits < 1e6) return fmt::format("{:.0f} kbit/s", bits / 1e3);
  return bits < 1e8 ? fmt::format("{:.1f} Mbit/s", bits / 1e6) : std::string("over 100 Mbit/s");
}

PathSummary path_summary(const CaseFile& c) {
  PathSummary out{round_trip(c), loss(c), size_limit(c), std::nullopt, speed(c)};
  for (const Connection* conn : finished(c)) {
    const auto* mtu = conn->tcp.path_mtu.get();
    bool here = conn->asked.address == main_address(c);
    if (mtu && here && *mtu > 0) out.mtu = std::min(out.mtu.value_or(*mtu), *mtu);
  }
  return out;
}

}  // namespace rdpdoctor::causes
