// What `rdpdoctor fix` does with a plan. Each leaves the exit status in the context.
#pragma once

#include "cli/fix_case.h"

namespace rdpdoctor::cli {

// Shows it.
void show_plan(const FixArguments& a, FixCase& at, FixChoice choice, Context& context);
// Does it, inspects again, and shows what became of it.
void apply_plan(const FixArguments& a, FixCase& at, FixChoice choice, Context& context);
// Finishes the run that was interrupted.
void resume_run(const FixArguments& a, Context& context);
// Of a run that begins now. Sorts by time, also within a second: the newest run is taken back first.
[[nodiscard]] std::string run_name(Instant now);
// Makes a script of it, whole or not at all.
void emit_plan(const FixArguments& a, FixCase& at, const FixChoice& choice, const fixes::Options& options,
               Context& context);

}  // namespace rdpdoctor::cli
