// Private to net/*.cpp: /etc/resolv.conf, resolv.conf(5), as text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rdpdoctor::net {

struct ResolvConf {
  std::vector<std::string> servers;      // in their order, no repeats
  std::vector<std::string> search_list;  // of the last "search" or "domain" line, which are alternatives
  bool names_suffixes = false;           // there is such a line, even an empty one
};
[[nodiscard]] ResolvConf parse_resolv_conf(std::string_view text);

}  // namespace rdpdoctor::net
