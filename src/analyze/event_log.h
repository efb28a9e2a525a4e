// Windows event logs: from records to the events that say something of Remote Desktop.
#pragma once

#include "analyze/piece.h"
#include "formats/evtx.h"

namespace rdpdoctor::analyze {

// Which events are kept, by provider (without "Microsoft-Windows-") and id.
[[nodiscard]] bool is_of_interest(std::string_view provider, std::uint32_t id);

// "RemoteDesktopServices-RdpCoreTS" for "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS".
[[nodiscard]] std::string_view short_provider(std::string_view provider);

// .evtx or XML. Of each provider and id the newest 200 are kept whole; all are counted.
[[nodiscard]] Result<Piece> read_event_log(ByteSource& file, const std::string& source,
                                           const Tick& tick = {});

}  // namespace rdpdoctor::analyze
