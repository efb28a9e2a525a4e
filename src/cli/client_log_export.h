// What the client's channels hold of a window of time, as an archive that `rdpdoctor analyze` reads.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/reading.h"
#include "cli/client_log_window.h"

namespace rdpdoctor::cli {

struct ExportedChannel {
  std::string channel;
  std::string provider;     // whose events alone were asked for; "" all
  Reading<Bytes> events;    // XML
  std::uint64_t count = 0;  // of them
};

// Asks `read` (host::channel_events) for each channel; `tell` hears its name before.
using ReadChannel =
    std::function<Reading<Bytes>(std::string_view channel, const std::string& query, std::size_t most)>;
[[nodiscard]] std::vector<ExportedChannel> export_channels(const LogWindow& window, const ReadChannel& read,
                                                           const std::function<void(std::string_view)>& tell);

// One line for each: what it holds, or why it could not be read.
[[nodiscard]] std::string export_lines(const std::vector<ExportedChannel>& channels);
// Those that were read, as a zip archive. An error when none was.
[[nodiscard]] Result<Bytes> export_archive(const std::vector<ExportedChannel>& channels, Instant made);

}  // namespace rdpdoctor::cli
