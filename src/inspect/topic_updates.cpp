// Which updates are installed, by the names of the packages that Windows' servicing keeps. There can be tens
// of thousands, so that more than the name is read of cumulative updates only.
#include <algorithm>
#include <set>

#include "base/text.h"
#include "fmt/core.h"
#include "inspect/readings.h"
#include "inspect/topics.h"

namespace rdpdoctor::inspect {
namespace {

using evidence::TextFact;
using evidence::UpdateFacts;

constexpr std::string_view packages =
    R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\Packages)";
constexpr std::size_t most_listed = 500;
constexpr std::size_t most_rollups = 100;
// CurrentState of a package. [Microsoft.Dism PackageFeatureState and CBS: 0x70]
constexpr std::uint32_t installed = 112;

// "KB5014754" out of "Package_for_KB5014754~31bf…", "Package_1_for_KB5014754~…"; "" if it names none.
std::string update_of(std::string_view package) {
  std::size_t at = package.find("_for_KB");
  if (!package.starts_with("Package_") || at == std::string_view::npos) return "";
  std::string_view digits = package.substr(at + 7);
  std::size_t n = std::min(digits.find_first_not_of("0123456789"), digits.size());
  return 6 <= n && n <= 8 ? "KB" + std::string(digits.substr(0, n)) : "";
}

// "20348.2113" out of "Package_for_RollupFix~31bf3856ad364e35~amd64~~20348.2113.1.5"; "" if it is none.
std::string rollup_of(std::string_view package) {
  if (!package.starts_with("Package_for_RollupFix~")) return "";
  std::vector<std::string_view> parts = split(package.substr(package.rfind('~') + 1), '.');
  bool numbers = 2 <= parts.size() && decimal<std::uint32_t>(parts[0]) && decimal<std::uint32_t>(parts[1]);
  return numbers ? fmt::format("{}.{}", parts[0], parts[1]) : "";
}

void take_rollup(host::Host& host, const std::string& package, std::string build, UpdateFacts& facts) {
  evidence::NumberFact state = number(host, fmt::format("{}\\{}", packages, package), "CurrentState");
  if (state.get() && *state.get() != installed) return;
  if (state.is.state == Presence::absent) return;
  TextFact fact{.is = {state.is.state, std::move(build), state.is.why}, .source = std::move(state.source)};
  facts.rollups.push_back(std::move(fact));
}

}  // namespace

void inspect_updates(host::Host& host, evidence::HostFacts& facts) {
  UpdateFacts& updates = facts.updates;
  Reading<std::vector<std::string>> names = host.subkeys(packages);
  updates.installed = {.is = {names.state, {}, names.why}, .source = host.real_key(packages)};
  std::set<std::string> listed;
  for (const std::string& package : names.value) {
    if (std::string build = rollup_of(package); !build.empty() && updates.rollups.size() < most_rollups) {
      take_rollup(host, package, std::move(build), updates);
      continue;
    }
    if (std::string update = update_of(package); !update.empty()) listed.insert(std::move(update));
  }
  for (const std::string& update : listed) {
    if (updates.installed.is.value.size() < most_listed)
      updates.installed.is.value.push_back(update);
    else
      ++updates.left_out;
  }
}

}  // namespace rdpdoctor::inspect
