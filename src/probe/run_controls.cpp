// Connects to other ports of the host, closed at once: they tell a silent port from a silent machine.
#include <algorithm>

#include "probe/control_plan.h"
#include "probe/side.h"

namespace rdpdoctor::probe {
namespace {

using net::Step;

constexpr auto patience = std::chrono::milliseconds(1500);

// Asks nothing of the port but whether it opens.
class Knock final : public net::Machine {
 public:
  Step connected(Moment /*now*/) override { return {.close = Step::Close::fin}; }
  Step received(View /*bytes*/, Moment /*now*/) override { return {.close = Step::Close::fin}; }
  Step woken(Moment /*now*/) override { return {.close = Step::Close::fin}; }
  void ended(net::Ending /*how*/, Moment /*now*/) override {}
};

class Controls final : public Side {
 public:
  explicit Controls(Shared& shared) : shared_(shared) {}

  void pump() override {
    if (!shared_.options.controls) return;
    for (const ControlWish& wish : next_controls(shared_.c)) begin(wish);
  }
  [[nodiscard]] bool busy() const override { return running_ != 0; }

 private:
  void begin(const ControlWish& wish) {
    std::size_t index = shared_.c.controls.size();
    evidence::Control control{.address = wish.address, .port = wish.port, .started_ms = shared_.now_ms()};
    control.tcp.outcome = evidence::TcpOutcome::pending;
    shared_.c.controls.push_back(std::move(control));
    ++running_;
    auto knock = std::make_shared<Knock>();
    auto keep = shared_.guard([this, index, knock](const net::TcpRecord& record) {
      shared_.c.controls[index].tcp = tcp_facts_of(record);
    });
    auto over = shared_.guard([this, index, knock](const net::TcpRecord& record) {
      shared_.c.controls[index].tcp = tcp_facts_of(record);
      --running_;
      shared_.changed();
    });
    const Moment by = std::min(net::Reactor::now() + patience, shared_.deadline);
    shared_.reactor.connect({wish.address, wish.port}, by, *knock, std::move(keep), std::move(over));
  }

  Shared& shared_;
  int running_ = 0;
};

}  // namespace

std::unique_ptr<Side> controls_side(Shared& shared) {
  return std::make_unique<Controls>(shared);
}

}  // namespace rdpdoctor::probe
