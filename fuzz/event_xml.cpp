// Events as XML.

#include "formats/evtx.h"
#include "fuzz.h"

namespace rdpdoctor::fuzz {

void run(View bytes) {
  expects(!formats::is_event_xml(bytes) || bytes.size() >= 7);  // "<Event>"
  const auto all = over(bytes);
  std::uint64_t taken = 0;
  const auto totals = formats::read_event_xml(*all, {}, [&](const formats::EventRecord& record) {
    ++taken;
    std::size_t size = 0;
    for (const formats::EventValue& value : record.data) size += value.value.size();
    expects(size <= bytes.size() * 3 + 16);  // UTF-16 grows by a half, a broken unit to three bytes
  });
  expects(totals && totals->records == taken);

  const auto again = over(bytes);
  const auto none = formats::read_event_xml(
      *again, [](std::string_view, std::uint32_t) { return false; },
      [](const formats::EventRecord&) { expects(false); });
  expects(none.has_value());
}

}  // namespace rdpdoctor::fuzz
