// rdpdoctor watch HOST[:PORT] | --rdp FILE: one attempt every few seconds, until Ctrl-C or for a while.
#include <algorithm>
#include <cstdio>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/target.h"
#include "cli/watch_time.h"
#include "fmt/core.h"
#include "host/live/append_file.h"
#include "probe/run.h"
#include "report/watch_case.h"
#include "report/watch_log.h"
#include "report/watch_summary.h"

namespace rdpdoctor::cli {
namespace {

struct Arguments {
  std::string host;
  std::string rdp_file;
  double interval_s = 10;
  double timeout_s = 10;
  std::string span;
  std::string log;
  bool json = false;
};

Duration seconds(double s) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(s));
}

// One line on a terminal's stderr, replaced after each round; changes stand above it.
class Screen {
 public:
  Screen(const host::Console& console, bool json) : console_(console), json_(json) {}

  void change(const report::WatchRound& r, const report::WatchChange& change) {
    clear();
    if (json_ && !console_.err_is_terminal) return;
    std::string text = watch_change_words(r, change) + "\n";
    std::FILE* to = json_ ? stderr : stdout;
    std::fwrite(text.data(), 1, text.size(), to);
    std::fflush(to);
  }
  void line(const report::WatchTally& tally) {
    if (!console_.err_is_terminal) return;
    std::string text = "\r\x1b[K" + watch_line(tally, console_.width - 1, console_.utf8);
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
    shown_ = true;
  }
  void clear() {
    if (shown_) std::fputs("\r\x1b[K", stderr);
    shown_ = false;
  }

 private:
  const host::Console& console_;
  bool json_;
  bool shown_ = false;
};

class Watch {
 public:
  Watch(const Arguments& a, probe::Options options, std::optional<Duration> span, host::AppendFile log,
        Context& context)
      : interval_(seconds(a.interval_s)),
        options_(std::move(options)),
        span_(span),
        log_(std::move(log)),
        context_(context),
        screen_(context.console, a.json) {
    stop_on_interrupt();
  }

  // Until Ctrl-C, or until the time is over; at least one round is begun.
  void go() {
    note(report::watch_log_start(options_.target, net::Reactor::wall_clock(), to_ms(interval_),
                                 to_ms(options_.timeout)));
    Moment began = net::Reactor::now();
    Moment end = Moment::max();
    if (span_) end = began + *span_;
    for (Moment due = began; !interrupted_;) {
      one_round();
      Moment now = net::Reactor::now();
      // A round that takes longer than the interval must not make the next one follow at its heels.
      due = std::max(due + interval_, now + std::min<Duration>(interval_, std::chrono::seconds(1)));
      if (interrupted_ || end <= due) break;
      wait_until(due);
    }
    screen_.clear();
    note(report::watch_log_end(summary_.tally, net::Reactor::wall_clock(), interrupted_));
  }
  [[nodiscard]] bool interrupted() const { return interrupted_; }
  [[nodiscard]] const std::optional<Error>& log_problem() const { return log_problem_; }

  report::WatchSummary finish(std::string log) {
    summary_.diagnosis = report::make_report(rounds_.merged(summary_.tally));
    summary_.ended = net::Reactor::wall_clock();
    summary_.interrupted = interrupted_;
    summary_.log = std::move(log);
    return std::move(summary_);
  }

 private:
  void one_round() {
    evidence::CaseFile c = probe::run(reactor_, options_);
    interrupted_ = c.run.interrupted;
    if (interrupted_) return;  // half a round tells nothing
    report::WatchRound r = report::watch_round(c, summary_.tally.rounds() + 1);
    report::WatchChange change = summary_.tally.add(r);
    rounds_.add(std::move(c));
    if (change.any) {
      note(report::watch_log_change(r, change));
      screen_.change(r, change);
    }
    if (summary_.tally.rounds() % report::rounds_between_heartbeats == 0)
      note(report::watch_log_heartbeat(summary_.tally));
    screen_.line(summary_.tally);
  }

  void stop_on_interrupt() {
    reactor_.on_interrupt([this] {
      interrupted_ = true;
      reactor_.stop();
    });
  }

