#ifndef _WIN32
#include "host/live/client_text.h"

namespace rdpdoctor::host {

Reading<std::string> client_error_text(std::uint32_t /*code*/, std::uint32_t /*extended*/) {
  return Reading<std::string>::unreadable("this computer does not run Windows");
}

}  // namespace rdpdoctor::host
#endif
