#include "host/live/event_list.h"

#include <utility>

namespace rdpdoctor::host {

bool EventList::add_older(std::string event) {
  if (most_ <= events_.size() || bytes_ - used_ < event.size()) return false;
  used_ += event.size();
  events_.push_front(std::move(event));
  return true;
}

void EventList::add_newer(std::string event) {
  if (most_ == 0 || bytes_ < event.size()) return;
  while (most_ <= events_.size() || bytes_ - used_ < event.size()) {
    used_ -= events_.front().size();
    events_.pop_front();
  }
  used_ += event.size();
  events_.push_back(std::move(event));
}

Bytes EventList::document() const {
  rdpdoctor::Writer out;
  out.text("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Events>\n");
  for (const std::string& event : events_) out.text(event).text("\n");
  out.text("</Events>\n");
  return out.take();
}

}  // namespace rdpdoctor::host
