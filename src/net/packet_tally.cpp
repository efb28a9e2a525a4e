// Adds up the packets of one connection.
//
// INVARIANT: whatever anyone sends, every list here stays short.
#include "net/packet_tally.h"

#include <algorithm>

namespace rdpdoctor::net {

namespace {

constexpr std::size_t most_kept = 16;   // of resets, TTLs, ICMP messages
constexpr std::size_t most_holes = 64;  // the oldest is forgotten
// No window is larger (RFC 7323 2.3): beyond it lies a forgery or another connection's packet.
constexpr std::int32_t largest_window = 1 << 30;

void keep_once(std::vector<std::uint32_t>& values, std::uint32_t value) {
  if (values.size() < most_kept && std::ranges::find(values, value) == values.end()) values.push_back(value);
}

}  // namespace

void PacketTally::segment(const wire::TcpSegment& segment, std::size_t payload, std::uint32_t ttl,
                          double at_ms) {
  if (segment.rst) {
    // Some stacks put a reason into a RST's payload (RFC 9293 3.5.3): it is no data.
    if (record_.resets.size() < most_kept) record_.resets.push_back({.ttl = ttl, .at_ms = at_ms});
    return;
  }
  std::uint32_t sequence = segment.sequence;
  if (segment.syn) {
    ++sequence;  // the SYN counts for one
    if (segment.ack && record_.syn_ack_ttl == 0) {
      record_.syn_ack_ttl = ttl;
      record_.syn_ack_mss = segment.mss;
      due_ = sequence;
    }
  }
  if (payload != 0) data(sequence, payload, ttl);
}

void PacketTally::data(std::uint32_t sequence, std::size_t payload, std::uint32_t ttl) {
  if (!due_) {  // what lies before was not ours to see
    due_ = sequence;
    holes_.clear();
  }
  const std::int32_t distance = wire::sequence_distance(*due_, sequence);
  if (distance < -largest_window || largest_window < distance) return;
  // A keep-alive repeats one byte on purpose (RFC 9293 3.8.4).
  if (distance == -1 && payload == 1) return;
  ++record_.data_packets;
  keep_once(record_.data_ttl, ttl);
  const Range came{due_at_ + distance, due_at_ + distance + static_cast<std::int64_t>(payload)};
  const bool filled = fills_hole(came);
  if (due_at_ < came.from) {
    ++record_.gaps;
    if (holes_.size() == most_holes) holes_.erase(holes_.begin());
    holes_.push_back({due_at_, came.from});
  }
  if (came.to <= due_at_) {
    if (!filled) ++record_.repeats;
    return;
  }
  *due_ += static_cast<std::uint32_t>(came.to - due_at_);
  due_at_ = came.to;
}

// Whether any byte of it was missing; it is not any more.
bool PacketTally::fills_hole(Range data) {
  bool filled = false;
  std::vector<Range> left;
  for (const Range& hole : holes_) {
    const Range met{std::max(hole.from, data.from), std::min(hole.to, data.to)};
    if (met.to <= met.from) {
      left.push_back(hole);
      continue;
    }
    filled = true;
    if (hole.from < met.from) left.push_back({hole.from, met.from});
    if (met.to < hole.to) left.push_back({met.to, hole.to});
  }
  if (left.size() <= most_holes) holes_ = std::move(left);
  return filled;
}

void PacketTally::icmp(IcmpReport report) {
  if (record_.icmp.size() < most_kept) record_.icmp.push_back(std::move(report));
}

}  // namespace rdpdoctor::net
