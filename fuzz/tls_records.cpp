// The watcher of a TLS peer's clear bytes. Delivery in pieces must see what delivery at once sees.

#include "wire/tls_records.h"
#include "fuzz.h"

namespace rdpdoctor::fuzz {

void run(View bytes) {
  wire::TlsWatcher whole;
  whole.feed(bytes);
  wire::TlsWatcher pieces;
  in_pieces(bytes, [&](View piece) { pieces.feed(piece); });

  expects(whole.bytes() == bytes.size());
  expects(whole.alert().has_value() == pieces.alert().has_value());
  expects(whole.server_hello().has_value() == pieces.server_hello().has_value());
  expects(whole.certificates() == pieces.certificates());
  expects(whole.error().has_value() == pieces.error().has_value());
}

}  // namespace rdpdoctor::fuzz
