#ifndef _WIN32
#include "host/live/live.h"

namespace rdpdoctor::host {

void take_console(std::vector<std::string>& /*arguments*/) {}

}  // namespace rdpdoctor::host
#endif
