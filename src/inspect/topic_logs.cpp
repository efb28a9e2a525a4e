// The machine's event logs, one after another, by the decoder that `analyze` uses. A channel that is not
// there is normal: each comes into being with the first event of a role or a client.
#include <algorithm>
#include <tuple>

#include "analyze/event_log.h"
#include "base/text.h"
#include "fmt/core.h"
#include "inspect/topics.h"

namespace rdpdoctor::inspect {
namespace {

// Security is set to many gigabytes on some hosts, and says little that the others don't.
constexpr LogChannel channels[] = {
    {"System"},
    {"Application"},
    {"Security", 256U << 20U},
    {"Microsoft-Windows-TerminalServices-RemoteConnectionManager/Admin"},
    {"Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational"},
    {"Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"},
    {"Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational"},
    {"Microsoft-Windows-TerminalServices-SessionBroker-Client/Operational"},
    {"Microsoft-Windows-TerminalServices-RDPClient/Operational"},
};

// More threads would hold more chunks at a time, and two keep up with a disk.
constexpr unsigned most_threads = 2;

evidence::SourceRead not_read(const LogChannel& channel, std::string source, std::string why) {
  return {.source = std::move(source),
          .kind = "event log",
          .channel = std::string(channel.name),
          .problem = std::move(why)};
}

void take(analyze::Piece&& piece, const LogChannel& channel, evidence::CaseFile& c) {
  if (piece.read.channel.empty()) piece.read.channel = channel.name;
  c.sources.push_back(std::move(piece.read));
  std::ranges::move(piece.events, std::back_inserter(c.events));
  std::ranges::move(piece.event_counts, std::back_inserter(c.event_counts));
}

// False to stop.
bool read_channel(host::Host& host, const LogChannel& channel, evidence::CaseFile& c, const Tick& tick) {
  auto log = host.event_log(channel.name);
  if (log.state == Presence::absent) return true;
  if (!log.get()) {
    c.sources.push_back(not_read(channel, std::string(channel.name), printable(log.why)));
    return true;
  }
  std::string source = log.value.source;
  bool go_on = !tick || tick(source);
  if (!go_on) return false;
  if (channel.most_bytes != 0 && channel.most_bytes < log.value.file->size()) {
    c.sources.push_back(
        not_read(channel, source, fmt::format("larger than {} MiB, not read", channel.most_bytes >> 20U)));
    return true;
  }
  auto bytes = in_order(*log.value.file);
  auto going = [&](std::uint64_t, std::uint64_t) {
    go_on = go_on && (!tick || tick(source));
    return go_on;
  };
  auto piece = analyze::read_event_log(*bytes, source, going, most_threads);
  if (piece)
    take(std::move(*piece), channel, c);
  else
    c.sources.push_back(not_read(channel, source, printable(to_text(piece.error()))));
  return go_on;
}

}  // namespace

void read_logs(host::Host& host, std::span<const LogChannel> which, evidence::CaseFile& c, const Tick& tick) {
  const std::size_t before = c.sources.size();
  for (const LogChannel& channel : which)
    if (!read_channel(host, channel, c, tick)) break;
  for (std::size_t i = before; i < c.sources.size(); ++i) c.sources[i].inspected = true;
  std::ranges::stable_sort(c.events, {}, [](const evidence::Event& e) { return std::tuple(e.at, e.record); });
}

void inspect_logs(host::Host& host, evidence::CaseFile& c, const Tick& tick) {
  read_logs(host, channels, c, tick);
}

}  // namespace rdpdoctor::inspect
