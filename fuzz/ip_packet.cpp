// Packets and ICMP errors, as anyone on the path can forge them.
#include "fuzz.h"
#include "wire/icmp.h"

namespace rdpdoctor::fuzz {

void run(View bytes) {
  if (const auto header = wire::decode_ipv4_header(bytes)) {
    expects(20 <= header->header_bytes && header->header_bytes <= bytes.size());
    if (const auto inner = wire::decode_tcp_segment(bytes.subspan(header->header_bytes))) {
      expects(20 <= inner->header_bytes && inner->header_bytes <= 60);
    }
  }
  if (const auto segment = wire::decode_tcp_segment(bytes)) expects(segment->header_bytes <= bytes.size());
  for (const auto version : {wire::IpVersion::v4, wire::IpVersion::v6}) {
    if (const auto error = wire::decode_icmp_error(version, bytes)) {
      const bool too_big = version == wire::IpVersion::v4 ? error->code == 4 : error->type == 2;
      expects(error->path_mtu == 0 || too_big);
    }
    (void)wire::decode_icmp_echo_reply(version, bytes);
    (void)wire::decode_icmp_echo_request(version, bytes);
  }
}

}  // namespace rdpdoctor::fuzz
