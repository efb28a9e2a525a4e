// One TCP connection in a capture, from its packets to evidence: how it opened, went and ended, and its bytes
// in order for the Conversation. Microseconds since 1970, as the capture says.
#pragma once

#include <array>
#include <memory>

#include "analyze/conversation.h"
#include "analyze/piece.h"
#include "analyze/tcp_copies.h"
#include "analyze/tcp_opening.h"
#include "analyze/tcp_stream.h"
#include "wire/captured_packet.h"

namespace rdpdoctor::analyze {

class TcpFlow {
 public:
  // By its first packet, which is the client's when it is a SYN, or `from` is who.
  TcpFlow(const wire::DecodedPacket& first, From who, std::int64_t at_us);

  // `who` sent it. The conversation begins with the first payload.
  void packet(const wire::DecodedPacket& p, From who, std::int64_t at_us, const wire::TlsKeyLog& secrets,
              bool verbose);
  void icmp(const wire::DecodedPacket& error, std::int64_t at_us);

  [[nodiscard]] From sender(const wire::DecodedPacket& p) const {
    return p.from == client_ ? From::client : From::host;
  }
  // A SYN that is not this connection's own: its ports are used again.
  [[nodiscard]] bool begins_another(const wire::DecodedPacket& p) const;
  [[nodiscard]] bool closed() const;  // by both sides or a RST, or never opened by one
  [[nodiscard]] std::int64_t began_us() const { return opening_.began_us(); }
  [[nodiscard]] std::int64_t last_us() const { return last_us_; }

  // What it told. `now_us` is how far the capture has come: until then it was silent. Ends it.
  [[nodiscard]] PieceConnection finish(std::int64_t now_us, const wire::TlsKeyLog& secrets, bool verbose);

 private:
  class ToConversation;
  struct End {
    From who = From::client;
    bool by_reset = false;
    std::int64_t at_us = 0;
  };
  [[nodiscard]] TcpStream& stream(From who) { return streams_[static_cast<std::size_t>(who)]; }
  [[nodiscard]] const TcpStream& stream(From who) const { return streams_[static_cast<std::size_t>(who)]; }
  void reset(const wire::DecodedPacket& p, From who, std::int64_t at_us);
  void carries(const wire::DecodedPacket& p, From who, std::int64_t at_us, const wire::TlsKeyLog& secrets,
               bool verbose);
  void acknowledges(const wire::DecodedPacket& p, From who, std::int64_t at_us);
  void measure_flight(std::uint32_t bytes, From who, std::int64_t at_us);
  void end(From who, bool by_reset, std::int64_t at_us);
  [[nodiscard]] evidence::TcpFacts tcp_facts(std::int64_t now_us);
  [[nodiscard]] evidence::Ending ending(evidence::TcpOutcome opened, evidence::Ending went) const;

  wire::Endpoint client_;
  wire::Endpoint host_;
  TcpOpening opening_;
  TcpCopies copies_;
  std::int64_t last_us_ = 0;
  std::array<TcpStream, 2> streams_;  // by From
  std::array<bool, 2> ended_by_{};    // by From
  std::array<bool, 2> heard_{};       // by From: any packet of its
  std::optional<End> first_end_;
  bool was_reset_ = false;
  std::uint64_t lost_ = 0;
  evidence::SeenPackets seen_;
  evidence::Flight flight_;
  struct Turn {  // of the host, after bytes of the client
    int number = 0;
    std::int64_t asked_us = 0;
    std::int64_t first_us = 0;
    evidence::Flight now;
  } turn_;
  std::optional<Conversation> talk_;
};

}  // namespace rdpdoctor::analyze
