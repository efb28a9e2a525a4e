// Two runs against one host, side by side: what differs, stage by stage, and where that puts the fault.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/report.h"

namespace rdpdoctor::report {

enum class Localized { client, path, host, name, unknown };
[[nodiscard]] std::string_view word(Localized where);

struct Difference {
  evidence::Stage stage = evidence::Stage::tcp;
  std::string a;
  std::string b;
  std::string text;
  bool matters = true;  // false: it is worth knowing and explains no failure
};

struct ComparedRun {
  std::string label;  // the file's name
  Report report;
};

struct Comparison {
  ComparedRun a;
  ComparedRun b;
  std::vector<Difference> differences;
  Localized localizes = Localized::unknown;
  std::string why;
  std::string next;
  // A run that is not healthy, or a difference that matters.
  [[nodiscard]] bool finds_something() const;
};

// Why the two can't be compared: they share no name, no address, no certificate. Nothing when they can.
[[nodiscard]] std::optional<std::string> of_different_hosts(const evidence::CaseFile& a,
                                                            const evidence::CaseFile& b);
[[nodiscard]] Comparison compare(ComparedRun a, ComparedRun b);

[[nodiscard]] std::string terminal(const Comparison& comparison, const TerminalStyle& style);
// One object of schema rdpdoctor.comparison/1, without a newline at the end.
[[nodiscard]] std::string json(const Comparison& comparison);

}  // namespace rdpdoctor::report
