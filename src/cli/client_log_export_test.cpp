#include "cli/client_log_export.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "formats/zip.h"

namespace rdpdoctor::cli {
namespace {

const Instant now = from_civil(2026, 11, 21, 14, 5, 0);

Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}
const Bytes two_events = bytes_of(
    "<Events><Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider "
    "Name='Microsoft-Windows-TerminalServices-ClientActiveXCore'/><EventID>1024</EventID></System></Event>"
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider "
    "Name='Microsoft-Windows-TerminalServices-ClientActiveXCore'/><EventID>1026</EventID></System></Event>"
    "</Events>");

std::vector<ExportedChannel> exported() {
  std::vector<std::string> told;
  auto out = export_channels(
      {now, std::nullopt},
      [](std::string_view channel, const std::string& query, std::size_t) {
        CHECK(query.contains("2026-11-21T14:05:00"));
        if (channel.ends_with("Operational")) return Reading<Bytes>::present(two_events);
        if (channel == "System") return Reading<Bytes>::unreadable("needs elevation (access denied)");
        return Reading<Bytes>::absent();
      },
      [&](std::string_view channel) { told.emplace_back(channel); });
  CHECK(told.size() == client_log_channels.size());
  return out;
}

}  // namespace

TEST_CASE("each log says how much it holds, that it is not there, or why it can't be read") {
  const std::string lines = export_lines(exported());
  CHECK(lines.contains("RDPClient/Operational: 2 events\n"));
  CHECK(lines.contains("RDPClient/Analytic: this Windows has no such log\n"));
  CHECK(lines.contains("System (Schannel): can't be read: needs elevation (access denied)\n"));
}

TEST_CASE("what was read is in the archive, each log in its own file, and nothing else") {
  const auto archive = export_archive(exported(), now);
  REQUIRE(archive);
  const auto file = random_of(*archive);
  const auto listing = formats::list_zip(*file);
  REQUIRE(listing);
  REQUIRE(listing->members.size() == 1);
  CHECK(listing->members[0].name == "Microsoft-Windows-TerminalServices-RDPClient_Operational.xml");
  const auto content = formats::open_member(*file, listing->members[0]);
  REQUIRE(content);
  CHECK(read_all(**content, 1U << 20U).value() == two_events);
}

TEST_CASE("where nothing could be read there is no archive") {
  auto none = exported();
  none.erase(none.begin());
  CHECK_FALSE(export_archive(none, now).has_value());
}

}  // namespace rdpdoctor::cli
