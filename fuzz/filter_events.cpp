// The list of drops that netsh writes.
#include "formats/filter_events.h"

#include "fuzz.h"

namespace rdpdoctor::fuzz {

void run(View bytes) {
  const auto file = over(bytes);
  const auto events = formats::read_filter_events(*file);
  if (!events) return;
  expects(events->drops.size() <= formats::most_filter_drops && events->drops.size() <= events->events);
  for (std::size_t i = 0; i < events->drops.size(); ++i) {
    const formats::FilterEvent& e = events->drops[i];
    expects(e.protocol == "tcp" || e.protocol == "udp");
    expects(e.program.size() <= 3 * bytes.size() && e.local_address.size() <= 64);
    expects(i == 0 || e.at <= events->drops[i - 1].at);
  }
}

}  // namespace rdpdoctor::fuzz
