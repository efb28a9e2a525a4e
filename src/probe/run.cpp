#include "probe/run.h"

#include <memory>

#include "probe/attempt.h"
#include "probe/plan.h"

namespace rdpdoctor::probe {
namespace {

using evidence::CaseFile;
using evidence::NameOutcome;
using evidence::TcpOutcome;

NameOutcome outcome_of(net::Resolution::Outcome o) {
  switch (o) {
    case net::Resolution::Outcome::resolved: return NameOutcome::resolved;
    case net::Resolution::Outcome::not_found: return NameOutcome::not_found;
    case net::Resolution::Outcome::no_answer: return NameOutcome::no_answer;
    case net::Resolution::Outcome::failed: return NameOutcome::failed;
    case net::Resolution::Outcome::timed_out: return NameOutcome::timed_out;
  }
  return NameOutcome::failed;
}

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

Reading<evidence::Icmp> icmp_of(const Reading<net::IcmpReport>& r) {
  return {r.state, {r.value.type, r.value.code, r.value.from}, r.why};
}

// What the kernel tells, beside what the attempt itself learned.
void copy_kernel_facts(const net::TcpRecord& from, evidence::Connection& to) {
  to.tcp = {.outcome = outcome_of(from.outcome),
            .os_error = from.os_error,
            .connect_ms = from.connect_ms,
            .icmp = icmp_of(from.icmp),
            .rtt_ms = from.rtt_ms,
            .retransmits = from.retransmits,
            .mss = from.mss,
            .path_mtu = from.path_mtu};
  to.ended_ms = from.ended_ms;
  to.bytes_sent = from.bytes_sent;
  to.bytes_received = from.bytes_received;
}

// After one connection has ended and before one that shall be alone: until then the host may not have
// noticed.
constexpr auto pause_before_alone = std::chrono::milliseconds(100);

constexpr auto closing_grace = std::chrono::milliseconds(10);

class Run {
 public:
  Run(net::Reactor& reactor, const Options& options) : reactor_(reactor), options_(options) {
    start_ = net::Reactor::now();
    case_.target = options.target;
    case_.complaint = options.complaint;
    case_.run.started = net::Reactor::wall_clock();
    case_.run.timeout_ms = to_ms(options.timeout);
#ifdef _WIN32
    case_.run.client_os = "windows";
#else
    case_.run.client_os = "linux";
#endif
  }

  CaseFile go() {
    later(options_.timeout, [this] { stop_early(case_.run.deadline_reached); });
    tick();
    reactor_.on_interrupt(while_alive([this] { stop_early(case_.run.interrupted); }));
    if (case_.target.is_address) {
      case_.name.outcome = NameOutcome::literal;
      case_.target.addresses = {case_.target.host};
      reactor_.post([this] { pump(); });
    } else {
      resolve();
    }
    reactor_.run();
    case_.run.ms = to_ms(net::Reactor::now() - start_);
    return std::move(case_);
  }

 private:
  void stop_early(bool& why) {
    why = true;
    stopped_ = true;
    reactor_.stop();
  }

  // While nothing happens, time still passes: a waiting person sees it.
  void tick() {
    if (stopped_ || !options_.progress) return;
    tell();
    later(std::chrono::milliseconds(100), [this] { tick(); });
  }

  void resolve() {
    // The name may take at most 40 % of the time, so that something is left to learn by.
    reactor_.resolve(
        case_.target.host, start_ + options_.timeout * 2 / 5,
        [this, alive = std::weak_ptr(alive_)](net::Resolution r) {
          if (!alive.lock()) return;
          case_.name = {.outcome = outcome_of(r.outcome), .error = r.error, .os_code = r.os_code, .ms = r.ms};
          case_.target.addresses = std::move(r.addresses);
          tell();
          pump();
        });
  }

  void tell() {
    case_.run.ms = to_ms(net::Reactor::now() - start_);
    if (options_.progress) options_.progress(case_);
  }

  void pump() {
    if (stopped_ || pausing_) return;
    while (running_ < most_at_a_time) {
      auto wanted = next_attempts(case_);
      if (wanted.empty()) break;
      if (!paused_ && runs_alone(case_, wanted.front())) return pause();
      paused_ = false;
      begin(std::move(wanted.front()));
    }
    if (running_ == 0) {
      stopped_ = true;
      reactor_.stop();
    }
  }

  void pause() {
    pausing_ = true;
    later(pause_before_alone, [this] {
      pausing_ = false;
      paused_ = true;
      pump();
    });
  }

  // Every attempt may wait equally long, so that the same host never passes one and fails another for our
  // impatience; two waits, one after the other, still fit into the time.
  AttemptContext context() const {
    AttemptContext c;
    c.cookie_name = options_.cookie_name.substr(0, 9);
    if (!case_.target.is_address) c.server_name = case_.target.host;
    Duration wait = options_.timeout * 45 / 100;
    c.waits = {.x224 = wait, .tls = wait, .nla = wait};
    c.random32.resize(32);
    net::Reactor::random(c.random32);
    c.wall_at_start = case_.run.started;
    c.start = start_;
    c.verbose = options_.verbose;
    return c;
  }

  void begin(evidence::Asked asked) {
    std::size_t index = case_.connections.size();
    auto attempt = std::make_shared<Attempt>(std::move(asked), context());
    attempt->facts().number = static_cast<int>(index) + 1;
    attempt->facts().started_ms = to_ms(net::Reactor::now() - start_);
    case_.connections.push_back(attempt->facts());
    ++running_;
    net::Endpoint to{attempt->facts().asked.address, case_.target.port};
    auto update = [this, index, attempt](const net::TcpRecord& record) {
      case_.connections[index] = attempt->facts();
      copy_kernel_facts(record, case_.connections[index]);
    };
    Moment connect_by = net::Reactor::now() + options_.timeout * 2 / 5;
    reactor_.connect(
        to, connect_by, *attempt,
        [this, update](const net::TcpRecord& record) {
          update(record);
          tell();
          pump();
        },
        [this, update](const net::TcpRecord& record) {
          update(record);
          tell();
          over(record.ending);
        });
  }

  // A host that has not read our close yet still counts the connection: only after a moment does the next one
  // take its place, so that the host, too, never sees more at a time than we say.
  void over(net::Ending how) {
    if (how != net::Ending::local || stopped_) return free_place();
    later(closing_grace, [this] { free_place(); });
  }

  void free_place() {
    --running_;
    pump();
  }

  // What the reactor still holds when the run is over must not reach into it.
  std::function<void()> while_alive(std::function<void()> then) {
    return [alive = std::weak_ptr(alive_), then = std::move(then)] {
      if (alive.lock()) then();
    };
  }
  void later(Duration wait, std::function<void()> then) {
    reactor_.at(net::Reactor::now() + wait, while_alive(std::move(then)));
  }

  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  net::Reactor& reactor_;
  const Options& options_;
  CaseFile case_;
  Moment start_;
  std::size_t running_ = 0;
  bool stopped_ = false;
  bool pausing_ = false;
  bool paused_ = false;  // the next attempt may begin now, alone
};

}  // namespace

evidence::CaseFile run(net::Reactor& reactor, const Options& options) {
  return Run(reactor, options).go();
}

}  // namespace rdpdoctor::probe
