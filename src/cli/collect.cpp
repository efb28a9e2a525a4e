// rdpdoctor collect [HOST] -o FILE.zip | --emit ps1
#include "base/text.h"
#include "cli/collect_emit.h"
#include "cli/collect_reading.h"
#include "cli/commands.h"
#include "cli/complaint.h"
#include "cli/machine.h"
#include "cli/new_file.h"
#include "cli/probing.h"
#include "cli/progress.h"
#include "cli/target.h"
#include "collect/collection.h"
#include "fmt/core.h"
#include "host/live/interrupt.h"
#include "host/live/live.h"
#include "report/plan.h"
#include "report/redact.h"
#include "report/several.h"

namespace rdpdoctor::cli {
namespace {

struct Arguments {
  std::string host;
  std::string out;
  std::string code;
  std::string image, bundle;
  std::string emit;
  double timeout_s = 10;
  bool redact = false;

  [[nodiscard]] bool itself() const { return image.empty() && bundle.empty(); }
};

Error usage(std::string doing, std::string expected) {
  return {std::move(doing), ErrorKind::usage, 0, std::move(expected)};
}

Result<void> check(const Arguments& a) {
  if (a.out.empty())
    return std::unexpected(usage("collect: -o is missing", "-o FILE.zip, or --emit ps1 for a script"));
  return check_new(a.out);
}

Result<std::unique_ptr<host::Host>> open(const Arguments& a) {
  if (!a.image.empty()) return open_image_at(a.image);
  if (!a.bundle.empty()) return open_bundle_at(a.bundle);
  return host::open_live_host();
}

// What is known before the machine is read: what was asked for, and of HOST how it answers.
Result<evidence::CaseFile> probed(const Arguments& a, const Context& context) {
  evidence::CaseFile c;
  if (!a.code.empty()) {
    auto complaint = complaint_from(a.code);
    if (!complaint) return std::unexpected(complaint.error());
    c.complaint = *complaint;
  }
  if (a.host.empty()) return c;
  auto target = target_from(a.host, "");
  if (!target) return std::unexpected(target.error());
  probe::Options options;
  options.target = std::move(*target);
  options.complaint = c.complaint;
  options.timeout = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(a.timeout_s));
  return probe_from_here(std::move(options), context, a.itself());
}

BothEnds read_machine(host::Host& machine, const evidence::CaseFile& about, collect::Records& records,
                      const Context& context, bool& interrupted) {
  const host::Interrupt interrupt;
  ReadProgress progress(context.console.err_is_terminal);
  BothEnds ends = read_all_of(machine, clock_now(), about, records, [&](std::string_view doing) {
    progress.show(printable(machine.name()) + ", " + std::string(doing), 0, 0,
                  std::chrono::steady_clock::now());
    return !interrupt.happened();
  });
  progress.clear();
  interrupted = interrupt.happened();
  return ends;
}

// Of a client what was probed from it and what it says as a client; of a host what it says itself.
evidence::CaseFile case_of(const Arguments& a, evidence::CaseFile about, BothEnds ends) {
  if (a.host.empty()) return std::move(ends.as_host);
  evidence::CaseFile& client = ends.as_client;
  about.client = std::move(client.client);
  about.sources.insert(about.sources.end(), client.sources.begin(), client.sources.end());
  about.events.insert(about.events.end(), client.events.begin(), client.events.end());
  about.event_counts.insert(about.event_counts.end(), client.event_counts.begin(), client.event_counts.end());
  if (a.itself()) add_system_words(about);
  return about;
}

struct Unread {
  std::size_t all = 0, needs_elevation = 0;

