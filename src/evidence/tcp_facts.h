// What the kernel, and the packets themselves, tell of one TCP connection. Milliseconds, bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/reading.h"

namespace rdpdoctor::evidence {

enum class TcpOutcome {
  not_tried,
  pending,
  connected,
  refused,
  reset,
  timed_out,
  host_unreachable,
  network_unreachable,
  prohibited,
  no_route,
  not_permitted,
  failed,
};

struct Icmp {
  int type = 0;
  int code = 0;
  std::string from;            // the router or host that sent it
  std::uint32_t ttl = 0;       // of the message when it arrived: how far its sender is; 0: not told
  std::uint32_t path_mtu = 0;  // with "fragmentation needed" / "packet too big"; 0: not told
  double at_ms = 0;            // since the connect began
};

// A RST that arrived.
struct SeenReset {
  std::uint32_t ttl = 0;
  double at_ms = 0;  // since the connect began
};

// The connection's own packets as they arrived, for whoever may watch them (CAP_NET_RAW on Linux).
struct SeenPackets {
  std::uint32_t syn_ack_ttl = 0;        // 0: none seen
  std::uint32_t syn_ack_mss = 0;        // the MSS option in it; 0: none
  std::vector<std::uint32_t> data_ttl;  // of packets with payload, each value once
  std::vector<SeenReset> resets;
  std::uint32_t data_packets = 0;
  std::uint32_t gaps = 0;     // data that came beyond what was due: something before it was lost or overtaken
  std::uint32_t repeats = 0;  // data that had come before
  std::vector<Icmp> icmp;     // messages about this connection, at any time of it
  // In a capture: what came from the client's side.
  std::uint32_t client_ttl = 0;  // of its SYN; 0: none seen
  std::vector<SeenReset> client_resets;
};

// The most bytes that came without a byte of ours between them.
struct Flight {
  std::uint64_t bytes = 0;
  std::uint64_t first_bytes = 0;  // in its first read
  double wait_ms = 0;             // from our last byte to its first
  double spread_ms = 0;           // from its first byte to its last
};

struct TcpFacts {
  TcpOutcome outcome = TcpOutcome::not_tried;
  int os_error = 0;
  double connect_ms = 0;
  Reading<Icmp> icmp;
  Reading<double> rtt_ms;            // smoothed, at the end
  Reading<double> least_rtt_ms;      // the least one measured
  Reading<double> rtt_variation_ms;  // mean deviation
  Reading<std::uint32_t> syn_retransmits;
  Reading<std::uint32_t> retransmits;    // in all, SYNs included
  Reading<std::uint32_t> needless;       // of those, told needless by the peer (DSACK)
  Reading<std::uint32_t> segments_sent;  // with data, repeats included
  Reading<std::uint32_t> mss;            // what we may send
  Reading<std::uint32_t> received_mss;   // the kernel's estimate of the largest segment received
  Reading<std::uint32_t> path_mtu;
  Reading<SeenPackets> packets;
  Flight flight;
};

}  // namespace rdpdoctor::evidence
