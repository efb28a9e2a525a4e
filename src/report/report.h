// The report: what every output format prints. Made from evidence; formats take it and return text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "causes/engine/diagnosis.h"

namespace rdpdoctor::report {

enum class Outcome { passed, failed, warning, skipped };

struct StageLine {
  evidence::Stage stage = evidence::Stage::tcp;
  Outcome outcome = Outcome::skipped;
  std::string summary;
  double ms = 0;
  std::optional<evidence::Topic> topic = {};         // of an inspection: this instead of the stage
  std::optional<evidence::ClientTopic> client = {};  // of the client's side: this instead of both
};

struct Report {
  evidence::CaseFile evidence;
  causes::Diagnosis diagnosis;
  std::vector<StageLine> stages;
};

// "tcp", or the topic, or "client firewall".
[[nodiscard]] std::string_view rung_name(const StageLine& line);

[[nodiscard]] Report make_report(evidence::CaseFile evidence);

// The machine itself was read, and nothing was tried or seen on the wire.
[[nodiscard]] bool only_inspected(const evidence::CaseFile& c);

struct TerminalStyle {
  bool colour = false;
  bool verbose = false;
  std::size_t width = 100;  // columns, at least 60
};

// The answer for a person.
[[nodiscard]] std::string terminal(const Report& report, const TerminalStyle& style);
// One object of schema rdpdoctor.diagnosis/1, without a newline at the end.
[[nodiscard]] std::string json(const Report& report);

// "srv01:3389", "[2001:db8::1]:3389"; says so when the evidence names no host.
[[nodiscard]] std::string target_words(const evidence::Target& target);

[[nodiscard]] std::string_view word(causes::Certainty c);
[[nodiscard]] std::string_view word(causes::Health h);
[[nodiscard]] std::string_view word(causes::Machine m);
[[nodiscard]] std::string_view word(Outcome o);

}  // namespace rdpdoctor::report
