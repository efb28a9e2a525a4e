#include "host/live/event_list.h"

#include <doctest/doctest.h>

#include "fmt/core.h"
#include "formats/evtx.h"

namespace rdpdoctor::host {
namespace {

std::string event(int id) {
  return fmt::format(
      "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider "
      "Name='Schannel'/><EventID>{}</EventID></System></Event>",
      id);
}
std::string ids(const EventList& list) {
  const Bytes text = list.document();
  CHECK(formats::is_event_xml(text));
  const auto file = over(text);
  std::string out;
  const auto totals = formats::read_event_xml(
      *file, {}, [&](const formats::EventRecord& record) { out += fmt::format("{} ", record.id); });
  REQUIRE(totals);
  CHECK(totals->damaged_records == 0);
  return out;
}

}  // namespace

TEST_CASE("events are told oldest first, whichever way they came") {
  EventList from_newest(10), from_oldest(10);
  for (const int id : {3, 2, 1}) CHECK(from_newest.add_older(event(id)));
  for (const int id : {1, 2, 3}) from_oldest.add_newer(event(id));
  CHECK(ids(from_newest) == "1 2 3 ");
  CHECK(ids(from_oldest) == "1 2 3 ");
  CHECK(ids(EventList(10)).empty());
}

TEST_CASE("the newest stay where there are too many, or too much text") {
  EventList from_newest(2), from_oldest(2);
  CHECK(from_newest.add_older(event(3)));
  CHECK(from_newest.add_older(event(2)));
  CHECK_FALSE(from_newest.add_older(event(1)));
  for (const int id : {1, 2, 3}) from_oldest.add_newer(event(id));
  CHECK(ids(from_newest) == "2 3 ");
  CHECK(ids(from_oldest) == "2 3 ");

  EventList narrow(10, event(1).size() * 2);
  for (const int id : {1, 2, 3}) narrow.add_newer(event(id));
  narrow.add_newer(std::string(event(1).size() * 2 + 1, ' '));  // it alone is too much
  CHECK(ids(narrow) == "2 3 ");
  CHECK_FALSE(narrow.add_older(event(0)));
  EventList none(0);
  none.add_newer(event(1));
  CHECK_FALSE(none.add_older(event(1)));
  CHECK(none.size() == 0);
}

}  // namespace rdpdoctor::host
