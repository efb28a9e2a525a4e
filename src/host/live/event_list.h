// The newest events of a channel as one XML document, within a number and a size.
#pragma once

#include <deque>
#include <string>

#include "base/bytes.h"

namespace rdpdoctor::host {

class EventList {
 public:
  static constexpr std::size_t most_bytes = 64 * 1024 * 1024;
  explicit EventList(std::size_t most, std::size_t bytes = most_bytes) : most_(most), bytes_(bytes) {}

  // An <Event> that is older than all before; false: there is no room for it.
  [[nodiscard]] bool add_older(std::string event);
  // One that is newer than all before; the oldest go where room is needed.
  void add_newer(std::string event);
  [[nodiscard]] std::size_t size() const { return events_.size(); }

  // <Events>, oldest first.
  [[nodiscard]] Bytes document() const;

 private:
  std::size_t most_, bytes_;
  std::size_t used_ = 0;
  std::deque<std::string> events_;  // oldest first
};

}  // namespace rdpdoctor::host
