#include "cli/app.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>

#include "cli/commands.h"
#include "cli/help_format.h"

namespace rdpdoctor::cli {
namespace {

// CLI11's message, made one line.
std::string one_line(std::string text) {
  for (char& c : text) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

}  // namespace

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

int status_of(const report::Report& r) {
  if (r.evidence.run.interrupted) return exit_interrupted;
  switch (r.diagnosis.health) {
    case causes::Health::healthy: return exit_ok;
    case causes::Health::degraded:
    case causes::Health::failing: return exit_fault;
    case causes::Health::unknown: break;
  }
  return exit_unknown;
}

void Context::fail(const Error& error) {
  std::fprintf(stderr, "rdpdoctor: %s\n", to_text(error).c_str());
  status = error.kind == ErrorKind::usage || error.kind == ErrorKind::malformed ? exit_usage : exit_unknown;
}

void add_commands(CLI::App& app, Context& context) {
  use_steady_help(app);
  app.description(
      "Finds out why a Remote Desktop connection fails, shows the evidence, and says what to do.");
  app.set_version_flag("--version", "rdpdoctor " RDPDOCTOR_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Exit status: 0 healthy or done, 1 a fault was found, 2 wrong usage, 3 could not find out, 4 "
      "interrupted.");
  add_diagnose(app, context);
  add_inspect(app, context);
  add_fix(app, context);
  add_undo(app, context);
  add_collect(app, context);
  add_client_log(app, context);
  add_guide(app, context);
  add_watch(app, context);
  add_compare(app, context);
  add_analyze(app, context);
  add_explain(app, context);
  add_list(app, context);
  add_lab(app, context);
  add_demo(app, context);
  add_docs(app, context);
}

namespace {

// Started by a double click: the window would be gone before anything in it was read.
int guide_in_own_window() {
  static constexpr const char* words[] = {"rdpdoctor", "guide"};
  const int status = run(2, words);
  print("\nPress Enter to close this window.");
  std::fflush(stdout);
  static_cast<void>(host::read_line(1));
  return status;
}

}  // namespace

int run(int argc, const char* const* argv) {
  if (argc <= 1 && host::has_own_console()) return guide_in_own_window();
  Context context;
  context.console = host::prepare_console();
  context.argc = argc;
  context.argv = argv;
  CLI::App app{"", "rdpdoctor"};
  add_commands(app, context);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    std::fprintf(stderr, "rdpdoctor: %s; see rdpdoctor --help\n", one_line(e.what()).c_str());
    return exit_usage;
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    context.fail({"write to standard output", ErrorKind::io, 0, ""});
  }
  return context.status;
}

}  // namespace rdpdoctor::cli
