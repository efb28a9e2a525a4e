// What was collected of a machine says the same as the machine: on every machine of tests/hosts the facts,
// the ranked causes and what each fix would change.
#include "collect/collection.h"

#include <doctest/doctest.h>

#include "causes/engine/diagnosis.h"
#include "cli/collect_reading.h"
#include "evidence/json.h"
#include "fixes/engine/fix.h"
#include "host/bundle/bundle.h"
#include "support/host_json.h"

namespace rdpdoctor {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const fs::path hosts = fs::path(RDPDOCTOR_SOURCE) / "tests" / "hosts";

std::vector<fs::path> all_cases() {
  std::vector<fs::path> out;
  for (const auto& folder : fs::directory_iterator(hosts)) {
    if (folder.path().filename() == "healthy") continue;
    for (const auto& path : test::json_files(folder.path())) out.push_back(path);
  }
  std::ranges::sort(out);
  return out;
}

// Collected, archived and opened again.
std::unique_ptr<host::Host> collected(host::Host& machine, Instant now) {
  collect::Records records;
  static_cast<void>(cli::read_all_of(machine, now, {}, records));
  const Bytes archive = collect::archive_of(collect::members_of({.records = &records, .made = now}), now);
  auto tree = host::archive_tree(machine.name(), random_of(archive));
  REQUIRE(tree.has_value());
  std::vector<std::string> not_used;
  auto bundle = host::open_bundle(std::move(*tree), &not_used);
  REQUIRE_MESSAGE(bundle.has_value(), (bundle ? "" : to_text(bundle.error())));
  CHECK(not_used.empty());
  return std::move(*bundle);
}

struct Judged {
  evidence::CaseFile host, client;
  std::string facts;
  std::string causes;
};

// All but how much of a log there was, of which the events of interest are kept alone.
std::string facts_of(evidence::CaseFile c) {
  c.sources.clear();
  if (c.host) c.host->kind.clear();
  if (c.client) c.client->kind.clear();
  return evidence::to_json(c, 1);
}

std::string causes_of(const evidence::CaseFile& c) {
  const causes::Diagnosis d = causes::diagnose(c);
  std::string out;
  for (const auto& r : d.causes) {
    out.append(r.cause->id).append(" ").append(std::to_string(static_cast<int>(r.found.certainty)));
    for (const auto& line : r.found.evidence) out.append("\n  ").append(line.source).append(line.text);
    out += "\n";
  }
  for (const auto& e : d.excluded) out.append("not ").append(e.cause->id).append(e.because).append("\n");
  return out;
}

Judged judged(host::Host& machine, Instant now) {
  Judged out;
  inspect::inspect(machine, now, out.host);
  inspect::inspect_client(machine, now, out.client);
  out.facts = facts_of(out.host) + facts_of(out.client);
  out.causes = causes_of(out.host);
  return out;
}

std::string planned(host::Host& machine, const Judged& is) {
  fixes::Options options;
  options.accept_risk = true;
  options.server = "srv-fin-02.corp.example";
  options.address = "10.20.0.7";
  options.interface = "Ethernet";
  options.mtu = 1400;
  options.port = 3390;
  std::string out;
  for (const fixes::Fix& fix : fixes::all_fixes()) {
    for (const bool for_script : {false, true}) {
      const auto plan = fixes::plan(
          fix, {.host = &machine, .evidence = &is.host, .options = options, .for_script = for_script});
      out.append(fix.id).append(" ").append(std::to_string(static_cast<int>(plan.state)));
      out.append(" ")
          .append(plan.why)
          .append(" ")
          .append(join(plan.notes, " "))
          .append(join(plan.advice, " "));
      for (const fixes::Change& change : plan.changes)
        out.append("\n  ").append(target_of(change)).append(before_words(change)).append(after_words(change));
      out += "\n";
    }
  }
  return out;
}

// The first line in which they differ.
std::string first_difference(const std::string& a, const std::string& b) {
  const auto left = split(a, '\n'), right = split(b, '\n');
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    const std::string_view x = i < left.size() ? left[i] : "", y = i < right.size() ? right[i] : "";
    if (x != y)
      return "line " + std::to_string(i) + "\n  machine:    " + std::string(x.substr(0, 400)) +
             "\n  collection: " + std::string(y.substr(0, 400));
  }
  return "";
}

void check_the_same(const json& j) {
  auto builder = test::host_under(hosts, j);
  const Instant now = builder.now();
  const auto machine = builder.take();
  const auto bundle = collected(*machine, now);
  const Judged itself = judged(*machine, now), of_bundle = judged(*bundle, now);
  CHECK(first_difference(itself.facts, of_bundle.facts) == "");
  CHECK(first_difference(itself.causes, of_bundle.causes) == "");
  CHECK(first_difference(planned(*machine, itself), planned(*bundle, of_bundle)) == "");
}

}  // namespace

TEST_CASE("what was collected of a machine says the same as the machine: facts, causes, repairs") {
  check_the_same(json::object());
  for (const fs::path& path : all_cases()) {
    INFO(fs::relative(path, hosts).string());
    check_the_same(test::json_of(path));
  }
}

}  // namespace rdpdoctor
