// rdpdoctor analyze FILE…
#include <algorithm>
#include <cstdio>

#include "analyze/assemble.h"
#include "base/text.h"
#include "cli/collection_case.h"
#include "cli/commands.h"
#include "cli/complaint.h"
#include "cli/inputs.h"
#include "cli/progress.h"
#include "host/live/interrupt.h"
#include "report/redact.h"
#include "report/several.h"

namespace rdpdoctor::cli {
namespace {

struct Arguments {
  std::vector<std::string> files;
  std::string key_log;
  std::string host;
  std::string code;
  std::uint16_t port = 3389;
  bool redact = false;
  bool json = false;
  bool verbose = false;
};

constexpr std::size_t most_of_key_log = 256U << 20U;

void warn(const std::string& line) {
  std::fprintf(stderr, "rdpdoctor: %s\n", line.c_str());
}

Result<void> read_key_log(const std::string& path, wire::TlsKeyLog& secrets) {
  if (path.empty()) return {};
  auto bytes = read_whole(path, most_of_key_log);
  if (!bytes) return std::unexpected(bytes.error());
  secrets.add(std::string_view(reinterpret_cast<const char*>(bytes->data()), bytes->size()));
  if (secrets.lines() == 0)
    warn(printable(path) + ": holds no TLS secrets, lines such as CLIENT_RANDOM … (SSLKEYLOGFILE)");
  return {};
}

// What the reading came to, beside the pieces.
struct Reading {
  std::vector<Error> unopened;
  std::vector<analyze::NotRead> not_read;
  std::vector<report::SaysNothing> says_nothing;
  bool damaged = false;  // something that was read has places that could not be
  bool interrupted = false;
};

bool is_damaged(const evidence::SourceRead& read) {
  bool text = read.kind == "text" || read.kind == "client log" || read.kind == "rdp file";
  return !text && (read.damaged != 0 || !read.problem.empty());
}

// Of collections the case counts, which has all of it; the rest is left to be read as any file.
std::vector<analyze::Piece> take_collections(std::vector<std::string>& files, const Context& context) {
  std::vector<analyze::Piece> out;
  std::erase_if(files, [&](const std::string& path) {
    auto c = case_of_collection(path, context);
    if (!c) return false;
    analyze::Piece piece;
    piece.read.source = printable(path);
    piece.read.kind = "case file";
    piece.read.records = 1;
    piece.cases.push_back(std::move(*c));
    out.push_back(std::move(piece));
    return true;
  });
  return out;
}

std::vector<analyze::Piece> read_pieces(const Arguments& a, wire::TlsKeyLog& secrets, Context& context,
                                        Reading& out) {
  host::Interrupt interrupt;
  ReadProgress progress(context.console.err_is_terminal);
  auto tick = [&](const std::string& name, std::uint64_t bytes, std::uint64_t total) {
    progress.show(name, bytes, total, std::chrono::steady_clock::now());
    return !interrupt.happened();
  };
  analyze::InputReader reader(secrets, {.port = a.port, .verbose = a.verbose}, tick);
  std::vector<std::string> files = a.files;
  std::vector<analyze::Piece> pieces = take_collections(files, context);
  out.unopened = read_inputs(files, reader);
  progress.clear();
  out.interrupted = reader.stopped();
  out.not_read = reader.not_read();
  std::ranges::move(reader.take(), std::back_inserter(pieces));
  return pieces;
}

// One for each host; one that holds no more than what was read when there is nothing to judge.
std::vector<evidence::CaseFile> cases_of(std::vector<analyze::Piece> pieces, const Arguments& a,
                                         const analyze::Wanted& wanted, Reading& read) {
  evidence::CaseFile sources;
  for (const analyze::Piece& piece : pieces) {
    sources.sources.push_back(piece.read);
    read.damaged = read.damaged || is_damaged(piece.read);
    bool container = piece.read.kind == "folder" || piece.read.kind == "zip archive";
    if (!container && analyze::tells_nothing(piece)) read.says_nothing.push_back({piece.read, a.port});
  }
  std::vector<evidence::CaseFile> cases = analyze::assemble(std::move(pieces), wanted);
  if (!cases.empty() || !wanted.host.empty() || sources.sources.empty()) return cases;
  sources.complaint = wanted.complaint;
  read.says_nothing.clear();
  for (const evidence::SourceRead& source : sources.sources) read.says_nothing.push_back({source, a.port});
  cases.push_back(std::move(sources));
  return cases;
}

// A line for each file that was asked for, or is broken; how many others were left alone is told with their
// folder or archive.
void tell_problems(const Arguments& a, const Reading& read) {
  for (const Error& error : read.unopened) warn(to_text(error));
  for (const auto& file : read.not_read) {
    if (file.given || file.broken || a.verbose)
      warn(file.name + ": " + (file.broken ? "" : "not read: ") + file.why);
  }
}

// What is printed beside the evidence.
void redact_rest(report::Redactor& redactor, Reading& read) {
  for (report::SaysNothing& nothing : read.says_nothing) redactor.redact(nothing.read);
  for (Error& error : read.unopened) error.doing = redactor.words(error.doing);
  for (analyze::NotRead& file : read.not_read) {
    file.name = redactor.words(file.name);
    file.why = redactor.words(file.why);
  }
}

bool all_told(const Reading& read) {
  bool refused = std::ranges::any_of(read.not_read, [](auto& file) { return file.given || file.broken; });
  return read.unopened.empty() && !refused && !read.damaged;
}

int status_of(const std::vector<report::Report>& reports, const Reading& read) {
  using causes::Health;
  if (read.interrupted) return exit_interrupted;
  auto any = [&](auto... health) {
    return std::ranges::any_of(reports, [&](auto& r) { return ((r.diagnosis.health == health) || ...); });
  };
  if (any(Health::failing, Health::degraded)) return exit_fault;
  return any(Health::healthy) && !any(Health::unknown) && all_told(read) ? exit_ok : exit_unknown;
}

Result<analyze::Wanted> wanted_from(const Arguments& a) {
  analyze::Wanted wanted{.complaint = std::nullopt, .host = a.host};
  if (a.code.empty()) return wanted;
  auto complaint = complaint_from(a.code);
  if (!complaint) return std::unexpected(complaint.error());
  wanted.complaint = *complaint;
  return wanted;
}

void print_all(const std::vector<report::Report>& reports, const Reading& read, const Arguments& a,
               Context& context) {
  if (!a.json) return print(report::terminal(reports, read.says_nothing, context.style(a.verbose)));
  for (const report::Report& r : reports) print(report::json(r) + "\n");
}

void analyze_files(const Arguments& a, Context& context) {
  auto wanted = wanted_from(a);
  if (!wanted) return context.fail(wanted.error());
  wire::TlsKeyLog secrets;
  if (auto done = read_key_log(a.key_log, secrets); !done) return context.fail(done.error());
  Reading read;
  std::vector<evidence::CaseFile> cases = cases_of(read_pieces(a, secrets, context, read), a, *wanted, read);
  report::Redactor redactor;
  for (evidence::CaseFile& c : cases) {
    report::make_printable(c);
    if (a.redact) redactor.learn(c);
  }
  std::vector<report::Report> reports;
  for (evidence::CaseFile& c : cases) {
    c.run.interrupted = c.run.interrupted || read.interrupted;
    if (a.redact) redactor.redact(c);
    reports.push_back(report::make_report(std::move(c)));
  }
  if (a.redact) redact_rest(redactor, read);
  report::worst_first(reports);
  tell_problems(a, read);
  if (reports.empty() && !a.host.empty())
    warn("nothing in these files is about the host " + printable(a.host, 80));
  print_all(reports, read, a, context);
  context.status = status_of(reports, read);
}

}  // namespace

void add_analyze(CLI::App& app, Context& context) {
  auto a = std::make_shared<Arguments>();
  CLI::App* cmd = app.add_subcommand(
      "analyze",
      "Find out from files why a connection failed: captures, event logs, logs, .rdp files, bundles");
  cmd->add_option(
         "FILE", a->files,
         "capture (pcap, pcapng), event log (.evtx or XML), client's log or text, .rdp file, JSON of "
         "diagnose, zip, gzip, folder; - is standard input; all of them are one case for each host")
      ->required();
  cmd->add_option("--host", a->host, "only this host, by name or address")->type_name("NAME");
  cmd->add_option("--code", a->code, "what the client showed, such as 0x904/0x7: used as evidence")
      ->type_name("CODE[/EXT]");
  cmd->add_option(
         "--port", a->port,
         "the hosts' port in captures, where connections count whatever is spoken (default 3389); on "
         "others those count that begin as Remote Desktop")
      ->check(CLI::Range(1, 65535))
      ->type_name("N");
  cmd->add_option("--keylog", a->key_log, "TLS secrets (SSLKEYLOGFILE) to read what captures hold encrypted")
      ->type_name("FILE");
  cmd->add_flag(
      "--redact", a->redact,
      "replace names, addresses, users and everything else that identifies, in all that is printed");
  cmd->add_flag("--json", a->json, "one JSON object for each host and line, schema rdpdoctor.diagnosis/1");
  cmd->add_flag(
      "--verbose", a->verbose,
      "every connection with its PDUs named by field, every event, all that was excluded or not read");
  cmd->callback([a, &context] { analyze_files(*a, context); });
}

}  // namespace rdpdoctor::cli
