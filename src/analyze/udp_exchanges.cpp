#include "analyze/udp_exchanges.h"

#include <algorithm>

#include "wire/rdpudp.h"

namespace rdpdoctor::analyze {
namespace {

using evidence::UdpOutcome;

// A SYN acknowledges nothing yet: that tells it from data of a later protocol on the same ports.
std::optional<wire::RdpudpSyn> client_syn(View payload) {
  constexpr std::size_t flags_at = 7;  // the lower half
  if (payload.size() <= flags_at || (payload[flags_at] & wire::RDPUDP_FLAG_SYN) == 0) return std::nullopt;
  auto syn = wire::decode_rdpudp_syn(payload);
  if (!syn || wire::is_syn_ack(*syn) || syn->header.sn_source_ack != wire::rdpudp_no_source_ack)
    return std::nullopt;
  return *syn;
}

UdpOutcome by_icmp(int type, int code, bool v6) {
  using wire::IcmpSays;
  switch (wire::icmp_says(v6 ? wire::IpVersion::v6 : wire::IpVersion::v4, type, code)) {
    case IcmpSays::too_big: return UdpOutcome::too_big;
    case IcmpSays::port_unreachable: return UdpOutcome::refused;
    case IcmpSays::prohibited: return UdpOutcome::prohibited;
    default: return UdpOutcome::unreachable;
  }
}

}  // namespace

void UdpExchanges::udp(const wire::DecodedPacket& p, std::int64_t at_us) {
  if (p.to.port != port_ && p.from.port != port_) return;
  const FlowKey key = FlowKey::of(p.from, p.to);
  if (p.to.port == port_) asks(key, p, at_us);
  if (p.from.port != port_) return;
  auto found = newest_.find(key);
  if (found == newest_.end()) return;
  Exchange& exchange = exchanges_[found->second];
  at_us = std::max(at_us, exchange.began_us);
  if (exchange.piece.facts.outcome == UdpOutcome::waiting) answers(exchange, p, at_us);
}

void UdpExchanges::asks(const FlowKey& key, const wire::DecodedPacket& p, std::int64_t at_us) {
  const auto syn = client_syn(p.payload);
  if (!syn) return;
  auto known = newest_.find(key);
  if (known != newest_.end() && exchanges_[known->second].initial == syn->initial_sequence_number) {
    exchanges_[known->second].last_syn_us = std::max(at_us, exchanges_[known->second].began_us);
    return;
  }
  if (exchanges_.size() == most) {
    ++left_out_;
    return;
  }
  Exchange exchange;
  exchange.initial = syn->initial_sequence_number;
  exchange.began_us = exchange.last_syn_us = at_us;
  exchange.piece.at = Instant{at_us / 1000};
  exchange.piece.client = wire::address_text(p.from);
  evidence::UdpExchange& facts = exchange.piece.facts;
  facts.address = wire::address_text(p.to);
  facts.port = p.to.port;
  facts.what = "client";
  facts.datagram_bytes = p.payload_bytes;
  facts.version = syn->syn_ex ? syn->syn_ex->version : wire::RDPUDP_PROTOCOL_VERSION_1;
  newest_[key] = exchanges_.size();
  exchanges_.push_back(std::move(exchange));
}

void UdpExchanges::answers(Exchange& exchange, const wire::DecodedPacket& p, std::int64_t at_us) {
  evidence::UdpExchange& facts = exchange.piece.facts;
  facts.ms = us_to_ms(at_us - exchange.began_us);
  facts.answer_bytes = p.payload_bytes;
  const auto syn = wire::decode_rdpudp_syn(p.payload);
  if (!syn || !wire::is_syn_ack(*syn)) {
    facts.outcome = UdpOutcome::not_rdpeudp;
    facts.first_bytes = hex(p.payload.first(std::min<std::size_t>(p.payload.size(), 32)));
    return;
  }
  facts.outcome = UdpOutcome::answered;
  facts.answer_flags = syn->header.flags;
  if (syn->syn_ex) facts.answer_version = syn->syn_ex->version;
  facts.up_mtu = syn->up_stream_mtu;
  facts.down_mtu = syn->down_stream_mtu;
}

void UdpExchanges::icmp(const wire::DecodedPacket& error, std::int64_t at_us) {
  if (error.about_tcp) return;
  auto found = newest_.find(FlowKey::of(error.about_from, error.about_to));
  if (found == newest_.end()) return;
  Exchange& exchange = exchanges_[found->second];
  evidence::UdpExchange& facts = exchange.piece.facts;
  if (facts.outcome != UdpOutcome::waiting || error.about_to.port != port_) return;
  at_us = std::max(at_us, exchange.began_us);
  facts.outcome = by_icmp(error.icmp_type, error.icmp_code, error.about_to.v6);
  facts.ms = us_to_ms(at_us - exchange.began_us);
  facts.icmp = Reading<evidence::Icmp>::present({.type = error.icmp_type,
                                                 .code = error.icmp_code,
                                                 .from = wire::address_text(error.from),
                                                 .ttl = error.ttl,
                                                 .path_mtu = error.path_mtu,
                                                 .at_ms = facts.ms});
}

std::vector<PieceUdp> UdpExchanges::take(std::int64_t now_us) {
  // A client repeats its SYN three to five times ([MS-RDPEUDP] 3.1.6.1): one near the end tells nothing yet.
  constexpr std::int64_t long_enough_us = 1'000'000;
  constexpr std::int64_t last_wait_us = 3'000'000;
  std::vector<PieceUdp> out;
  for (Exchange& exchange : exchanges_) {
    evidence::UdpExchange& facts = exchange.piece.facts;
    const std::int64_t waited =
        std::max(now_us - exchange.began_us, exchange.last_syn_us - exchange.began_us);
    if (facts.outcome == UdpOutcome::waiting && long_enough_us <= waited) {
      facts.outcome = UdpOutcome::silent;
      facts.ms = us_to_ms(std::min(waited, exchange.last_syn_us - exchange.began_us + last_wait_us));
    }
    out.push_back(std::move(exchange.piece));
  }
  exchanges_.clear();
  newest_.clear();
  return out;
}

}  // namespace rdpdoctor::analyze
