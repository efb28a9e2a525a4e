// TPKT framing and X.224 connection request and confirm: what the host's first answer goes through.

#include "wire/x224.h"
#include "fuzz.h"
#include "wire/tpkt.h"

namespace rdpdoctor::fuzz {
namespace {

void decode_payload(View payload) {
  if (auto request = wire::decode_connection_request(payload)) {
    auto again = wire::decode_connection_request(wire::encode(*request));
    expects(again && again->routing == request->routing);
    expects(again->negotiation.has_value() == request->negotiation.has_value());
  }
  if (auto confirm = wire::decode_connection_confirm(payload)) {
    auto again = wire::decode_connection_confirm(wire::encode(*confirm));
    expects(again && again->negotiation.index() == confirm->negotiation.index());
  }
}

}  // namespace

void run(View bytes) {
  decode_payload(bytes);
  wire::TpktFramer framer;
  in_pieces(bytes, [&](View piece) {
    framer.feed(piece);
    while (framer.state() == wire::TpktFramer::State::frame) {
      std::size_t before = framer.buffered().size();
      decode_payload(framer.payload());
      framer.pop();
      expects(framer.buffered().size() < before);
    }
    expects(framer.buffered().size() <= 65535);
  });
}

}  // namespace rdpdoctor::fuzz
