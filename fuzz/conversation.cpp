// A captured conversation of both directions: what a client and a host say on one connection, with pieces
// that the capture lost. Each step of the input: a byte for who and what (bit 0 the host, bits 1 and 2 all
// set for lost bytes), a byte for the length, then that many bytes.

#include "analyze/conversation.h"
#include "fuzz.h"

namespace rdpdoctor::fuzz {

void run(View bytes) {
  const wire::TlsKeyLog none;
  analyze::Conversation conversation(none, true);
  std::int64_t at = 1'700'000'000'000'000;
  std::uint64_t sent = 0;
  while (bytes.size() >= 2) {
    std::uint8_t how = bytes[0];
    std::size_t size = bytes[1];
    bytes = bytes.subspan(2);
    View piece = bytes.first(size < bytes.size() ? size : bytes.size());
    bytes = bytes.subspan(piece.size());
    at += how;
    auto who = how & 1 ? analyze::From::host : analyze::From::client;
    if ((how & 6) == 6) {
      conversation.lost(who, size, at);
    } else {
      conversation.bytes(who, piece, at);
      sent += piece.size();
    }
    if (how == 0xF8 || how == 0xF9) conversation.closed(who, size & 1, at);
  }
  conversation.over(at);
  evidence::Connection c = conversation.take();
  expects(c.bytes_sent + c.bytes_received == sent);
  expects(c.pdus.size() <= 600);
  expects(c.tls.chain.size() <= 10);
  if (c.x224.outcome == evidence::X224Outcome::not_tried) expects(!c.x224.selected);
}

}  // namespace rdpdoctor::fuzz
