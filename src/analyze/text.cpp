#include "analyze/text.h"

#include "analyze/rdp_settings.h"

namespace rdpdoctor::analyze {
Result<Piece> read_text(ByteSource&, const std::string&, const Tick&) {
  return Piece{};
}
Piece read_text(std::string_view, const std::string&) {
  return {};
}
Piece settings_of(const formats::RdpFile&, const std::string&) {
  return {};
}
}  // namespace rdpdoctor::analyze
