// Threads for decoders that can use more than the caller's; formats/ starts none by itself.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <system_error>
#include <thread>

namespace rdpdoctor::analyze {

// As formats::StartThread: the thread's end is waited for when what it gives is destroyed; null if the system
// has none to give.
[[nodiscard]] inline std::shared_ptr<void> start_thread(std::function<void()> work) {
  try {
    return std::make_shared<std::jthread>(std::move(work));
  } catch (const std::system_error&) {
    return nullptr;
  }
}

[[nodiscard]] inline unsigned cores() {
  return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace rdpdoctor::analyze
