// Signs of a device on the path that ends ClientHellos, and what speaks against one. All pure.
#pragma once

#include "causes/engine/tls_views.h"

namespace rdpdoctor::causes {

struct HelloFilterSigns {
  // The ClientHello that is ended without a word when it comes whole, every time, passed when its first byte
  // came in a segment of its own: the host can do TLS, and what ends the whole one reads segment by segment.
  const Connection* split_answered = nullptr;
  const Connection* split_cut = nullptr;
  // A record of the same size that is not a ClientHello reached the host's TLS, which answered by alert,
  // while ClientHellos got FIN or RST.
  const Connection* control_reached_tls = nullptr;
  const Connection* control_cut = nullptr;  // it was ended as ClientHellos are
  bool control_made = false;
  // Bytes of the same size that are no TLS at all reached the host's TLS, while ClientHellos and the control
  // got FIN or RST.
  const Connection* plain_reached_tls = nullptr;
  // Resets that came back in less than half the path's round trip: their sender is nearer than the host.
  Connections early;
  double reset_ms = 0;  // the slowest of them
  double round_trip_ms = 0;
};
[[nodiscard]] HelloFilterSigns hello_filter_signs(const CaseFile& c);

// "RST after 3.1 ms, while the shortest round trip to the host is 42.0 ms".
[[nodiscard]] std::string early_words(const HelloFilterSigns& signs);

}  // namespace rdpdoctor::causes
