#include "probe/udp_plan.h"

#include <algorithm>

#include "wire/rdpudp.h"

namespace rdpdoctor::probe {
namespace {

using evidence::CaseFile;
using evidence::Connection;
using evidence::UdpExchange;
using evidence::UdpOutcome;
using evidence::X224Outcome;

constexpr std::uint32_t v1 = wire::RDPUDP_PROTOCOL_VERSION_1;
constexpr std::uint32_t v2 = wire::RDPUDP_PROTOCOL_VERSION_2;
constexpr std::uint32_t v3 = wire::RDPUDP_PROTOCOL_VERSION_3;
constexpr std::uint32_t whole = wire::rdpudp_largest_mtu;
constexpr std::uint32_t least = 20;  // a SYN of version 2 and nothing after it

constexpr double gap_ms = 10;          // between two of ours
constexpr double repeat_gap_ms = 25;   // the repeats measure a share: not all in one short burst
constexpr double total_ms = 1000;      // for everything, on a path that is not slower than that
constexpr double least_wait_ms = 300;  // for one answer
constexpr double longest_rtt_ms = 2000;

const Connection* answered_connection(const CaseFile& c) {
  auto rdp_speaks = [](const Connection& k) {
    return k.x224.outcome == X224Outcome::confirmed || k.x224.outcome == X224Outcome::negotiation_failure;
  };
  auto at = std::ranges::find_if(c.connections, rdp_speaks);
  return at == c.connections.end() ? nullptr : &*at;
}

double rtt_ms(const CaseFile& c) {
  const Connection* k = answered_connection(c);
  if (!k) return 0;
  const double* told = k->tcp.rtt_ms.get();
  return std::clamp(told ? *told : k->tcp.connect_ms, 0.0, longest_rtt_ms);
}

std::size_t count(const CaseFile& c, auto which) {
  return static_cast<std::size_t>(std::ranges::count_if(c.udp, which));
}
bool is(const UdpExchange& u, std::string_view what) {
  return u.what == what;
}
bool answered(const UdpExchange& u) {
  return u.outcome == UdpOutcome::answered;
}
bool waiting(const UdpExchange& u) {
  return u.outcome == UdpOutcome::waiting;
}

// Whether Windows answers an offer of 0x0101 outside a session is seen in captures, and promised nowhere: it
// is no measure.
bool all_first_answered(const CaseFile& c) {
  return std::ranges::all_of(c.udp, [](auto& u) { return !is(u, "syn") || answered(u); });
}

// Gives each its place in time. Until the second has passed every answer is waited for, the last ones at
// least as long as one may take.
std::vector<UdpQuestion> spaced(std::vector<UdpQuestion> wave, double gap, double since_first_ms,
                                double rtt) {
  double after = 0;
  for (UdpQuestion& q : wave) {
    q.after_ms = after;
    q.wait_ms = std::max({total_ms - since_first_ms - after, 3 * rtt, least_wait_ms});
    after += gap;
  }
  return wave;
}

std::vector<UdpQuestion> first_wave() {
  return {{.what = "syn", .datagram_bytes = whole, .version = v2},
          {.what = "small", .datagram_bytes = 600, .version = v2},
          {.what = "syn", .datagram_bytes = whole, .version = v1},
          {.what = "syn v3", .datagram_bytes = whole, .version = v3},
          {.what = "small", .datagram_bytes = least, .version = v2},
          {.what = "syn", .datagram_bytes = whole, .version = v2}};
}

std::vector<UdpQuestion> repeats() {
  std::vector<UdpQuestion> out;
  for (int i = 0; i < 8; ++i) {
    out.push_back({.what = "repeat", .datagram_bytes = whole, .version = i % 2 == 0 ? v2 : v1});
  }
  return out;
}

// The sizes take turns, so that a moment of loss does not meet one size only.
std::vector<UdpQuestion> sizes() {
  std::vector<UdpQuestion> out;
  for (int turn = 0; turn < 4; ++turn) {
    out.push_back({.what = "size", .datagram_bytes = 600, .version = v2});
    out.push_back({.what = "in pieces", .datagram_bytes = whole, .version = v2, .may_be_fragmented = true});
    if (turn % 2 == 0) {
      out.push_back({.what = "size", .datagram_bytes = 1000, .version = v2});
      out.push_back({.what = "size", .datagram_bytes = whole, .version = v2});
    }
    out.push_back({.what = "size", .datagram_bytes = wire::rdpudp_least_mtu, .version = v2});
  }
  return out;
}

}  // namespace

std::optional<std::string> udp_address(const CaseFile& c) {
  const Connection* k = answered_connection(c);
  return k ? std::optional(k->asked.address) : std::nullopt;
}

std::vector<UdpQuestion> next_udp_wave(const CaseFile& c, double now_ms) {
  const double rtt = rtt_ms(c);
  if (c.udp.empty()) {
    if (!udp_address(c)) return {};
    return spaced(first_wave(), gap_ms, 0, rtt);
  }
  if (c.udp.size() != first_wave().size() || all_first_answered(c)) return {};
  const double since_first = now_ms - c.udp.front().started_ms;
  const bool all_known = count(c, [](auto& u) { return waiting(u) && !is(u, "syn v3"); }) == 0;
  if (!all_known && since_first < std::max(200.0, 3 * rtt)) return {};
  if (count(c, [](auto& u) { return is(u, "syn") && answered(u); }) != 0) {
    return spaced(repeats(), repeat_gap_ms, since_first, rtt);
  }
  if (count(c, answered) == 0) return {};
  return spaced(sizes(), gap_ms, since_first, rtt);
}

bool udp_refused(const CaseFile& c) {
  return std::ranges::any_of(c.udp, [](const UdpExchange& u) {
    return u.outcome == UdpOutcome::refused || u.outcome == UdpOutcome::prohibited ||
           u.outcome == UdpOutcome::unreachable || u.outcome == UdpOutcome::not_permitted;
  });
}

bool udp_matters(const CaseFile& c) {
  return !all_first_answered(c) && !udp_refused(c) && std::ranges::any_of(c.udp, waiting);
}

}  // namespace rdpdoctor::probe
