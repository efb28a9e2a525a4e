#include "analyze/tcp_opening.h"

#include <algorithm>

#include "base/time.h"

namespace rdpdoctor::analyze {
namespace {

using evidence::TcpOutcome;

TcpOutcome by_icmp(const evidence::Icmp& icmp, bool ipv6) {
  using wire::IcmpSays;
  switch (wire::icmp_says(ipv6 ? wire::IpVersion::v6 : wire::IpVersion::v4, icmp.type, icmp.code)) {
    case IcmpSays::network_unreachable: return TcpOutcome::network_unreachable;
    case IcmpSays::host_unreachable: return TcpOutcome::host_unreachable;
    case IcmpSays::protocol_unreachable:
    case IcmpSays::port_unreachable: return TcpOutcome::refused;
    case IcmpSays::prohibited: return TcpOutcome::prohibited;
    case IcmpSays::too_big:
    case IcmpSays::other: break;
  }
  return TcpOutcome::timed_out;
}

}  // namespace

void TcpOpening::syn(const wire::DecodedPacket& p, std::int64_t at_us) {
  initial_ = p.tcp.sequence;
  ++syns_;
  last_but_one_us_ = last_syn_us_;
  last_syn_us_ = std::max(at_us, last_syn_us_);
}

void TcpOpening::syn_ack(const wire::DecodedPacket& p, std::int64_t at_us) {
  if (!syn_ack_us_) {
    syn_ack_us_ = at_us;
    mss_ = p.tcp.mss;
  }
  last_syn_ack_us_ = at_us;
}

bool TcpOpening::refuses(const wire::DecodedPacket& p, std::int64_t at_us) {
  if (connected_ || syn_ack_us_ || !initial_) return false;
  // RFC 9293 3.5.2: it acknowledges the SYN.
  if (p.tcp.ack && p.acknowledgment != *initial_ + 1) return false;
  if (!refused_us_) refused_us_ = at_us;
  return true;
}

void TcpOpening::client_acknowledges(std::int64_t at_us) {
  connected_ = true;
  if (syn_ack_us_ && !acknowledged_us_) acknowledged_us_ = at_us;
}

void TcpOpening::icmp(const evidence::Icmp& icmp, bool ipv6) {
  if (icmp_) return;
  icmp_ = icmp;
  icmp_outcome_ = by_icmp(icmp, ipv6);
}

TcpOutcome TcpOpening::unanswered(bool long_enough) const {
  if (refused_us_) return TcpOutcome::refused;
  if (icmp_ && icmp_outcome_ != TcpOutcome::timed_out) return icmp_outcome_;
  return long_enough ? TcpOutcome::timed_out : TcpOutcome::pending;
}

void TcpOpening::tell(std::int64_t now_us, evidence::TcpFacts& facts) const {
  constexpr std::int64_t least_wait_us = 3'000'000;
  // A client waits after its last SYN twice as long as before it (RFC 6298 5.5).
  const std::int64_t last_wait = std::max(2 * (last_syn_us_ - last_but_one_us_), least_wait_us);
  const std::int64_t waited = std::min(now_us - began_us_, last_syn_us_ - began_us_ + last_wait);
  if (syns_ > 0) facts.syn_retransmits = Reading<std::uint32_t>::present(syns_ - 1);
  if (icmp_) facts.icmp = Reading<evidence::Icmp>::present(*icmp_);
  if (mss_ != 0) facts.mss = Reading<std::uint32_t>::present(mss_);
  if (!connected_) {
    // One SYN without an answer near the end of the capture tells nothing yet.
    facts.outcome = unanswered(syns_ > 1 || least_wait_us <= waited);
    facts.connect_ms = us_to_ms(refused_us_ ? *refused_us_ - began_us_ : waited);
    if (icmp_ && !refused_us_ && facts.outcome != TcpOutcome::timed_out) facts.connect_ms = icmp_->at_ms;
    return;
  }
  facts.outcome = TcpOutcome::connected;
  if (!syn_ack_us_) return;
  // Wherever it was captured: to the host and back, to the client and back.
  const double opening =
      us_to_ms(std::max<std::int64_t>(acknowledged_us_.value_or(*syn_ack_us_) - began_us_, 0));
  facts.connect_ms = opening;
  // A repeat makes the round trip ambiguous (RFC 6298 3).
  if (!acknowledged_us_ || syns_ != 1 || last_syn_ack_us_ != *syn_ack_us_) return;
  facts.rtt_ms = Reading<double>::present(opening);
  facts.least_rtt_ms = Reading<double>::present(opening);
}

}  // namespace rdpdoctor::analyze
