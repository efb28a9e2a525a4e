// What `netstat -ano`, with or without -b and -q, prints of ports that are listened on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/byte_source.h"

namespace rdpdoctor::formats {

struct ListedPort {
  std::string protocol;  // "tcp", "udp"
  std::string address;   // "0.0.0.0", "::"
  std::uint16_t port = 0;
  std::uint32_t process_id = 0;
  std::string program;  // -b: "svchost.exe", "" if not told
  std::string service;  // -b: "TermService", "" if not told
};

// By the beginning of a file; looks into at most its first 4 KiB.
[[nodiscard]] bool is_netstat(View first);
// At most 100,000 ports. nullopt: it shows no listening TCP port, as in a language that is not known here.
[[nodiscard]] Result<std::optional<std::vector<ListedPort>>> read_netstat(ByteSource& file);

}  // namespace rdpdoctor::formats
