// Machines of tests/hosts, the plan of one fix on them, and that plan in words.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "fixes/engine/fix.h"
#include "host/memory/memory_writer.h"
#include "support/host_json.h"

namespace rdpdoctor::test {

namespace fs = std::filesystem;
using fixes::Change;
using fixes::Fix;
using fixes::Options;
using fixes::Plan;
using Lines = std::vector<std::string>;

inline const fs::path hosts = fs::path(RDPDOCTOR_SOURCE) / "tests" / "hosts";
inline const std::string current = R"(HKLM\SYSTEM\CurrentControlSet\)",
                         unreadable_cell = "the cell is damaged";

struct Machine {
  explicit Machine(const json& over) : writer(host_under(hosts, over).take()) {}
  host::MemoryWriter writer;
  evidence::CaseFile evidence;

  Plan plan(std::string_view id, const Options& options = {}, bool for_script = false) {
    const Fix* fix = fixes::find_fix(id);
    if (!fix) {
      FAIL("no such fix: ", std::string(id));
      return {};
    }
    return fixes::plan(*fix, {&writer.host(), &writer, &evidence, options, nullptr, for_script});
  }
};

inline Machine machine(const std::string& file) {
  return Machine(json_of(hosts / (file + ".json")));
}
inline Machine healthy() {
  return Machine(json{{"expect", json::array()}});
}
inline Machine with(const json& registry) {
  return Machine(json{{"registry", registry}, {"expect", json::array()}});
}
inline Machine unreadable(const std::string& what) {
  return Machine(json{{"unreadable", {{what, unreadable_cell}}}, {"expect", json::array()}});
}

// "…\TermService: Start = REG_DWORD 3", a line for each change.
inline Lines told(const Plan& plan) {
  Lines out;
  for (const Change& change : plan.changes) {
    std::string target = fixes::target_of(change);
    if (target.starts_with(current)) target.replace(0, current.size(), "…\\");
    out.push_back(target + " = " + fixes::after_words(change));
  }
  return out;
}
inline bool has_note(const Plan& plan, std::string_view part) {
  return std::ranges::any_of(plan.notes, [&](const auto& note) { return note.contains(part); });
}

inline void check_plan(Plan plan, const Lines& expected) {
  INFO(plan.why);
  CHECK(plan.state == (expected.empty() ? Plan::State::already : Plan::State::planned));
  CHECK(told(plan) == expected);
}
inline void check_refused(const Plan& plan, std::string_view part) {
  INFO(plan.why);
  CHECK(plan.state == Plan::State::refused);
  CHECK(plan.why.contains(part));
  CHECK(plan.changes.empty());
}

}  // namespace rdpdoctor::test
