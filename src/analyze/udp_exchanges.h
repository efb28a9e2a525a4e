// RDPEUDP in a capture: each client's SYN, with its repeats, and what answered ([MS-RDPEUDP] 3.1.5.1). What
// comes after the answer is not looked at.
#pragma once

#include <vector>

#include "analyze/flow_table.h"
#include "analyze/piece.h"

namespace rdpdoctor::analyze {

class UdpExchanges {
 public:
  explicit UdpExchanges(std::uint16_t port) : port_(port) {}
  void udp(const wire::DecodedPacket& p, std::int64_t at_us);
  void icmp(const wire::DecodedPacket& error, std::int64_t at_us);
  // In order of time. `now_us` is how far the capture has come.
  [[nodiscard]] std::vector<PieceUdp> take(std::int64_t now_us);
  [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

 private:
  static constexpr std::size_t most = 2000;
  struct Exchange {
    PieceUdp piece;
    std::uint32_t initial = 0;  // sequence number of the SYN
    std::int64_t began_us = 0;
    std::int64_t last_syn_us = 0;
  };
  void asks(const FlowKey& key, const wire::DecodedPacket& p, std::int64_t at_us);
  static void answers(Exchange& exchange, const wire::DecodedPacket& p, std::int64_t at_us);

  std::uint16_t port_;
  std::vector<Exchange> exchanges_;  // at most `most`
  std::unordered_map<FlowKey, std::size_t, FlowKeyHash> newest_;
  std::uint64_t left_out_ = 0;
};

}  // namespace rdpdoctor::analyze
