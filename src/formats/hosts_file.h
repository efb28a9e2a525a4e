// The hosts file, hosts(5) and Windows' drivers\etc\hosts: which addresses it gives for a name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rdpdoctor::formats {

struct HostsEntry {
  std::size_t line = 0;  // from 1
  std::string address;   // numeric, as written
};

// Every line that gives the name an address, in the file's order. Case does not matter, nor a last dot. Lines
// that are none are passed over, as the systems do.
[[nodiscard]] std::vector<HostsEntry> find_in_hosts(std::string_view text, std::string_view name);

}  // namespace rdpdoctor::formats
