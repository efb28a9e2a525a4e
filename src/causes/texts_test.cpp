// What causes tell the user: commands that exist, steps that can be followed, needs that can be grouped.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "causes/engine/diagnosis.h"

namespace rdpdoctor::causes {
namespace {

constexpr std::array commands{"diagnose", "explain", "list",    "lab", "demo", "watch",
                              "compare",  "analyze", "inspect", "fix", "undo"};

// The word after each "rdpdoctor " must be a command; "rdpdoctor gets through" and the like are prose.
bool names_only_real_commands(std::string_view text) {
  static constexpr std::array prose{"gets", "shows", "tells"};
  static constexpr std::string_view name = "rdpdoctor ";
  for (std::size_t at = text.find(name); at != text.npos; at = text.find(name, at + 1)) {
    std::string_view rest = text.substr(at + name.size());
    std::string_view word = rest.substr(0, std::min(rest.find_first_of(" .,;:)"), rest.size()));
    if (std::ranges::count(commands, word) + std::ranges::count(prose, word) == 0) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("texts of causes send the user only to commands that this version has") {
  for (const Cause& cause : all_causes()) {
    INFO(cause.id);
    for (auto text : {cause.title, cause.explanation, cause.tell_apart, cause.article_note}) {
      CHECK(names_only_real_commands(text));
    }
    for (auto step : cause.advice) {
      INFO(step);
      CHECK(names_only_real_commands(step));
    }
  }
}

TEST_CASE("advice has at most five steps, each short but for a long command") {
  for (const Cause& cause : all_causes()) {
    INFO(cause.id);
    CHECK(cause.advice.size() <= 5);
    for (auto step : cause.advice) {
      INFO(step);
      std::size_t command = step.find(":   ");
      CHECK(std::min(command, step.size()) <= 160);
      CHECK(step.size() <= 300);
      if (command != step.npos) CHECK(step.find("   ", command + 4) == step.npos);
    }
  }
}

TEST_CASE("advice that changes a host says how to take it back or keeps a copy first") {
  for (const Cause& cause : all_causes()) {
    bool kept = std::ranges::any_of(cause.advice, [](auto step) { return step.contains("reg export"); });
    for (auto step : cause.advice) {
      INFO(cause.id, ": ", step);
      bool changes = step.contains("reg add") || step.contains("reg delete") || step.contains(" /grant ") ||
                     step.contains("Remove-Item") || step.contains("Set-CimInstance");
      CHECK((!changes || kept || step.contains("undo:")));
      CHECK_FALSE(step.contains("icacls /reset"));
      CHECK_FALSE(step.contains(" /t /c"));
    }
  }
}

TEST_CASE("without any connection the needs are few, so that the report can group them") {
  std::set<std::string> needs;
  for (const auto& untested : diagnose({}).untested)
    needs.insert(untested.needs.begin(), untested.needs.end());
  CHECK_FALSE(needs.empty());
  CHECK(needs.size() <= 12);
  for (const std::string& need : needs) CHECK(need.find("rdpdoctor") == need.npos);
}

}  // namespace rdpdoctor::causes
