// --emit: a script of the plan, whole or not at all.
#include <algorithm>
#include <cstdio>

#include "base/text.h"
#include "cli/fix_steps.h"
#include "cli/new_file.h"
#include "fixes/emit/script.h"
#include "fmt/core.h"

namespace rdpdoctor::cli {
namespace {

using fixes::Plan;

struct Output {
  std::string file;  // "" standard output
  std::string text;
};

void tell(const std::string& text) {
  std::fprintf(stderr, "rdpdoctor: %s\n", text.c_str());
}

Error not_made(std::string why, std::string expected = "") {
  return {"no script is made: " + std::move(why), ErrorKind::usage, 0, std::move(expected)};
}

// One script runs on one machine: with fixes that were chosen, the host's come first.
fixes::Side side_of(const FixChoice& choice) {
  const bool host = std::ranges::any_of(choice.fixes, [](const auto& f) {
    return f.plan.state == Plan::State::planned && f.plan.fix->side == fixes::Side::host;
  });
  return host ? fixes::Side::host : fixes::Side::client;
}

Result<std::vector<Plan>> plans_of(const FixArguments& a, const FixChoice& choice) {
  std::vector<Plan> out;
  const fixes::Side side = side_of(choice);
  for (const auto& f : choice.fixes) {
    const std::string id(f.plan.fix->id);
    if (f.plan.state == Plan::State::refused) {
      if (!a.fixes.empty()) return std::unexpected(not_made(id + ": " + f.plan.why));
      tell(id + " is not in it: " + f.plan.why);
    } else if (f.plan.state == Plan::State::already) {
      tell(id + " is not in it: all is as this fix would make it");
    } else if (f.plan.fix->side != side) {
      const auto other = fmt::format("{} is for the {}, the others are for the {}", id,
                                     report::word(f.plan.fix->side), report::word(side));
      if (!a.fixes.empty()) return std::unexpected(not_made(other, "a script for each of the two machines"));
      tell(other + ": make a script of its own: " + fix_command(a, {id}, " --emit " + a.emit));
    } else {
      out.push_back(f.plan);
    }
  }
  return out;
}

// "fix.reg" and "fix-undo.reg".
std::string undo_file(const std::string& file) {
  const std::size_t dot = file.find_last_of("./\\");
  if (dot == std::string::npos || file[dot] != '.' || dot == 0) return file + "-undo";
  return file.substr(0, dot) + "-undo" + file.substr(dot);
}

Result<std::vector<Output>> reg_files(const FixArguments& a, const fixes::Script& script) {
  fixes::RegPair pair = fixes::reg_pair(script);
  if (pair.apply.empty())
    return std::unexpected(not_made(
        "nothing of it is a registry value" + (pair.left_out.empty() ? "" : ": " + join(pair.left_out, "; ")),
        "--emit ps1 or --emit text"));
  for (const std::string& left : pair.left_out) tell("not in it: " + left);
  if (!pair.no_undo.empty()) tell("there is no file that takes it back: " + pair.no_undo);
  std::vector<Output> out{{a.out, std::move(pair.apply)}};
  if (pair.no_undo.empty() && a.out.empty())
    tell("with -o FILE.reg a second file is written that takes it back");
  if (pair.no_undo.empty() && !a.out.empty()) out.push_back({undo_file(a.out), std::move(pair.undo)});
  return out;
}

bool has_changes(const std::vector<Plan>& plans) {
  return std::ranges::any_of(plans, [](const Plan& p) { return !p.changes.empty(); });
}

Result<std::vector<Output>> outputs_of(const FixArguments& a, const fixes::Script& script) {
  if (a.emit == "text") return std::vector<Output>{{a.out, fixes::runbook(script)}};
  if (!has_changes(script.plans))
    return std::unexpected(not_made("its steps are a person's", "--emit text, which lists them"));
  if (a.emit == "reg") return reg_files(a, script);
  return std::vector<Output>{{a.out, fixes::powershell(script)}};
}

Result<void> write_out(const Output& output) {
  if (output.file.empty()) {
    host::print_raw(output.text);
    return {};
  }
  return write_text(output.file, output.text);
}

}  // namespace

void emit_plan(const FixArguments& a, FixCase& at, const FixChoice& choice, const fixes::Options& options,
               Context& context) {
  auto plans = plans_of(a, choice);
  if (!plans) return could_not(context, plans.error().doing, plans.error().expected);
  if (plans->empty()) {
    const bool refused =
        std::ranges::any_of(choice.fixes, [](const auto& f) { return f.plan.state == Plan::State::refused; });
    tell("there is nothing to make a script of");
    context.status = refused || !choice.untreated.empty() ? exit_unknown : exit_ok;
    return;
  }
  const fixes::Script script{std::move(*plans), printable(machine_id(at).name), RDPDOCTOR_VERSION,
                             options.lasts};
  auto outputs = outputs_of(a, script);
  if (!outputs) return could_not(context, outputs.error().doing, outputs.error().expected);
  for (const Output& output : *outputs) {
    if (auto written = write_out(output); !written) return context.fail(written.error());
    if (!output.file.empty()) tell("wrote " + printable(output.file));
  }
}

}  // namespace rdpdoctor::cli
