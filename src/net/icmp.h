// An ICMP message about something of ours, as the system or a packet watch told it.
#pragma once

#include <cstdint>
#include <string>

namespace rdpdoctor::net {

struct IcmpReport {
  int type = 0;
  int code = 0;
  std::string from;       // the router or host that sent it, "" if the system does not tell
  bool from_us = false;   // our own machine made it: no neighbour answered, or our own packet filter said no
  std::uint32_t ttl = 0;  // of the message when it arrived; 0: not told
  std::uint32_t path_mtu = 0;  // with "fragmentation needed" or "packet too big"; 0: not told
  double at_ms = 0;            // since the connect began; only from a packet watch
};

}  // namespace rdpdoctor::net
