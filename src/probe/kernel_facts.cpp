// What the kernel and the packets told of a connection, as evidence.
#include "probe/side.h"

namespace rdpdoctor::probe {
namespace {

using evidence::TcpOutcome;

TcpOutcome outcome_of(net::ConnectOutcome o) {
  switch (o) {
    case net::ConnectOutcome::pending: return TcpOutcome::pending;
    case net::ConnectOutcome::connected: return TcpOutcome::connected;
    case net::ConnectOutcome::refused: return TcpOutcome::refused;
    case net::ConnectOutcome::reset: return TcpOutcome::reset;
    case net::ConnectOutcome::timed_out: return TcpOutcome::timed_out;
    case net::ConnectOutcome::host_unreachable: return TcpOutcome::host_unreachable;
    case net::ConnectOutcome::network_unreachable: return TcpOutcome::network_unreachable;
    case net::ConnectOutcome::prohibited: return TcpOutcome::prohibited;
    case net::ConnectOutcome::no_route: return TcpOutcome::no_route;
    case net::ConnectOutcome::not_permitted: return TcpOutcome::not_permitted;
    case net::ConnectOutcome::failed: return TcpOutcome::failed;
  }
  return TcpOutcome::failed;
}

Reading<evidence::SeenPackets> packets_of(const Reading<net::PacketRecord>& r) {
  evidence::SeenPackets seen{.syn_ack_ttl = r.value.syn_ack_ttl,
                             .syn_ack_mss = r.value.syn_ack_mss,
                             .data_ttl = r.value.data_ttl,
                             .data_packets = r.value.data_packets,
                             .gaps = r.value.gaps,
                             .repeats = r.value.repeats};
  for (const auto& reset : r.value.resets) seen.resets.push_back({reset.ttl, reset.at_ms});
  for (const auto& message : r.value.icmp) seen.icmp.push_back(icmp_of(message));
  return {r.state, std::move(seen), r.why};
}

}  // namespace

evidence::Icmp icmp_of(const net::IcmpReport& r) {
  return {
      .type = r.type, .code = r.code, .from = r.from, .ttl = r.ttl, .path_mtu = r.path_mtu, .at_ms = r.at_ms};
}

Reading<evidence::Icmp> icmp_of(const Reading<net::IcmpReport>& r) {
  return {r.state, icmp_of(r.value), r.why};
}

evidence::TcpFacts tcp_facts_of(const net::TcpRecord& r) {
  return {.outcome = outcome_of(r.outcome),
          .os_error = r.os_error,
          .connect_ms = r.connect_ms,
          .icmp = icmp_of(r.icmp),
          .rtt_ms = r.rtt_ms,
          .least_rtt_ms = r.least_rtt_ms,
          .rtt_variation_ms = r.rtt_variation_ms,
          .syn_retransmits = r.syn_retransmits,
          .retransmits = r.retransmits,
          .needless = r.needless,
          .segments_sent = r.segments_sent,
          .mss = r.mss,
          .received_mss = r.received_mss,
          .path_mtu = r.path_mtu,
          .packets = packets_of(r.packets),
          .flight = {.bytes = r.flight.bytes,
                     .first_bytes = r.flight.first_bytes,
                     .wait_ms = r.flight.wait_ms,
                     .spread_ms = r.flight.spread_ms}};
}

}  // namespace rdpdoctor::probe
