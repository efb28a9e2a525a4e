#ifndef _WIN32
#include "host/live/arguments.h"

namespace rdpdoctor::host {

std::vector<std::string> arguments(int argc, const char* const* argv) {
  return {argv, argv + argc};
}

}  // namespace rdpdoctor::host
#endif
