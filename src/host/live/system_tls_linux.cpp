#ifndef _WIN32
#include "host/live/system_tls.h"

namespace rdpdoctor::host {

std::unique_ptr<TokenHandshake> system_tls(const std::string& /*server_name*/) {
  return nullptr;
}

}  // namespace rdpdoctor::host
#endif
