// A capture's Remote Desktop connections: TCP streams put together, and what a client and a host said.
#pragma once

#include "analyze/piece.h"
#include "wire/tls_opener.h"

namespace rdpdoctor::analyze {

struct CaptureOptions {
  std::uint16_t port =
      3389;              // connections to it count whatever is spoken; on others, those that begin as RDP
  bool verbose = false;  // one line per PDU
  std::size_t most_connections = 1000;  // per host that are kept: the first half, and the last
};

// `source` is the name to cite. `secrets` grows by what the capture itself holds. What could be read is
// used; an error only when it is no capture at all.
[[nodiscard]] Result<Piece> read_capture(std::unique_ptr<ByteSource> file, const std::string& source,
                                         wire::TlsKeyLog& secrets, const CaptureOptions& options,
                                         const Tick& tick = {});

}  // namespace rdpdoctor::analyze