  template <class T>
  void count(const Reading<T>& reading) {
    if (reading.state != Presence::unreadable) return;
    ++all;
    needs_elevation += reading.why.starts_with(host::needs_elevation) ? 1 : 0;
  }
  template <class T>
  void count(const std::optional<Reading<T>>& reading) {
    if (reading) count(*reading);
  }
};

Unread unread_in(const collect::Records& r) {
  Unread out;
  for (const auto& [name, key] : r.keys) {
    for (const auto& [value_name, value] : key.values) out.count(value);
    out.count(key.list);
    out.count(key.subkeys);
    out.count(key.security);
  }
  for (const auto& [path, file] : r.files) {
    out.count(file.info);
    out.count(file.names);
    out.count(file.security);
  }
  for (const auto& [channel, log] : r.logs) out.count(log.source);
  out.count(r.running_services);
  out.count(r.listening);
  out.count(r.user);
  out.count(r.saved_credentials);
  out.count(r.security_products);
  out.count(r.filter_drops);
  return out;
}

std::string size_words(std::size_t bytes) {
  return bytes < 10'240 ? count_of(bytes, "byte") : fmt::format("{} KiB", bytes >> 10U);
}

void tell(const Arguments& a, const collect::Collection& c, const evidence::CaseFile& evidence,
          std::size_t size) {
  const std::string file = report::argument(printable(a.out, 400));
  print(fmt::format("wrote {}, {}\n", file, size_words(size)));
  if (c.redacted) {
    print("it holds the case alone, names, addresses and users replaced; no raw readings of the machine\n");
  } else {
    print(fmt::format("it holds of {}: {}, {} and {} as far as the causes use them, and the case{}\n",
                      c.computer.empty() ? "the machine" : printable(c.computer, 80),
                      count_of(c.records->keys.size(), "registry key"),
                      count_of(c.records->files.size(), "path"),
                      count_of(c.records->logs.size(), "event log"),
                      evidence.connections.empty() ? "" : " with what was tried on the wire"));
    const Unread unread = unread_in(*c.records);
    if (unread.all != 0)
      print(fmt::format(
          "{} could not be read{}\n", count_of(unread.all, "question"),
          unread.needs_elevation == 0
              ? ""
              : fmt::format(", {} for want of rights: run it as administrator", unread.needs_elevation)));
    print("never in it: passwords, private keys, whole registry hives; names and addresses are\n");
  }
  print(fmt::format("next, on any machine: rdpdoctor analyze {}\n", file));
}

// The name of the archive goes with it wherever it goes.
Result<void> check_name(const Arguments& a, const evidence::CaseFile& c, const std::string& computer) {
  const std::string name = lower(path_of(a.out).filename().string());
  for (const std::string& secret : {computer, c.target.host})
    if (!secret.empty() && name.contains(lower(secret)))
      return std::unexpected(
          usage(printable(a.out) + " names a machine, and --redact is to hide it", "another file name"));
  return {};
}

std::string computer_of(const BothEnds& ends) {
  if (!ends.as_host.host) return "";
  const std::string* name = ends.as_host.host->system.computer_name.get();
  return name ? *name : "";
}

void write_collection(const Arguments& a, collect::Collection& c, evidence::CaseFile evidence,
                      Context& context) {
  report::make_printable(evidence);
  if (a.redact) {
    if (auto fits = check_name(a, evidence, c.computer); !fits) return context.fail(fits.error());
    report::Redactor redactor;
    redactor.learn(evidence);
    redactor.redact(evidence);
  }
  c.target = a.host.empty() ? "" : evidence.target.asked;
  const report::Report report = report::make_report(std::move(evidence));
  c.case_json = report::json(report) + "\n";
  const Bytes archive = collect::archive_of(collect::members_of(c), c.made);
  if (archive.empty())
    return context.fail({"collect: more than one archive can hold", ErrorKind::io, 0, "less than 4 GiB"});
  if (auto written = write_new(a.out, archive); !written) return context.fail(written.error());
  tell(a, c, report.evidence, archive.size());
}

void collect_to_file(const Arguments& a, Context& context) {
  if (auto fits = check(a); !fits) return context.fail(fits.error());
  auto machine = open(a);
  if (!machine) {
    context.fail(machine.error());
    if (!a.itself() || host::is_windows()) context.status = exit_unknown;
    return;
  }
  auto about = probed(a, context);
  if (!about) return context.fail(about.error());
  bool interrupted = about->run.interrupted;
  collect::Records records;
  BothEnds ends;
  if (!interrupted) ends = read_machine(**machine, *about, records, context, interrupted);
  if (interrupted) {
    context.fail({"collect: interrupted, nothing was written", ErrorKind::io, 0, ""});
    context.status = exit_interrupted;
    return;
  }
  collect::Collection c{.records = a.redact ? nullptr : &records,
                        .computer = computer_of(ends),
                        .program = RDPDOCTOR_VERSION,
                        .role = a.host.empty() ? "host" : "client",
                        .redacted = a.redact,
                        .made = clock_now()};
  write_collection(a, c, case_of(a, std::move(*about), std::move(ends)), context);
}

void collect(const Arguments& a, Context& context) {
  if (a.emit.empty()) return collect_to_file(a, context);
  if (auto emitted = emit_collector(a.out, context); !emitted) context.fail(emitted.error());
}

}  // namespace

void add_collect(CLI::App& app, Context& context) {
  auto a = std::make_shared<Arguments>();
  CLI::App* cmd = app.add_subcommand(
      "collect", "Write what the causes use of this machine into one archive, to be looked at elsewhere");
  cmd->add_option(
      "HOST", a->host,
      "the host that this machine fails to connect to: it is tried, and this machine is the client");
  cmd->add_option("-o", a->out, "the archive to write; never over a file that is there")->type_name("FILE");
  auto* image =
      cmd->add_option("--image", a->image, "collect from a mounted Windows volume instead")->type_name("DIR");
  cmd->add_option("--bundle", a->bundle, "collect from what was collected before")
      ->excludes(image)
      ->type_name("FILE");
  cmd->add_option("--code", a->code, "what the client showed, such as 0x904/0x7: used as evidence")
      ->type_name("CODE[/EXT]");
  cmd->add_option("--timeout", a->timeout_s, "seconds that trying HOST may take, 1 to 600 (default 10)")
      ->check(CLI::Range(1.0, 600.0) & CLI::Validator(plain_number_problem, ""))
      ->type_name("S");
  auto* redact = cmd->add_flag("--redact", a->redact,
                               "the case alone, with names, addresses and users replaced; no raw readings");
  cmd->add_option("--emit", a->emit, "print a PowerShell script that collects where no program may run")
      ->check(CLI::IsMember({"ps1"}))
      ->excludes(image)
      ->excludes(redact)
      ->type_name("ps1");
  cmd->callback([a, &context] { collect(*a, context); });
}

}  // namespace rdpdoctor::cli
