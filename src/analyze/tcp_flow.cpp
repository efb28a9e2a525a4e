#include "analyze/tcp_flow.h"

#include <algorithm>
#include <utility>

#include "analyze/stage.h"

namespace rdpdoctor::analyze {
namespace {

constexpr std::size_t most_kept = 16;  // of resets, TTLs, ICMP messages

void keep_once(std::vector<std::uint32_t>& values, std::uint32_t value) {
  if (values.size() < most_kept && std::ranges::find(values, value) == values.end()) values.push_back(value);
}

From other(From who) {
  return who == From::client ? From::host : From::client;
}

}  // namespace

// What a stream has in order, on its way to the conversation; nothing after that side has ended.
class TcpFlow::ToConversation final : public StreamSink {
 public:
  ToConversation(TcpFlow& flow, From who, std::int64_t at_us) : flow_(flow), who_(who), at_us_(at_us) {}
  void bytes(View payload) override {
    if (flow_.talk_ && !flow_.ended_by_[static_cast<std::size_t>(who_)])
      flow_.talk_->bytes(who_, payload, at_us_);
  }
  void lost(std::uint64_t bytes) override {
    flow_.lost_ += bytes;
    if (flow_.talk_ && !flow_.ended_by_[static_cast<std::size_t>(who_)])
      flow_.talk_->lost(who_, bytes, at_us_);
  }

