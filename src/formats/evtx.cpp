#include "formats/evtx.h"

namespace rdpdoctor::formats {
bool is_evtx(View) {
  return false;
}
Result<EvtxTotals> read_evtx(ByteSource&, const EvtxOptions&, const std::function<void(const EventRecord&)>&,
                             const std::function<bool()>&) {
  return std::unexpected(Error{"read it", ErrorKind::bug, 0, ""});
}
bool is_event_xml(View) {
  return false;
}
Result<EvtxTotals> read_event_xml(ByteSource&, const EventFilter&,
                                  const std::function<void(const EventRecord&)>&,
                                  const std::function<bool()>&) {
  return std::unexpected(Error{"read it", ErrorKind::bug, 0, ""});
}
}  // namespace rdpdoctor::formats
