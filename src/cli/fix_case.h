// What a fix is planned on: the machine, and what is known of it.
#pragma once

#include <memory>

#include "cli/commands.h"
#include "cli/fix_arguments.h"
#include "fixes/engine/journal.h"
#include "host/writer.h"
#include "report/plan.h"

namespace rdpdoctor::cli {

// In plain words, with the exit status of what could not be done.
void could_not(Context& context, std::string why, std::string expected = "");

struct FixCase {
  std::unique_ptr<host::Writer> writer;  // of a mounted volume
  std::unique_ptr<host::Host> reader;    // of what can be read only; nullptr with a writer
  evidence::CaseFile evidence;           // of the inspection and the diagnosis together
  causes::Diagnosis diagnosis;
  bool judged = false;                      // there was something to judge
  std::optional<report::Judgement> before;  // by the inspection alone, which can be repeated
  std::string target;                       // "image /mnt/windows"
  bool interrupted = false;
  bool of_client = false;  // the machine is the one that connects

  [[nodiscard]] host::Host* host() { return writer ? &writer->host() : reader.get(); }
};

// Opens the machine, inspects it and judges, with --diagnosis if there is one. Writes nothing. Nothing when
// it failed: that was told, and the exit status is set.
[[nodiscard]] std::optional<FixCase> open_fix_case(const FixArguments& a, Context& context);

// What is found on the machine now. Nothing when it was interrupted.
[[nodiscard]] std::optional<report::Judgement> judged_again(host::Host& host, const Context& context);

// Its name and MachineGuid, "" each where they are not known.
[[nodiscard]] fixes::MachineId machine_id(FixCase& at);

// The fixes that were named, or those that what was found calls for: for each cause that is proven or likely,
// in their rank, the first of its fixes that can be done, and that neither weakens nor destroys.
struct FixChoice {
  std::vector<report::PlannedFix> fixes;
  std::vector<report::Untreated> untreated;
};
[[nodiscard]] FixChoice choose_fixes(FixCase& at, const std::vector<const fixes::Fix*>& named,
                                     const fixes::Options& options, bool for_script);

// Planned, and possible where it was planned: a disk runs no commands.
[[nodiscard]] bool can_be_done(const fixes::Plan& plan);

}  // namespace rdpdoctor::cli
