// Every command is one file that registers itself on the CLI11 app here and leaves its exit status in
// Context.
#pragma once

#include <CLI/App.hpp>
#include <string>

#include "base/error.h"
#include "host/live/console.h"
#include "report/report.h"

namespace rdpdoctor::cli {

// 0 healthy or done; 1 a fault was found; 2 wrong usage; 3 could not find out; 4 interrupted.
enum Exit { exit_ok = 0, exit_fault = 1, exit_usage = 2, exit_unknown = 3, exit_interrupted = 4 };

struct Context {
  host::Console console;
  int status = exit_ok;
  int argc = 0;  // as the program was started, to be started so again with more rights
  const char* const* argv = nullptr;

  [[nodiscard]] report::TerminalStyle style(bool verbose = false) const {
    return {.colour = console.colour, .verbose = verbose, .width = console.width};
  }
  void fail(const Error& error);  // one line on stderr, and the exit status that fits
};

[[nodiscard]] int status_of(const report::Report& report);  // by its health

void print(const std::string& text);  // to stdout
void list_fixes();                    // of `list fixes` and `fix list`

void add_diagnose(CLI::App& app, Context& context);
void add_inspect(CLI::App& app, Context& context);
void add_fix(CLI::App& app, Context& context);
void add_undo(CLI::App& app, Context& context);
void add_collect(CLI::App& app, Context& context);
void add_client_log(CLI::App& app, Context& context);
void add_guide(CLI::App& app, Context& context);
void add_watch(CLI::App& app, Context& context);
void add_compare(CLI::App& app, Context& context);
void add_analyze(CLI::App& app, Context& context);
void add_explain(CLI::App& app, Context& context);
void add_list(CLI::App& app, Context& context);
void add_lab(CLI::App& app, Context& context);
void add_demo(CLI::App& app, Context& context);
void add_docs(CLI::App& app, Context& context);

void add_commands(CLI::App& app, Context& context);  // all of them, with the program's own description

}  // namespace rdpdoctor::cli
