// rdpdoctor list causes|fixes|codes|faults
#include "causes/engine/cause.h"
#include "cli/commands.h"
#include "codes/registry.h"
#include "evidence/json.h"
#include "fmt/core.h"
#include "lab/fault.h"
#include "report/report.h"

namespace rdpdoctor::cli {
namespace {

void list_causes() {
  for (const auto& c : causes::all_causes()) {
    print(fmt::format("{:<30} {:<8} {:<7} {}\n", c.id, evidence::name_of(c.stage), report::word(c.machine),
                      c.title));
  }
}

void list_codes() {
  for (const auto& family : codes::all_families()) {
    print(fmt::format("# {}: {} ({})\n", family.id, family.title, family.source));
    for (const auto& c : family.codes)
      print(fmt::format("0x{:<9X} {:>10}  {:<45} {}\n", c.value, c.value, c.name, c.meaning));
  }
}

void list_faults() {
  for (const auto& f : lab::all_faults()) {
    print(fmt::format("{:<28} {:<28} {}\n", f.id, f.expects.empty() ? "(healthy)" : f.expects, f.title));
  }
}

}  // namespace

void add_list(CLI::App& app, Context&) {
  CLI::App* cmd = app.add_subcommand("list", "List what this program knows");
  cmd->require_subcommand(1);
  cmd->add_subcommand("causes", "every cause: id, stage, machine, title")->callback(list_causes);
  cmd->add_subcommand("fixes", "every fix: id, machine, risk, what it makes true")->callback(list_fixes);
  cmd->add_subcommand("codes", "every code of every family")->callback(list_codes);
  cmd->add_subcommand("faults", "every fault of the lab, with the cause that diagnose must find")
      ->callback(list_faults);
}

}  // namespace rdpdoctor::cli
