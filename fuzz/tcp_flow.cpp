// The connections of a capture: whatever packets come, every one that is kept says when it was and who, and
// the number that is kept is bounded. The input is a list of packets, each with a few bytes of payload.

#include <algorithm>

#include "analyze/flow_table.h"
#include "fuzz.h"

namespace rdpdoctor::fuzz {
namespace {

constexpr std::size_t most_connections = 6;

wire::Endpoint endpoint(std::uint8_t number, std::uint16_t port) {
  wire::Endpoint out;
  out.address[3] = number;
  out.port = port;
  return out;
}

// Takes its bytes from the front of `in`.
wire::DecodedPacket next_packet(View& in) {
  wire::DecodedPacket p;
  p.kind = wire::DecodedPacket::Kind::tcp;
  const bool from_client = (in[0] & 1U) != 0;
  const auto client = endpoint(1, static_cast<std::uint16_t>(40000 + (in[0] >> 1 & 3U)));
  const auto host = endpoint(2, (in[0] & 8U) != 0 ? 3389 : 13389);
  p.from = from_client ? client : host;
  p.to = from_client ? host : client;
  p.ttl = 64 + (in[0] >> 4);
  p.tcp.fin = (in[1] & 1U) != 0;
  p.tcp.syn = (in[1] & 2U) != 0;
  p.tcp.rst = (in[1] & 4U) != 0;
  p.tcp.ack = (in[1] & 16U) != 0;
  p.tcp.sequence = in[2] * 8U - 1000U;
  p.acknowledgment = in[3] * 8U - 1000U;
  p.ip_id = in[1] >> 5;
  in = in.subspan(6);
  const std::size_t length = std::min<std::size_t>(in.size(), p.tcp.sequence % 64);
  p.payload = in.first(length);
  p.payload_bytes = static_cast<std::uint32_t>(length);
  in = in.subspan(length);
  return p;
}

}  // namespace

void run(View bytes) {
  const analyze::CaptureOptions options{.verbose = true, .most_connections = most_connections};
  const wire::TlsKeyLog secrets;
  analyze::KeptConnections kept(options.most_connections);
  analyze::FlowTable flows(options, secrets, kept);
  std::int64_t at_us = 1'700'000'000'000'000;
  while (bytes.size() >= 6) {
    at_us += (bytes[4] << 8U | bytes[5]) * std::int64_t{1000} - 2'000'000;
    const wire::DecodedPacket p = next_packet(bytes);
    if ((at_us & 7) == 7) {
      wire::DecodedPacket error;
      error.about_tcp = true;
      error.about_from = p.from;
      error.about_to = p.to;
      flows.icmp(error, at_us);
    } else {
      flows.tcp(p, at_us);
    }
  }
  flows.over(at_us);
  const auto connections = kept.take();
  expects(connections.size() <= 2 * most_connections);  // either end may be the host
  for (const auto& c : connections) {
    expects(c.address == "0.0.0.2" || c.address == "0.0.0.1");
    expects(c.facts.seen && !c.facts.seen->client.empty());
    expects(c.facts.tcp.outcome != evidence::TcpOutcome::not_tried);
    expects(0 <= c.facts.ended_ms && 0 <= c.facts.tcp.connect_ms);
  }
}

}  // namespace rdpdoctor::fuzz
