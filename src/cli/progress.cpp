#include "cli/progress.h"

#include <cstdio>

namespace rdpdoctor::cli {

void Progress::show(const evidence::CaseFile& c) {
  if (!on_ || c.run.ms - last_ms_ < 80) return;  // often enough to be alive, rarely enough not to flicker
  last_ms_ = c.run.ms;
  const char* asking =
      c.connections.empty() ? "looking the name up" : c.connections.back().asked.what.c_str();
  std::fprintf(stderr, "\r\x1b[K  %.1f s, %zu connections, asking: %s", c.run.ms / 1000, c.connections.size(),
               asking);
  std::fflush(stderr);
}

void Progress::clear() {
  if (on_ && last_ms_ >= 0) std::fputs("\r\x1b[K", stderr);
}

}  // namespace rdpdoctor::cli
