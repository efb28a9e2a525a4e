#include "analyze/capture.h"

namespace rdpdoctor::analyze {
Result<Piece> read_capture(std::unique_ptr<ByteSource>, const std::string& source, wire::TlsKeyLog&,
                           const CaptureOptions&, const Tick&) {
  return std::unexpected(Error{"read " + source, ErrorKind::bug, 0, ""});
}
}  // namespace rdpdoctor::analyze
