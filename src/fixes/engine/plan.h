// What one fix would change on one machine. A plan writes nothing.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "evidence/case_file.h"
#include "fixes/engine/change.h"

namespace rdpdoctor::fixes {

struct Fix;

// What a fix may be told beside what it reads, by the command line. Empty: not told.
struct Options {
  bool accept_risk = false;        // for fixes that weaken security or destroy settings
  std::chrono::minutes lasts{60};  // of a fix that is taken back by itself
  std::string server;      // the target as the client calls it: "srv-fin-02" (saved credentials, by address)
  std::string address;     // of the target
  std::string interface;   // "Ethernet", a GUID, an index
  std::uint32_t mtu = 0;   // bytes
  std::uint16_t port = 0;  // that the listener shall have, or the firewall shall open
  std::string user;        // SID of the user whose profile or client settings are meant
};

struct PlanInput {
  host::Host* host = nullptr;      // nullptr: no machine at hand, a script is made that reads it when it runs
  host::Writer* writer = nullptr;  // nullptr: it can be read only (a bundle, a zip)
  const evidence::CaseFile* evidence = nullptr;  // never nullptr; may be empty
  Options options;
  // What was planned before in the same run: later plans read what it makes. Not nullptr only then.
  const std::vector<Change>* earlier = nullptr;
  bool for_script = false;  // a script does it, on the machine when it runs (--emit)
};

struct Plan {
  enum class State {
    planned,  // `changes` are what is to be done, or `advice` where a person has to do it
    already,  // all is as the fix would make it
    refused,  // `why`: what is unreadable, owned by policy, not justified …
  };
  const Fix* fix = nullptr;
  State state = State::planned;
  std::string why;
  std::vector<Change> changes;
  std::vector<std::string> notes;   // to be known before: what it destroys, what takes effect when
  std::vector<std::string> advice;  // what a person does, one step each, with the exact values
  // Planned, but it takes a machine that runs, and this one is a disk: apply() refuses it, a script can be
  // made of it (--emit).
  bool needs_running = false;
};

[[nodiscard]] Plan plan(const Fix& fix, const PlanInput& input);

// One value that two fixes change: the first `before`, the last `after`. Changes that come to nothing are
// left out; services and commands come last.
[[nodiscard]] std::vector<Change> all_changes(const std::vector<Plan>& plans);

}  // namespace rdpdoctor::fixes