  void wait_until(Moment due) {
    stop_on_interrupt();  // the round had its own
    reactor_.at(due, [this] { reactor_.stop(); });
    reactor_.run();
  }

  // A full disk must not end a watch; it is told once, and at the end.
  void note(const std::string& line) {
    if (log_problem_) return;
    auto written = log_.append(line);
    if (written) return;
    log_problem_ = written.error();
    screen_.clear();
    context_.fail(*log_problem_);
  }

  Duration interval_;
  probe::Options options_;
  std::optional<Duration> span_;
  host::AppendFile log_;
  Context& context_;
  Screen screen_;
  net::Reactor reactor_;
  report::WatchCase rounds_;
  report::WatchSummary summary_;
  std::optional<Error> log_problem_;
  bool interrupted_ = false;
};

Result<host::AppendFile> open_log(const std::string& path) {
  auto log = host::AppendFile::open(path);
  if (!log) {
    Error error = log.error();
    error.expected = "--log FILE where a file can be written";
    return std::unexpected(error);
  }
  if (!log->first_line().empty() && !report::is_watch_log(log->first_line())) {
    return std::unexpected(
        Error{printable(path) + " is no log of a watch", ErrorKind::usage, 0, "one, or a new name"});
  }
  return log;
}

void watch(const Arguments& a, Context& context) {
  auto target = target_from(a.host, a.rdp_file);
  if (!target) return context.fail(target.error());
  std::optional<Duration> span = span_of(a.span);
  if (!a.span.empty() && !span) {
    return context.fail({"--for '" + printable(a.span, 40) + "' is no span of time", ErrorKind::usage, 0,
                         "a number and s, m, h or d, such as 10m"});
  }
  std::string path = a.log.empty() ? watch_log_name(target->host, net::Reactor::wall_clock()) : a.log;
  auto log = open_log(path);
  if (!log) return context.fail(log.error());
  probe::Options options{.target = std::move(*target), .timeout = seconds(a.timeout_s), .light = true};
  Watch watch(a, std::move(options), span, std::move(*log), context);
  if (!a.json) print(fmt::format("watching; every change goes to {}\n", printable(path)));
  std::fflush(stdout);
  watch.go();
  report::WatchSummary summary = watch.finish(path);
  if (summary.tally.rounds() == 0) {
    context.status = exit_interrupted;
    return;
  }
  print(a.json ? report::json(summary) + "\n" : "\n" + report::terminal(summary, context.style()));
  if (watch.log_problem()) return;  // its status stands
  context.status = summary.tally.failed() == 0 ? exit_ok : exit_fault;
}

}  // namespace

void add_watch(CLI::App& app, Context& context) {
  auto a = std::make_shared<Arguments>();
  CLI::App* cmd = app.add_subcommand(
      "watch", "Try again and again, note every change, and say when and with what it fails");
  CLI::Validator plain(plain_number_problem, "");
  cmd->add_option("HOST", a->host, "name, IPv4 address or [IPv6], optionally :PORT (default 3389)");
  cmd->add_option("--rdp", a->rdp_file, "take host and port from this .rdp file")->type_name("FILE");
  cmd->add_option("--interval", a->interval_s, "seconds from one round to the next, 1 to 3600 (default 10)")
      ->check(CLI::Range(1.0, 3600.0) & plain)
      ->type_name("S");
  cmd->add_option("--for", a->span, "how long: 90s, 10m, 2h, 3d (default: until Ctrl-C)")->type_name("SPAN");
  cmd->add_option("--log", a->log,
                  "append every change to this file, as JSON lines (default "
                  "rdpdoctor-watch-HOST-DATE.jsonl)")
      ->type_name("FILE");
  cmd->add_option("--timeout", a->timeout_s, "seconds one round may take, 1 to 600 (default 10)")
      ->check(CLI::Range(1.0, 600.0) & plain)
      ->type_name("S");
  cmd->add_flag("--json", a->json, "at the end, one JSON object, schema rdpdoctor.watch-summary/1");
  cmd->callback([a, &context] { watch(*a, context); });
}

}  // namespace rdpdoctor::cli
