// What every fuzzer shares. A fuzzer is one file: run() is given bytes as a hostile peer could send them and
// calls what decodes them. Finding nothing wrong is returning; a broken promise of the decoder ends the
// program.
#pragma once

#include <cstdlib>

#include "base/bytes.h"

namespace rdpdoctor::fuzz {

// Defined by each fuzzer.
void run(View bytes);

// A promise that must hold for any bytes.
inline void expects(bool holds) {
  if (!holds) std::abort();
}

// Gives `bytes` to `feed` in pieces of 1 to 32 bytes; the sizes come from the bytes themselves, so that the
// fuzzer searches over them too.
template <class Feed>
void in_pieces(View bytes, Feed feed) {
  while (!bytes.empty()) {
    std::size_t wanted = bytes.back() % 32U + 1U;
    View piece = bytes.first(wanted < bytes.size() ? wanted : bytes.size());
    feed(piece);
    bytes = bytes.subspan(piece.size());
  }
}

}  // namespace rdpdoctor::fuzz
