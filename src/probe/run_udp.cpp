// UDP: one RDPEUDP SYN per datagram socket, so that each answer is accounted for. What to send is udp_plan's.
#include <algorithm>
#include <array>
#include <deque>
#include <optional>

#include "probe/side.h"
#include "probe/udp_plan.h"
#include "wire/rdpudp.h"

namespace rdpdoctor::probe {
namespace {

using evidence::UdpExchange;
using evidence::UdpOutcome;

constexpr std::size_t shown_bytes = 32;

UdpOutcome outcome_of(net::DatagramOutcome o) {
  switch (o) {
    case net::DatagramOutcome::open: return UdpOutcome::silent;
    case net::DatagramOutcome::refused: return UdpOutcome::refused;
    case net::DatagramOutcome::unreachable: return UdpOutcome::unreachable;
    case net::DatagramOutcome::prohibited: return UdpOutcome::prohibited;
    case net::DatagramOutcome::too_big: return UdpOutcome::too_big;
    case net::DatagramOutcome::not_permitted: return UdpOutcome::not_permitted;
    case net::DatagramOutcome::failed: return UdpOutcome::failed;
  }
  return UdpOutcome::failed;
}

// One SYN and what became of it.
class SynExchange final : public net::DatagramMachine {
 public:
  SynExchange(const UdpQuestion& question, std::uint32_t sequence_number)
      : question_(question), sequence_number_(sequence_number) {}

  // What it learned; `waiting` when it was cut off.
  void fill(UdpExchange& to, const net::DatagramRecord& record) const {
    to.ms = ms_;
    to.icmp = icmp_of(record.icmp);
    if (!answer_) {
      if (record.outcome == net::DatagramOutcome::open && !gave_up_) return;
      to.outcome = outcome_of(record.outcome);
      if (to.outcome == UdpOutcome::too_big) tell_mtu(to, record);
      return;
    }
    to.answer_bytes = static_cast<std::uint32_t>(answer_->size());
    read_answer(to);
  }

 private:
  net::DatagramStep opened(Moment now) override {
    begun_ = now;
    auto syn = wire::rdpudp_client_syn(static_cast<std::uint16_t>(question_.version), sequence_number_);
    auto wait =
        std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::milli>(question_.wait_ms));
    return {.send = {wire::encode(syn, question_.datagram_bytes)},
            .may_be_fragmented = question_.may_be_fragmented,
            .wake = now + wait};
  }
  net::DatagramStep received(View datagram, Moment /*now*/) override {
    answer_.emplace(datagram.begin(), datagram.end());
    return {.close = true};
  }
  net::DatagramStep woken(Moment /*now*/) override {
    gave_up_ = true;
    return {.close = true};
  }
  void ended(const net::DatagramRecord& /*record*/, Moment now) override { ms_ = to_ms(now - begun_); }

  void read_answer(UdpExchange& to) const {
    auto syn = wire::decode_rdpudp_syn(*answer_);
    if (!syn || !wire::is_syn_ack(*syn)) {
      to.outcome = UdpOutcome::not_rdpeudp;
      to.problem = syn ? "a SYN came back instead of a SYN+ACK" : to_text(syn.error());
      to.first_bytes = hex(View(*answer_).first(std::min(answer_->size(), shown_bytes)));
      return;
    }
    to.outcome = UdpOutcome::answered;
    to.answer_version = wire::rdpudp_version_of(*syn);
    to.answer_flags = syn->header.flags;
    to.up_mtu = syn->up_stream_mtu;
    to.down_mtu = syn->down_stream_mtu;
    // [MS-RDPEUDP] 3.1.5.1.3: it MUST be the number of our SYN.
    if (syn->header.sn_source_ack != sequence_number_) to.problem = "the answer acknowledges another SYN";
  }

  static void tell_mtu(UdpExchange& to, const net::DatagramRecord& record) {
    const std::uint32_t* known = record.path_mtu.get();
    std::uint32_t headers = to.address.contains(':') ? 48 : 28;
    if (known && *known < to.datagram_bytes + headers) {
      to.problem = "this machine knows the path to take " + std::to_string(*known) + " bytes";
    }
  }

  UdpQuestion question_;
  std::uint32_t sequence_number_;
  Moment begun_;
  double ms_ = 0;
  bool gave_up_ = false;
  std::optional<Bytes> answer_;
};

class Udp final : public Side {
 public:
  explicit Udp(Shared& shared) : s_(shared) {}

  void pump() override {
    if (!s_.options.udp || !queue_.empty()) return;
    auto wave = next_udp_wave(s_.c, s_.now_ms());
    if (wave.empty()) return;
    address_ = *udp_address(s_.c);
    Moment begin = net::Reactor::now();
    queue_.assign(wave.begin(), wave.end());
    for (const UdpQuestion& q : wave) {
      auto after = std::chrono::duration<double, std::milli>(q.after_ms);
      s_.reactor.at(begin + std::chrono::duration_cast<Duration>(after), s_.guard([this] { send(); }));
    }
  }
  [[nodiscard]] bool busy() const override { return !queue_.empty() || udp_matters(s_.c); }

 private:
  void send() {
    UdpQuestion question = std::move(queue_.front());
    queue_.pop_front();
    if (udp_refused(s_.c)) return s_.changed();
    std::size_t index = s_.c.udp.size();
    s_.c.udp.push_back({.address = address_,
                        .port = s_.c.target.port,
                        .what = question.what,
                        .datagram_bytes = question.datagram_bytes,
                        .version = question.version,
                        .started_ms = s_.now_ms()});
    std::array<std::uint8_t, 4> number{};
    net::Reactor::random(number);
    auto machine = std::make_shared<SynExchange>(question, Reader(number).u32be(""));
    s_.reactor.exchange({address_, s_.c.target.port}, *machine,
                        s_.guard([this, index, machine](const net::DatagramRecord& record) {
                          machine->fill(s_.c.udp[index], record);
                          s_.changed();
                        }));
  }

  Shared& s_;
  std::string address_;
  std::deque<UdpQuestion> queue_;  // of the wave under way, not sent yet
};

}  // namespace

std::unique_ptr<Side> udp_side(Shared& shared) {
  return std::make_unique<Udp>(shared);
}

}  // namespace rdpdoctor::probe
