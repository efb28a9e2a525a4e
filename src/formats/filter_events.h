// The list of packets and connections that Windows' filtering platform dropped, as `netsh wfp show netevents
// file=F` writes it. The fields are those of FWPM_NET_EVENT_HEADER and FWPM_NET_EVENT_CLASSIFY_DROP
// [Microsoft, fwpmtypes.h]; newer builds write the type as …_PUBLIC_CLASSIFY_DROP.
#pragma once

#include <string>
#include <vector>

#include "base/byte_source.h"
#include "base/time.h"

namespace rdpdoctor::formats {

struct FilterEvent {
  Instant at;
  std::string direction;  // "out", "in", "" if not told
  std::string protocol;   // "tcp", "udp"
  std::string local_address, remote_address;
  std::uint16_t local_port = 0, remote_port = 0;
  std::string program;  // "\device\harddiskvolume3\windows\system32\mstsc.exe", "System", "" if not told
  std::string
      filter;  // its number, and where the filter comes from as far as told: "66241 (Quarantine Default)"
  std::string layer;  // "ALE_AUTH_CONNECT_V4", a number
};

struct FilterEvents {
  std::vector<FilterEvent> drops;  // of TCP and UDP, the newest first
  std::size_t events = 0;          // of any kind
  std::size_t damaged = 0;         // drops without a time, and what is no XML
};

inline constexpr std::size_t most_filter_drops = 1000;

// An error when it can't be read, is another text, or ends inside of the list.
[[nodiscard]] Result<FilterEvents> read_filter_events(ByteSource& file);

}  // namespace rdpdoctor::formats
