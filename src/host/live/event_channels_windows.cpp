#ifdef _WIN32
#include "host/live/event_channels.h"

namespace rdpdoctor::host {

Reading<bool> channel_enabled(std::string_view /*channel*/) {
  return Reading<bool>::unreadable("this computer does not run Windows");
}

Result<void> enable_channel(std::string_view /*channel*/, bool /*on*/) {
  return std::unexpected(Error{"this computer does not run Windows", ErrorKind::usage, 0, ""});
}

Reading<Bytes> channel_events(std::string_view /*channel*/, const std::string& /*xpath*/,
                              std::size_t /*most*/) {
  return Reading<Bytes>::unreadable("this computer does not run Windows");
}

}  // namespace rdpdoctor::host
#endif
