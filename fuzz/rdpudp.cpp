// RDP over UDP: what comes back from a host's UDP port.

#include "wire/rdpudp.h"
#include "fuzz.h"
#include "wire/rdpudp2.h"

namespace rdpdoctor::fuzz {

void run(View bytes) {
  if (auto syn = wire::decode_rdpudp_syn(bytes)) {
    Bytes again = wire::encode(*syn, bytes.size());
    expects(again.size() == bytes.size());
    auto twice = wire::decode_rdpudp_syn(again);
    expects(twice && twice->header.flags == syn->header.flags);
    expects(twice->syn_ex.has_value() == syn->syn_ex.has_value());
    expects(!syn->syn_ex || (twice->syn_ex->version == syn->syn_ex->version &&
                             twice->syn_ex->cookie_hash == syn->syn_ex->cookie_hash));
    auto answer = wire::rdpudp_syn_ack(*syn, wire::RDPUDP_PROTOCOL_VERSION_3, 7);
    expects(wire::is_syn_ack(answer) && wire::decode_rdpudp_syn(wire::encode(answer, 0)).has_value());
    expects(!wire::decode_rdpudp_data(bytes));
  }
  if (auto data = wire::decode_rdpudp_data(bytes)) {
    expects(data->payload.size() + data->ack_vector.size() + 8 <= bytes.size());
  }
  if (auto packet = wire::decode_rdpudp2(bytes)) {
    expects(packet->payloads.size() + 3 <= bytes.size() && packet->flags <= 0xFFF);
  }
}

}  // namespace rdpdoctor::fuzz
