// What would tell, in the user's words. The report groups what was not judged by these, so a need is one of
// them unless it must carry something measured.
#pragma once

#include <string_view>

namespace rdpdoctor::causes::need {

inline constexpr std::string_view credentials = "a logon with credentials";
inline constexpr std::string_view host = "a look at the host's registry and logs";
inline constexpr std::string_view running = "a look at the running machine";
inline constexpr std::string_view client = "a look at the client machine";
inline constexpr std::string_view client_code = "the code that the client shows";
inline constexpr std::string_view name_servers = "a direct question to each DNS server";
inline constexpr std::string_view udp = "a UDP probe";
inline constexpr std::string_view further = "a connection that gets further";
inline constexpr std::string_view repeats = "more attempts, over a longer time";
inline constexpr std::string_view capture = "a capture of the failing connection";
inline constexpr std::string_view packet_sizes = "probes of several packet sizes";
inline constexpr std::string_view clocks = "the clocks of both machines";
inline constexpr std::string_view packets = "the right to watch packets (root, or CAP_NET_RAW)";
inline constexpr std::string_view burst = "several connections at once (diagnose HOST --burst 16)";
inline constexpr std::string_view asked_name = "the name that was asked for";

}  // namespace rdpdoctor::causes::need
