#include "cli/client_log_export.h"

#include <map>

#include "base/text.h"
#include "fmt/core.h"
#include "formats/evtx.h"
#include "formats/zip_writer.h"

namespace rdpdoctor::cli {
namespace {

constexpr std::size_t most_events = 20'000;

std::uint64_t count_events(View xml) {
  const auto file = over(xml);
  const auto none = [](std::string_view, std::uint32_t) { return false; };
  const auto totals = formats::read_event_xml(*file, none, [](const formats::EventRecord&) {});
  return totals ? totals->records : 0;
}

std::string words_of(const ExportedChannel& c) {
  switch (c.events.state) {
    case Presence::present:
      return count_of(c.count, "event") + (c.count == most_events ? ", the newest: there may be more" : "");
    case Presence::absent: return "this Windows has no such log";
    case Presence::unreadable: return "can't be read: " + printable(c.events.why);
    case Presence::not_looked: break;
  }
  return "not looked at";
}

}  // namespace

std::vector<ExportedChannel> export_channels(const LogWindow& window, const ReadChannel& read,
                                             const std::function<void(std::string_view)>& tell) {
  std::vector<ExportedChannel> out;
  for (const ClientLogChannel& of : client_log_channels) {
    tell(of.channel);
    ExportedChannel one{std::string(of.channel), std::string(of.provider),
                        read(of.channel, event_query(of, window), most_events), 0};
    if (const Bytes* xml = one.events.get()) one.count = count_events(*xml);
    out.push_back(std::move(one));
  }
  return out;
}

std::string export_lines(const std::vector<ExportedChannel>& channels) {
  std::string out;
  for (const ExportedChannel& c : channels) {
    const std::string of = c.provider.empty() ? "" : fmt::format(" ({})", c.provider);
    out += fmt::format("  {}{}: {}\n", c.channel, of, words_of(c));
  }
  return out;
}

Result<Bytes> export_archive(const std::vector<ExportedChannel>& channels, Instant made) {
  std::map<std::string, Bytes> members;
  for (const ExportedChannel& c : channels)
    if (const Bytes* xml = c.events.get()) members[member_name(c.channel)] = *xml;
  if (members.empty())
    return std::unexpected(Error{"no log of the client could be read", ErrorKind::not_permitted, 0,
                                 "an administrator's rights where a log needs elevation"});
  return formats::write_zip(members, made);
}

}  // namespace rdpdoctor::cli
