// Experiments on the way to the host that are not RDP connections. Milliseconds since the run began, bytes.
#pragma once

#include <optional>

#include "evidence/tcp_facts.h"

namespace rdpdoctor::evidence {

// A TCP connect to another port of the same address, closed at once: is the machine there, when the port
// asked for is silent?
struct Control {
  std::string address;
  std::uint16_t port = 0;
  double started_ms = 0;
  TcpFacts tcp;
};

// ICMP echo requests of one size to one address.
enum class EchoOutcome { waiting, done, not_permitted, failed };
struct Echo {
  std::string address;
  std::uint32_t packet_bytes = 0;  // of the whole IP packet, which must not be fragmented
  double started_ms = 0;
  EchoOutcome outcome = EchoOutcome::waiting;
  std::string problem;  // why not permitted or failed
  std::uint32_t sent = 0;
  std::vector<double> answers_ms;          // round trips, in order of arrival
  std::vector<std::uint32_t> answer_ttls;  // each value once
  Reading<Icmp> icmp;                      // an error instead of an answer
};

// RDPEUDP, one SYN datagram each ([MS-RDPEUDP] 2.2.2, 3.1.5.1.1).
enum class UdpOutcome {
  waiting,
  answered,     // RDPEUDP SYN and ACK
  not_rdpeudp,  // something else answered
  refused,      // ICMP port unreachable
  unreachable,  // ICMP host or network unreachable
  prohibited,   // ICMP administratively prohibited
  silent,
  not_permitted,  // by this machine
  too_big,        // this machine or a router says it does not fit: see icmp, path_mtu
  failed,
};
struct UdpExchange {
  std::string address;
  std::uint16_t port = 0;
  std::string what;                  // "syn", "syn v3", "repeat"
  std::uint32_t datagram_bytes = 0;  // sent, UDP payload
  std::uint32_t version = 0;         // uUdpVer offered
  double started_ms = 0;
  UdpOutcome outcome = UdpOutcome::waiting;
  double ms = 0;                                // to the answer or the error
  std::optional<std::uint32_t> answer_version;  // uUdpVer of the answer's SYNEX
  std::uint32_t answer_flags = 0;               // uFlags
  std::uint32_t answer_bytes = 0;
  std::uint32_t up_mtu = 0;    // uUpStreamMtu
  std::uint32_t down_mtu = 0;  // uDownStreamMtu
  Reading<Icmp> icmp;
  std::string problem;
  std::string first_bytes;  // hex, at most 32 bytes, when it is not RDPEUDP
};

// --burst N: connections made at once and held, or one after another; then single ones until one passes.
enum class BurstFate { waiting, answered, not_connected, closed, reset, silent };
struct BurstConnection {
  std::string phase;  // "together", "in turn", "recovery"
  double started_ms = 0;
  double ms = 0;
  BurstFate fate = BurstFate::waiting;
  TcpFacts tcp;
};
struct Burst {
  std::uint32_t wanted = 0;  // 0: no burst was asked for
  bool finished = false;
  std::vector<BurstConnection> connections;
};

}  // namespace rdpdoctor::evidence
