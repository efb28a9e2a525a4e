// rdpdoctor compare A.json B.json
#include <fstream>

#include "base/text.h"
#include "cli/commands.h"
#include "evidence/json.h"
#include "report/comparison.h"

namespace rdpdoctor::cli {
namespace {

struct Arguments {
  std::string a;
  std::string b;
  bool json = false;
};

constexpr std::size_t most_bytes = std::size_t{16} << 20;
constexpr std::size_t most_connections = 1000;  // judges compare each with each

Error bad(const std::string& path, const std::string& what) {
  return {printable(path) + ": " + what, ErrorKind::usage, 0, "what diagnose --json prints"};
}

Result<report::ComparedRun> read_run(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::unexpected(bad(path, "can't be opened"));
  std::string text(most_bytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > most_bytes) return std::unexpected(bad(path, "more than 16 MiB"));
  auto evidence = evidence::from_diagnosis_json(text);
  if (!evidence) return std::unexpected(bad(path, evidence.error().doing));
  if (evidence->connections.size() > most_connections)
    return std::unexpected(bad(path, "more than 1000 connections"));
  return report::ComparedRun{path, report::make_report(std::move(*evidence))};
}

void compare(const Arguments& args, Context& context) {
  auto a = read_run(args.a);
  if (!a) return context.fail(a.error());
  auto b = read_run(args.b);
  if (!b) return context.fail(b.error());
  if (auto why = report::of_different_hosts(a->report.evidence, b->report.evidence))
    return context.fail({*why, ErrorKind::usage, 0, "two runs against one host"});
  report::Comparison c = report::compare(std::move(*a), std::move(*b));
  print(args.json ? report::json(c) + "\n" : report::terminal(c, context.style()));
  context.status = c.finds_something() ? exit_fault : exit_ok;
}

}  // namespace

void add_compare(CLI::App& app, Context& context) {
  auto args = std::make_shared<Arguments>();
  CLI::App* cmd = app.add_subcommand(
      "compare",
      "Two runs of diagnose --json against one host, from two places or times: where is the fault?");
  cmd->add_option("A", args->a, "what diagnose --json printed in one place")->required()->type_name("FILE");
  cmd->add_option("B", args->b, "and in the other")->required()->type_name("FILE");
  cmd->add_flag("--json", args->json, "one JSON object, schema rdpdoctor.comparison/1");
  cmd->callback([args, &context] { compare(*args, context); });
}

}  // namespace rdpdoctor::cli
