// Events as Windows' own XML (`wevtutil qe /f:xml`), the ones alone that somebody wants.
#pragma once

#include <functional>

#include "formats/evtx.h"

namespace rdpdoctor::collect {

// What is kept of a log. By provider and id first, which needs no more than the beginning of each record.
struct EventWish {
  formats::EventFilter kind;  // none: all
  std::function<bool(const formats::EventRecord&)> record;
};

// The events of a log, .evtx or XML, as XML: at most 64 MiB, the newest. A log with places that can't be read
// gives XML that ends in one, and so says the same of itself; one that holds none of the wanted events gives
// one other without its data, so that it is not taken for empty. An error where it is no log.
[[nodiscard]] Result<Bytes> event_excerpt(RandomSource& log, const EventWish& wish);

}  // namespace rdpdoctor::collect
