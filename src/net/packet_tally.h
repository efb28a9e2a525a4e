// Private to net/*.cpp: what the packets that arrived on one connection add up to. Pure; the packets come
// from packet_watch_linux.cpp.
#pragma once

#include <optional>

#include "net/reactor.h"
#include "wire/ip_packet.h"

namespace rdpdoctor::net {

class PacketTally {
 public:
  // A packet from the peer. `payload` counts the bytes after the TCP header.
  void segment(const wire::TcpSegment& segment, std::size_t payload, std::uint32_t ttl, double at_ms);
  void icmp(IcmpReport report);
  // Packets came that the watch could not take: what it missed is no gap, and may have been no repeat.
  void missed_some() { due_.reset(); }
  [[nodiscard]] const PacketRecord& record() const { return record_; }

 private:
  // Bytes of the stream, counted from the first one of the peer.
  struct Range {
    std::int64_t from = 0;
    std::int64_t to = 0;
  };
  void data(std::uint32_t sequence, std::size_t payload, std::uint32_t ttl);
  [[nodiscard]] bool fills_hole(Range data);

  PacketRecord record_;
  std::optional<std::uint32_t> due_;  // the sequence number after the last byte seen
  std::int64_t due_at_ = 0;           // the same, as a place in the stream
  std::vector<Range> holes_;          // before it, and not seen
};

}  // namespace rdpdoctor::net
