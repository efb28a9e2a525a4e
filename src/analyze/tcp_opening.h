// How a TCP connection opens, by the packets of a capture: the SYNs, what answered, and whether the client
// took it. Microseconds since 1970.
#pragma once

#include <optional>

#include "evidence/tcp_facts.h"
#include "wire/captured_packet.h"

namespace rdpdoctor::analyze {

class TcpOpening {
 public:
  explicit TcpOpening(std::int64_t at_us) : began_us_(at_us), last_syn_us_(at_us) {}

  void syn(const wire::DecodedPacket& p, std::int64_t at_us);
  void syn_ack(const wire::DecodedPacket& p, std::int64_t at_us);
  // A RST of the host; true when it refuses the SYN.
  bool refuses(const wire::DecodedPacket& p, std::int64_t at_us);
  void client_acknowledges(std::int64_t at_us);  // the SYN+ACK, by a packet that is no RST
  void data() { connected_ = true; }
  void icmp(const evidence::Icmp& icmp, bool ipv6);  // about a SYN

  [[nodiscard]] std::int64_t began_us() const { return began_us_; }
  [[nodiscard]] bool syn_seen() const { return initial_.has_value(); }
  [[nodiscard]] bool is_own_syn(std::uint32_t sequence) const { return initial_ == sequence; }
  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] bool refused() const { return refused_us_.has_value(); }
  [[nodiscard]] bool answered() const { return syn_ack_us_.has_value(); }

  // outcome, connect_ms, icmp, the SYNs' repeats, round trip and MSS. `now_us` is how far the capture has
  // come.
  void tell(std::int64_t now_us, evidence::TcpFacts& facts) const;

 private:
  [[nodiscard]] evidence::TcpOutcome unanswered(bool long_enough) const;

  std::int64_t began_us_;
  std::int64_t last_syn_us_;
  std::int64_t last_but_one_us_ = 0;
  std::uint32_t syns_ = 0;
  std::optional<std::uint32_t> initial_;  // sequence number of the SYN
  std::optional<std::int64_t> syn_ack_us_;
  std::int64_t last_syn_ack_us_ = 0;
  std::optional<std::int64_t> acknowledged_us_;
  std::optional<std::int64_t> refused_us_;
  std::uint32_t mss_ = 0;  // of the SYN+ACK
  bool connected_ = false;
  std::optional<evidence::Icmp> icmp_;  // the first about a SYN
  evidence::TcpOutcome icmp_outcome_ = evidence::TcpOutcome::timed_out;
};

}  // namespace rdpdoctor::analyze
