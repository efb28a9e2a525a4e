#include "analyze/event_log.h"

namespace rdpdoctor::analyze {
bool is_of_interest(std::string_view, std::uint32_t) {
  return false;
}
std::string_view short_provider(std::string_view provider) {
  return provider;
}
Result<Piece> read_event_log(ByteSource&, const std::string& source, const Tick&) {
  return std::unexpected(Error{"read " + source, ErrorKind::bug, 0, ""});
}
}  // namespace rdpdoctor::analyze