 private:
  TcpFlow& flow_;
  From who_;
  std::int64_t at_us_;
};

TcpFlow::TcpFlow(const wire::DecodedPacket& first, From who, std::int64_t at_us)
    : client_(who == From::client ? first.from : first.to),
      host_(who == From::client ? first.to : first.from),
      opening_(at_us),
      last_us_(at_us) {}

bool TcpFlow::begins_another(const wire::DecodedPacket& p) const {
  if (!p.tcp.syn || p.tcp.ack) return false;
  if (p.from != client_) return true;
  return opening_.syn_seen() ? !opening_.is_own_syn(p.tcp.sequence) : true;
}

bool TcpFlow::closed() const {
  return was_reset_ || (ended_by_[0] && ended_by_[1]) || (opening_.refused() && !opening_.connected());
}

void TcpFlow::packet(const wire::DecodedPacket& p, From who, std::int64_t at_us,
                     const wire::TlsKeyLog& secrets, bool verbose) {
  if (copies_.is_copy(p, at_us)) return;
  // Clocks of several interfaces differ by a little: within a connection time does not go back.
  at_us = std::max(last_us_, at_us);
  last_us_ = at_us;
  heard_[static_cast<std::size_t>(who)] = true;
  if (p.tcp.rst) return reset(p, who, at_us);
  if (p.tcp.syn && !stream(who).begun()) stream(who).begin(p.tcp.sequence + 1);
  if (p.tcp.syn && !p.tcp.ack && who == From::client) {
    opening_.syn(p, at_us);
    if (seen_.client_ttl == 0) seen_.client_ttl = p.ttl;
  }
  if (p.tcp.syn && p.tcp.ack && who == From::host) {
    opening_.syn_ack(p, at_us);
    if (seen_.syn_ack_ttl == 0) {
      seen_.syn_ack_ttl = p.ttl;
      seen_.syn_ack_mss = p.tcp.mss;
    }
  }
  if (p.tcp.ack) acknowledges(p, who, at_us);
  if (p.payload_bytes > 0) carries(p, who, at_us, secrets, verbose);
  if (p.tcp.fin && stream(who).begun()) stream(who).fin(p.tcp.sequence + p.payload_bytes);
  for (From side : {From::client, From::host}) {
    if (stream(side).finished()) end(side, false, at_us);
  }
}

void TcpFlow::reset(const wire::DecodedPacket& p, From who, std::int64_t at_us) {
  auto& kept = who == From::host ? seen_.resets : seen_.client_resets;
  if (kept.size() < most_kept) kept.push_back({.ttl = p.ttl, .at_ms = us_to_ms(at_us - began_us())});
  if (who == From::host && opening_.refuses(p, at_us)) return;
  if (!stream(who).near(p.tcp.sequence)) return;
  if (who == From::client && opening_.answered()) opening_.client_acknowledges(at_us);
  end(who, true, at_us);
  was_reset_ = true;
}

void TcpFlow::acknowledges(const wire::DecodedPacket& p, From who, std::int64_t at_us) {
  if (who == From::client && !p.tcp.syn) opening_.client_acknowledges(at_us);
  TcpStream& acknowledged = stream(other(who));
  if (!acknowledged.begun()) return;
  ToConversation sink(*this, other(who), at_us);
  acknowledged.acknowledged(p.acknowledgment, sink);
}

void TcpFlow::carries(const wire::DecodedPacket& p, From who, std::int64_t at_us,
                      const wire::TlsKeyLog& secrets, bool verbose) {
  const bool begins = !talk_;
  if (begins) {
    talk_.emplace(secrets, verbose);
    if (first_end_) talk_->closed(first_end_->who, first_end_->by_reset, first_end_->at_us);
  }
  const std::uint32_t sequence = p.tcp.sequence + (p.tcp.syn ? 1 : 0);
  if (!stream(who).begun()) {
    stream(who).begin(sequence);
    const bool whole = begins && who == From::client && Conversation::begins_as_rdp(p.payload);
    if (!whole) talk_->lost(who, 0, at_us);
    // What the client acknowledges is where the host goes on.
    if (p.tcp.ack && !stream(other(who)).begun()) {
      stream(other(who)).begin(p.acknowledgment);
      if (!whole) talk_->lost(other(who), 0, at_us);
    }
  }
  if (who == From::host) keep_once(seen_.data_ttl, p.ttl);
  opening_.data();
  measure_flight(p.payload_bytes, who, at_us);
  ToConversation sink(*this, who, at_us);
  stream(who).segment(sequence, p.payload, p.payload_bytes, sink);
}

// The first turns only: an idle desktop's trickle is no flight.
void TcpFlow::measure_flight(std::uint32_t bytes, From who, std::int64_t at_us) {
  constexpr int last_turn = 4;
  if (who == From::client) {
    if (turn_.now.bytes > 0 || turn_.number == 0) ++turn_.number;
    turn_.asked_us = at_us;
    turn_.now = {};
    return;
  }
  if (turn_.number == 0 || last_turn < turn_.number) return;
  evidence::Flight& now = turn_.now;
  if (now.bytes == 0) {
    now.first_bytes = bytes;
    now.wait_ms = us_to_ms(at_us - turn_.asked_us);
    turn_.first_us = at_us;
  }
  now.bytes += bytes;
  now.spread_ms = us_to_ms(at_us - turn_.first_us);
  if (flight_.bytes < now.bytes) flight_ = now;
}

void TcpFlow::end(From who, bool by_reset, std::int64_t at_us) {
  bool& ended = ended_by_[static_cast<std::size_t>(who)];
  if (ended) return;
  ended = true;
  if (!first_end_) first_end_ = End{who, by_reset, at_us};
  if (talk_) talk_->closed(who, by_reset, at_us);
}

void TcpFlow::icmp(const wire::DecodedPacket& error, std::int64_t at_us) {
  at_us = std::max(last_us_, at_us);
  evidence::Icmp icmp{.type = error.icmp_type,
                      .code = error.icmp_code,
                      .from = wire::address_text(error.from),
                      .ttl = error.ttl,
                      .path_mtu = error.path_mtu,
                      .at_ms = us_to_ms(at_us - began_us())};
  if (error.about_from == client_ && !opening_.connected()) opening_.icmp(icmp, client_.v6);
  if (seen_.icmp.size() < most_kept) seen_.icmp.push_back(std::move(icmp));
}

evidence::TcpFacts TcpFlow::tcp_facts(std::int64_t now_us) {
  using Count = Reading<std::uint32_t>;
  evidence::TcpFacts facts;
  opening_.tell(now_us, facts);
  const TcpStream& from_host = stream(From::host);
  const TcpStream& from_client = stream(From::client);
  seen_.data_packets = from_host.data_packets();
  seen_.gaps = from_host.gaps();
  seen_.repeats = from_host.repeats();
  const std::uint32_t* syns = facts.syn_retransmits.get();
  facts.retransmits = Count::present(from_client.repeats() + (syns ? *syns : 0));
  facts.segments_sent = Count::present(from_client.data_packets());
  for (const evidence::Icmp& icmp : seen_.icmp) {
    if (icmp.path_mtu != 0) facts.path_mtu = Count::present(icmp.path_mtu);
  }
  // As a connect that is reset tells it to a probe.
  const bool unspoken = !talk_ && first_end_ && first_end_->who == From::host && first_end_->by_reset;
  if (unspoken && facts.outcome == evidence::TcpOutcome::connected &&
      first_end_->at_us - began_us() < patience_us) {
    facts.outcome = evidence::TcpOutcome::reset;
  }
  facts.packets = Reading<evidence::SeenPackets>::present(seen_);
  facts.flight = flight_;
  return facts;
}

// `went` is what the conversation says of one that nobody closed; as with the probe, a connection that was
// not made ended by an error or by a wait that ran out.
evidence::Ending TcpFlow::ending(evidence::TcpOutcome opened, evidence::Ending went) const {
  using evidence::TcpOutcome;
  if (opened == TcpOutcome::timed_out) return evidence::Ending::timed_out;
  bool made =
      opened == TcpOutcome::connected || opened == TcpOutcome::pending || opened == TcpOutcome::not_tried;
  if (!made) return evidence::Ending::error;
  if (!first_end_) return went;
  // Who went first is the client as well where its goodbye lies inside TLS.
  if (first_end_->who == From::client || went == evidence::Ending::local) return evidence::Ending::local;
  return first_end_->by_reset ? evidence::Ending::reset : evidence::Ending::fin;
}

PieceConnection TcpFlow::finish(std::int64_t now_us, const wire::TlsKeyLog& secrets, bool verbose) {
  for (From who : {From::client, From::host}) {
    ToConversation sink(*this, who, last_us_);
    if (stream(who).begun()) stream(who).over(heard_[static_cast<std::size_t>(other(who))], sink);
    if (stream(who).finished()) end(who, false, last_us_);
  }
  const std::int64_t over_us = closed() ? last_us_ : std::max(now_us, last_us_);
  evidence::TcpFacts tcp = tcp_facts(over_us);
  if (!talk_) talk_.emplace(secrets, verbose);
  talk_->over(over_us);
  PieceConnection out;
  out.address = wire::address_text(host_);
  out.port = host_.port;
  out.facts = talk_->take();
  evidence::Connection& c = out.facts;
  c.asked.address = out.address;
  c.asked.what = "client";
  c.tcp = std::move(tcp);
  c.ending = ending(c.tcp.outcome, c.ending);
  c.ended_ms = us_to_ms((first_end_ ? first_end_->at_us : last_us_) - began_us());
  c.bytes_sent = stream(From::client).bytes();
  c.bytes_received = stream(From::host).bytes();
  c.seen =
      evidence::Seen{.at = Instant{began_us() / 1000},
                     .client = wire::to_text(client_),
                     .begun_before = !opening_.syn_seen(),
                     .client_reset = first_end_ && first_end_->who == From::client && first_end_->by_reset,
                     .lost = lost_};
  talk_.reset();
  return out;
}

}  // namespace rdpdoctor::analyze
