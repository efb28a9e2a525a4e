// How this machine is set up to look up names, and questions put to a DNS server of one's choice.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/reading.h"

namespace rdpdoctor::net {

struct NameQuestion {
  enum class Type { addresses, pointer };  // A and AAAA together; PTR
  std::string server;                      // numeric, "10.0.0.53", "10.0.0.53:5353", "[fd00::53]:5353"
  std::string name;                        // whole name, or the numeric address for a pointer
  Type type = Type::addresses;
};
struct NameReply {
  enum class Outcome { answered, no_data, not_found, refused, server_failed, timed_out, unreachable, failed };
  Outcome outcome = Outcome::failed;
  std::vector<std::string> addresses;  // numeric, no repeats
  std::vector<std::string> names;      // PTR names; or the CNAME chain, asked name first (empty: no alias)
  std::optional<std::uint32_t> ttl_s;
  std::string error;
  double ms = 0;
};

// As the system's resolver is set up: read from its own files and settings, asked of no network.
struct NameSetup {
  Reading<std::vector<std::string>> servers;  // numeric, with :port when that is not 53
  Reading<std::vector<std::string>> search_list;
  Reading<std::string> hosts_file;  // its text, at most 1 MiB
  std::string hosts_path;
};
[[nodiscard]] NameSetup name_setup();

// A numeric address in the one form that answers have, "fd00::5" for "FD00:0::5"; what is none, unchanged.
[[nodiscard]] std::string plain_address(const std::string& address);

}  // namespace rdpdoctor::net
