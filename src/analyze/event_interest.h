// Which events of Windows say something of Remote Desktop, and which of their values must hold what.
#pragma once

#include <cstdint>
#include <string_view>

#include "formats/evtx.h"

namespace rdpdoctor::analyze {

// "RemoteDesktopServices-RdpCoreTS" for "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS".
[[nodiscard]] std::string_view short_provider(std::string_view provider);

// By provider, with or without "Microsoft-Windows-", whatever its case, and id.
[[nodiscard]] bool is_of_interest(std::string_view provider, std::uint32_t id);

// The same with its values: of logons, only those over the network or of a remote session; of services, only
// those that Remote Desktop needs.
[[nodiscard]] bool is_of_interest(const formats::EventRecord& record);

// How many of one provider and id are kept whole: more of those that say when a connection was made.
[[nodiscard]] std::size_t most_kept(std::string_view provider, std::uint32_t id);

}  // namespace rdpdoctor::analyze
