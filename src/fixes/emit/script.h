// Plans as something a person or another program runs on the machine: a PowerShell script, a pair of .reg
// files, a runbook.
#pragma once

#include <string>
#include <vector>

#include "fixes/engine/fix.h"
#include "fixes/engine/plan.h"

namespace rdpdoctor::fixes {

struct Script {
  std::vector<Plan> plans;         // none of them refused
  std::string machine;             // whose changes these are, for its comments: "SRV-FIN-02"; "" any
  std::string program;             // version
  std::chrono::minutes lasts{60};  // of fixes that weaken: taken back by a scheduled task
};

// Windows PowerShell 5.1, pure ASCII, CRLF. Shows what it would do; -Apply does it, -Undo takes the last run
// back, after comparing what is there with its journal. Parameters only, so that `az vm run-command` and
// Invoke-Command -FilePath can run it. Hostile names in values can't leave their quotes.
[[nodiscard]] std::string powershell(const Script& script);

struct RegPair {
  // "Windows Registry Editor Version 5.00", CRLF; ASCII where it can be. Both "" where nothing is a registry
  // value.
  std::string apply, undo;
  std::vector<std::string> left_out;  // changes that are no registry values, in words
  std::string no_undo;                // why there is no undo file: what is there was not read; "" there is
};
// As bytes of a file: ASCII, or UTF-16LE with its mark when a name has other letters.
[[nodiscard]] RegPair reg_pair(const Script& script);

// What a person types at the console of the machine, step by step, with the undo of each step.
[[nodiscard]] std::string runbook(const Script& script);

}  // namespace rdpdoctor::fixes
