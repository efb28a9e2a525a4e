#include "probe/run.h"

#include <algorithm>
#include <memory>

#include "probe/attempt.h"
#include "probe/plan.h"
#include "probe/side.h"

namespace rdpdoctor::probe {
namespace {

using evidence::CaseFile;
using evidence::NameOutcome;

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

// What the kernel tells, beside what the attempt itself learned.
void copy_kernel_facts(const net::TcpRecord& from, evidence::Connection& to) {
  to.tcp = tcp_facts_of(from);
  to.ended_ms = from.ended_ms;
  to.bytes_sent = from.bytes_sent;
  to.bytes_received = from.bytes_received;
}

// After one connection has ended and before one that shall be alone: until then the host may not have
// noticed.
constexpr auto pause_before_alone = std::chrono::milliseconds(100);

// The burst and the wait for the host to recover from it come after everything else, on top of the timeout.
constexpr auto burst_time = std::chrono::seconds(30);

constexpr auto closing_grace = std::chrono::milliseconds(10);

class Run {
 public:
  Run(net::Reactor& reactor, const Options& options) : reactor_(reactor), options_(options) {
    case_.target = options.target;
    case_.complaint = options.complaint;
    case_.run.started = net::Reactor::wall_clock();
    case_.run.timeout_ms = to_ms(options.timeout);
    case_.run.light = options.light;
    case_.burst.wanted = options.burst;
#ifdef _WIN32
    case_.run.client_os = "windows";
#else
    case_.run.client_os = "linux";
#endif
    if (options.light) return;
    for (auto make : {names_side, controls_side, echoes_side, udp_side, burst_side})
      sides_.push_back(make(shared_));
  }

  CaseFile go() {
    reactor_.watch_packets();
    later(shared_.deadline - start_, [this] { stop_early(case_.run.deadline_reached); });
    tick();
    reactor_.on_interrupt(shared_.guard([this] { stop_early(case_.run.interrupted); }));
    if (case_.target.is_address) {
      case_.name.outcome = NameOutcome::literal;
      case_.target.addresses = {case_.target.host};
      resolved_ = true;
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

  // While nothing happens, time still passes: a waiting person sees it, and a long silence is worth a
  // question.
  void tick() {
    if (stopped_) return;
    changed();
    later(std::chrono::milliseconds(100), [this] { tick(); });
  }

  void changed() {
    tell();
    if (resolved_) pump();
  }

  void resolve() {
    // The name may take at most 40 % of the time, so that something is left to learn by.
    reactor_.resolve(case_.target.host, start_ + options_.timeout * 2 / 5,
                     shared_.guard([this](net::Resolution r) {
                       case_.name.outcome = outcome_of(r.outcome);
                       case_.name.error = r.error;
                       case_.name.os_code = r.os_code;
                       case_.name.ms = r.ms;
                       case_.target.addresses = std::move(r.addresses);
                       resolved_ = true;
                       changed();
                     }));
  }

  void tell() {
    case_.run.ms = to_ms(net::Reactor::now() - start_);
    if (options_.progress) options_.progress(case_);
  }

  void pump() {
    if (stopped_) return;
    for (auto& side : sides_) side->pump();
    if (!pausing_) begin_attempts();
    bool busy =
        running_ != 0 || pausing_ || std::ranges::any_of(sides_, [](auto& side) { return side->busy(); });
    if (busy) return;
    stopped_ = true;
    reactor_.stop();
  }

  void begin_attempts() {
    // The time on top is the burst's own.
    if (options_.timeout <= net::Reactor::now() - start_) return;
    while (running_ < most_at_a_time) {
      auto wanted = next_attempts(case_, {.system_tls = options_.system_tls != nullptr});
      if (wanted.empty()) break;
      if (!paused_ && runs_alone(case_, wanted.front())) return pause();
      paused_ = false;
      begin(std::move(wanted.front()));
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
  AttemptContext context(const evidence::Asked& asked) const {
    AttemptContext c;
    c.cookie_name = options_.cookie_name.substr(0, 9);
    if (!case_.target.is_address && asked.server_name) c.server_name = case_.target.host;
    Duration wait = options_.timeout * 45 / 100;
    c.waits = {.x224 = wait, .tls = wait, .nla = wait};
    if (auto ms = tls_patience_ms(case_, asked)) {
      std::chrono::duration<double, std::milli> own(*ms);
      c.waits.tls = std::min(wait, std::chrono::duration_cast<Duration>(own));
    }
    c.random32.resize(32);
    net::Reactor::random(c.random32);
    c.wall_at_start = case_.run.started;
    c.start = start_;
    c.verbose = options_.verbose;
    c.system_tls = options_.system_tls;
    return c;
  }

  void begin(evidence::Asked asked) {
    std::size_t index = case_.connections.size();
    AttemptContext with = context(asked);
    auto attempt = std::make_shared<Attempt>(std::move(asked), std::move(with));
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
          changed();
        },
        [this, update](const net::TcpRecord& record) {
          update(record);
          tell();
          over(record.ending);
        },
        attempt->facts().asked.max_segment);
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

  void later(Duration wait, std::function<void()> then) {
    reactor_.at(net::Reactor::now() + wait, shared_.guard(std::move(then)));
  }

  net::Reactor& reactor_;
  const Options& options_;
  CaseFile case_;
  Moment start_ = net::Reactor::now();
  Shared shared_{reactor_,
                 options_,
                 case_,
                 start_,
                 start_ + options_.timeout + (options_.burst != 0 ? burst_time : Duration{}),
                 [this] { later({}, [this] { changed(); }); },
                 std::make_shared<bool>(true)};
  std::vector<std::unique_ptr<Side>> sides_;
  bool resolved_ = false;  // what the system's resolver says is known
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
