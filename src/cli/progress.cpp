#include "cli/progress.h"

#include <cstdio>

#include "fmt/core.h"

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

namespace {

std::string size_words(double bytes) {
  if (bytes < 1e6) return fmt::format("{:.0f} KB", bytes / 1e3);
  return bytes < 1e9 ? fmt::format("{:.0f} MB", bytes / 1e6) : fmt::format("{:.1f} GB", bytes / 1e9);
}

std::string left_words(double seconds) {
  return seconds < 90 ? fmt::format("{:.0f} s left", seconds) : fmt::format("{:.0f} min left", seconds / 60);
}

}  // namespace

std::string progress_words(const std::string& name, std::uint64_t bytes, std::uint64_t total,
                           double elapsed_s) {
  auto done = static_cast<double>(bytes);
  auto all = static_cast<double>(total);
  double rate = elapsed_s > 0 ? done / elapsed_s : 0;
  std::string speed = size_words(rate) + "/s";
  if (total == 0 || bytes > total) return fmt::format("{}: {}, {}", name, size_words(done), speed);
  std::string out = fmt::format("{}: {:.0f} % of {}, {}", name, 100 * done / all, size_words(all), speed);
  return rate > 0 ? out + ", " + left_words((all - done) / rate) : out;
}

void ReadProgress::show(const std::string& name, std::uint64_t bytes, std::uint64_t total, Moment now) {
  if (!on_) return;
  if (name != name_) {
    name_ = name;
    began_ = last_ = now;
  }
  if (to_ms(now - began_) < 1000 || to_ms(now - last_) < 100) return;
  last_ = now;
  shown_ = true;
  std::fprintf(stderr, "\r\x1b[K  %s",
               progress_words(name, bytes, total, to_ms(now - began_) / 1000).c_str());
  std::fflush(stderr);
}

void ReadProgress::clear() {
  if (shown_) std::fputs("\r\x1b[K", stderr);
  shown_ = false;
}

}  // namespace rdpdoctor::cli
