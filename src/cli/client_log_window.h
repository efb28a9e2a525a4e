// Which events `rdpdoctor client-log export` takes: the channels, and the window of time.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/time.h"

namespace rdpdoctor::cli {

struct ClientLogChannel {
  std::string_view channel;
  std::string_view provider;  // of whose events alone are taken; "" all
};
inline constexpr std::array<ClientLogChannel, 3> client_log_channels{{
    {"Microsoft-Windows-TerminalServices-RDPClient/Operational", ""},
    {"Microsoft-Windows-TerminalServices-RDPClient/Analytic", ""},
    {"System", "Schannel"},
}};

struct LogWindow {
  Instant from;
  std::optional<Instant> to;  // nothing: until now
};
// `since` "15m" before now; `around` an instant, five minutes on each side of it. Not both; neither is 15m.
[[nodiscard]] Result<LogWindow> log_window(const std::string& since, const std::string& around, Instant now);

// As EvtQuery takes it. The times are those of the events, by this machine's clock.
[[nodiscard]] std::string event_query(const ClientLogChannel& of, const LogWindow& window);
// Of a channel's file in the archive.
[[nodiscard]] std::string member_name(std::string_view channel);

}  // namespace rdpdoctor::cli
