// Run, stop, timers, Ctrl-C and clocks.
#include <csignal>

#include "net/core.h"

namespace rdpdoctor::net {

namespace {

void wait_for_signal(Core& core) {
  core.signals->async_wait([&core](std::error_code error, int) {
    core.context.get_executor().on_work_started();  // the other half, see below
    if (error) return;
    wait_for_signal(core);
    if (const auto call = core.on_signal) call();
  });
  // Waiting for Ctrl-C is no reason for run() to go on: this wait is not counted as work.
  core.context.get_executor().on_work_finished();
}

}  // namespace

Reactor::Reactor() : state_(std::make_unique<State>()) {
  state_->mailbox->context = &state_->context;
}

Reactor::~Reactor() {
  const std::lock_guard lock(state_->mailbox->mutex);
  state_->mailbox->context = nullptr;
}

void Reactor::connect(const Endpoint& to, Moment connect_by, Machine& machine, RecordFn progress,
                      RecordFn then, std::uint32_t max_segment) {
  auto connection = std::make_shared<Connection>(*state_, TcpSocket(state_->context));
  state_->clients.push_back(connection);
  connection->connect(to, connect_by, machine, std::move(progress), std::move(then), max_segment);
}

bool Reactor::can_bound_segments() {
  return segments_can_be_bounded();
}

void Reactor::watch_packets() {
  state_->watches_packets = true;
}

void Reactor::at(Moment when, std::function<void()> then) {
  auto timer = std::make_shared<Timer>(state_->context, when);
  timer->async_wait([timer, then = std::move(then)](std::error_code error) {
    if (!error) then();
  });
}

void Reactor::post(std::function<void()> then) {
  asio::post(state_->context, std::move(then));
}

void Reactor::on_interrupt(std::function<void()> then) {
  state_->on_signal = std::move(then);
  if (!state_->on_signal) {
    if (state_->signals) state_->signals->clear();  // the default action again
    return;
  }
  const bool waiting = state_->signals != nullptr;
  if (!waiting) state_->signals = std::make_unique<SignalSet>(state_->context);
  std::error_code ignored;
  state_->signals->add(SIGINT, ignored);
  state_->signals->add(SIGTERM, ignored);
#ifdef SIGBREAK
  state_->signals->add(SIGBREAK, ignored);
#endif
  if (!waiting) wait_for_signal(*state_);
}

void Reactor::run() {
  state_->context.restart();
  state_->context.run();
}

void Reactor::stop() {
  asio::post(state_->context, [core = static_cast<Core*>(state_.get())] {
    const auto open = std::exchange(core->clients, {});
    for (const auto& connection : open) connection->abandon();
    abandon_exchanges(*core);
    core->context.stop();
  });
}

Moment Reactor::now() {
  return std::chrono::steady_clock::now();
}

Instant Reactor::wall_clock() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
}

void Reactor::random(std::span<std::uint8_t> out) {
  fill_random(out);
}

}  // namespace rdpdoctor::net
