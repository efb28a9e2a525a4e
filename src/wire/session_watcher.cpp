#include "wire/session_watcher.h"

namespace rdpdoctor::wire {
struct SessionWatcher::Inside {
  SessionSeen seen;
};
SessionWatcher::SessionWatcher(std::uint32_t, bool) : inside_(std::make_unique<Inside>()) {}
SessionWatcher::SessionWatcher(SessionWatcher&&) noexcept = default;
SessionWatcher& SessionWatcher::operator=(SessionWatcher&&) noexcept = default;
SessionWatcher::~SessionWatcher() = default;
void SessionWatcher::feed(From, View) {}
const SessionSeen& SessionWatcher::seen() const {
  return inside_->seen;
}
}  // namespace rdpdoctor::wire
