// --burst N: many connections at once, when everything else is over. What it does next is in burst_plan.h.
#include <algorithm>

#include "probe/burst_plan.h"
#include "probe/side.h"
#include "wire/tpkt.h"
#include "wire/x224.h"

namespace rdpdoctor::probe {
namespace {

using evidence::BurstFate;
using evidence::X224Outcome;

// Asks as a client does, and holds what it got without going on, until it is let go.
class HeldRequest final : public net::Machine {
 public:
  HeldRequest(std::string cookie, std::shared_ptr<const bool> let_go)
      : cookie_(std::move(cookie)), let_go_(std::move(let_go)) {}

  net::Step connected(Moment now) override {
    began_ = now;
    wire::ConnectionRequest request{
        .routing = "Cookie: mstshash=" + cookie_,
        .negotiation = wire::RdpNegReq{.requested_protocols = wire::PROTOCOL_SSL | wire::PROTOCOL_HYBRID |
                                                              wire::PROTOCOL_HYBRID_EX}};
    return {.send = wire::tpkt(wire::encode(request)), .wake = now + glance};
  }
  net::Step received(View bytes, Moment now) override {
    framer_.feed(bytes);
    if (framer_.state() == wire::TpktFramer::State::frame) fate_ = BurstFate::answered;
    return woken(now);
  }
  net::Step woken(Moment now) override {
    bool patient = to_ms(now - began_) < burst_answer_ms;
    if (*let_go_ || (fate_ == BurstFate::waiting && !patient))
      return {.close = net::Step::Close::fin, .wake = {}};
    return {.wake = now + glance};
  }
  void ended(net::Ending how, Moment /*now*/) override {
    if (fate_ != BurstFate::waiting || how == net::Ending::unfinished) return;
    if (began_ == Moment{})
      fate_ = BurstFate::not_connected;
    else if (how == net::Ending::reset)
      fate_ = BurstFate::reset;
    else
      fate_ = how == net::Ending::fin ? BurstFate::closed : BurstFate::silent;
  }
  [[nodiscard]] BurstFate fate() const { return fate_; }

 private:
  static constexpr auto glance = std::chrono::milliseconds(20);  // how soon it notices that it is let go
  std::string cookie_;
  std::shared_ptr<const bool> let_go_;
  wire::TpktFramer framer_;
  Moment began_{};
  BurstFate fate_ = BurstFate::waiting;
};

class BurstSide final : public Side {
 public:
  explicit BurstSide(Shared& shared) : shared_(shared) {}

  void pump() override {
    if (!wanted() || (!begun_ && !idle())) return;
    begun_ = true;
    advance();
  }
  [[nodiscard]] bool busy() const override { return wanted(); }

 private:
  // Only a host that answers can be asked how many it answers.
  [[nodiscard]] bool wanted() const {
    return shared_.c.burst.wanted != 0 && !shared_.c.burst.finished && (begun_ || standing() || open());
  }
  [[nodiscard]] bool open() const {
    return std::ranges::any_of(shared_.c.connections,
                               [](auto& k) { return k.ending == evidence::Ending::open; });
  }
  // The address that answers: the one that the diagnosis is about, if it does.
  [[nodiscard]] const evidence::Connection* standing() const {
    const evidence::Connection* found = nullptr;
    for (const auto& k : shared_.c.connections) {
      bool answered =
          k.x224.outcome == X224Outcome::confirmed || k.x224.outcome == X224Outcome::negotiation_failure;
      if (!answered) continue;
      if (k.asked.what == "standard" || k.asked.what == "standard elsewhere") return &k;
      if (!found) found = &k;
    }
    return found;
  }
  // None is open and none has been begun for a moment: the plan has no more to ask.
  [[nodiscard]] bool idle() const {
    if (open() || shared_.c.connections.empty()) return false;
    double moment_ms = silence_before_burst_ms(shared_.c);
    double last = 0;
    for (const auto& k : shared_.c.connections) last = std::max(last, k.started_ms + k.ended_ms);
    return shared_.now_ms() - last >= moment_ms;
  }

  void advance() {
    while (true) {
      BurstStep step = next_burst_step(shared_.c.burst, held_, shared_.now_ms());
      switch (step.kind) {
        case BurstStep::Kind::begin: begin(step); continue;
        case BurstStep::Kind::wait: return wake_after(step.wait_ms);
        case BurstStep::Kind::release: *let_go_ = true; return;
        case BurstStep::Kind::over: shared_.c.burst.finished = true; return shared_.changed();
      }
    }
  }

  void wake_after(double ms) {
    if (ms <= 0) return;  // an event will come
    auto after = std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::milli>(ms));
    shared_.reactor.at(net::Reactor::now() + after, shared_.guard([this] { pump(); }));
  }

  void begin(const BurstStep& step) {
    const evidence::Connection* at = standing();
    address_ = address_.empty() && at ? at->asked.address : address_;
    connect_ms_ = connect_ms_ == 0 && at ? burst_connect_limit_ms(at->tcp.connect_ms) : connect_ms_;
    *let_go_ = false;
    for (std::size_t i = 0; i < step.count; ++i) begin_one(std::string(step.phase));
  }

  void begin_one(std::string phase) {
    auto& list = shared_.c.burst.connections;
    std::size_t index = list.size();
    double started_ms = shared_.now_ms();
    list.push_back({.phase = std::move(phase), .started_ms = started_ms});
    ++held_;
    auto machine = std::make_shared<HeldRequest>(shared_.options.cookie_name.substr(0, 9), let_go_);
    auto learn = [this, index, machine](const net::TcpRecord& record) {
      auto& one = shared_.c.burst.connections[index];
      one.tcp = tcp_facts_of(record);
      if (one.fate != BurstFate::waiting || machine->fate() == BurstFate::waiting) return;
      one.fate = machine->fate();
      one.ms = shared_.now_ms() - one.started_ms;
    };
    auto limit = std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::milli>(connect_ms_));
    // Not the progress of the whole run for each of them: the plan is asked as soon as one has its fate.
    shared_.reactor.connect({address_, shared_.c.target.port}, net::Reactor::now() + limit, *machine,
                            shared_.guard([this, learn](const net::TcpRecord& record) {
                              learn(record);
                              pump();
                            }),
                            shared_.guard([this, learn, machine](const net::TcpRecord& record) {
                              learn(record);
                              --held_;
                              pump();
                            }));
  }

  Shared& shared_;
  std::string address_;
  double connect_ms_ = 0;
  std::size_t held_ = 0;  // open, answered or not
  bool begun_ = false;
  std::shared_ptr<bool> let_go_ = std::make_shared<bool>(false);  // those that are held look at it
};

}  // namespace

std::unique_ptr<Side> burst_side(Shared& shared) {
  return std::make_unique<BurstSide>(shared);
}

}  // namespace rdpdoctor::probe
