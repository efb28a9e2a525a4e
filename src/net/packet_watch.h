// Private to net/*.cpp: sees the packets of one connection as they arrive, if this process may. The kernel
// gives a packet to the watch before its TCP acts on it, so that reading the watch when a connection has
// ended shows what ended it.
//
// INVARIANT: a watch belongs to one connection and is opened before it, and so never mixes two that follow
// each other with the same addresses and ports.
#pragma once

#include "net/internal.h"
#include "net/packet_tally.h"

namespace rdpdoctor::net {

struct WatchedPeer {
  bool ipv6 = false;
  wire::IpAddress address{};
  std::uint16_t port = 0;
};

class PacketWatch {
 public:
  PacketWatch(const WatchedPeer& peer, Moment begun);
  ~PacketWatch();
  PacketWatch(const PacketWatch&) = delete;
  PacketWatch& operator=(const PacketWatch&) = delete;

  // Our side's port, as soon as it is known: until then nothing is counted, and nothing lost.
  void ours_is(std::uint16_t port);
  // What came until now.
  void read(Reading<PacketRecord>& into);

 private:
  struct Arrival;
  void open();
  void read_all(Socket from, void (PacketWatch::*each)(const Arrival&));
  void tcp_came(const Arrival& packet);
  void icmp_came(const Arrival& packet);

  WatchedPeer peer_;
  Moment begun_;
  std::uint16_t our_port_ = 0;
  Socket tcp_{};
  Socket icmp_{};
  bool open_ = false;
  std::string why_not_;
  std::uint32_t dropped_ = 0;
  PacketTally tally_;
};

}  // namespace rdpdoctor::net
