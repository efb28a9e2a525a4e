// A session's two directions as they come. The first byte is the selected protocol; then pieces of either:
// who (odd: the host), length, bytes. Delivery byte by byte must see what delivery at once sees.

#include "fuzz.h"
#include "wire/session_watcher.h"

namespace rdpdoctor::fuzz {
namespace {

wire::SessionSeen watch(View bytes, std::size_t piece) {
  Reader r(bytes);
  wire::SessionWatcher watcher(r.u8("selected"), true);
  while (r.left() >= 3) {
    const auto who =
        r.u8("who") % 2 == 1 ? wire::SessionWatcher::From::host : wire::SessionWatcher::From::client;
    const std::size_t length = r.u16be("length");
    View said = r.bytes(length < r.left() ? length : r.left(), "said");
    while (!said.empty()) {
      const View now = said.first(piece < said.size() ? piece : said.size());
      watcher.feed(who, now);
      said = said.subspan(now.size());
    }
  }
  return watcher.seen();
}

}  // namespace

void run(View bytes) {
  const wire::SessionSeen whole = watch(bytes, 65536);
  const wire::SessionSeen pieces = watch(bytes, 1);
  expects(whole.pdus == pieces.pdus);
  expects(whole.pdus.size() <= 200);
  expects(whole.problem.has_value() == pieces.problem.has_value());
  expects(whole.active == pieces.active && whole.encrypted == pieces.encrypted);
  expects(whole.error_info == pieces.error_info && whole.error_info != 0U);
  expects(whole.redirected_to == pieces.redirected_to);
}

}  // namespace rdpdoctor::fuzz
