// Runs tests/hosts: a machine in memory is inspected and judged. See CONTRIBUTING.md "Add a cause" for the
// form of a case. tests/integration/test_inspect_images.py runs the same cases over hives and NTFS.
#include <doctest/doctest.h>

#include <algorithm>

#include "causes/engine/diagnosis.h"
#include "evidence/json.h"
#include "inspect/inspect.h"
#include "report/redact.h"
#include "report/report.h"
#include "support/host_json.h"
#include "support/judged_words.h"

namespace rdpdoctor {
namespace {

using test::health_word;
using test::words;

namespace fs = std::filesystem;
using causes::Diagnosis;
using nlohmann::json;

const fs::path hosts = fs::path(RDPDOCTOR_SOURCE) / "tests" / "hosts";
constexpr std::string_view kinds[] = {"present", "absent", "unreadable", "near-miss"};

bool of_host(const causes::Cause& cause) {
  return cause.topic.has_value();
}

// What a failed check shows.
std::string told(const Diagnosis& d) {
  std::string out = "health " + std::string(health_word(d.health)) + "\n";
  for (const auto& r : d.causes) {
    out.append("  found ").append(words(r)).append("\n");
    for (const auto& line : r.found.evidence)
      out.append("      ").append(line.source).append(": ").append(line.text).append("\n");
  }
  for (const auto& u : d.untested)
    if (of_host(*u.cause))
      out.append("  untested ").append(u.cause->id).append(": ").append(join(u.needs, "; ")).append("\n");
  return out;
}
// Of one cause also why it was excluded, which of all is too much to read.
std::string told_of(const Diagnosis& d, std::string_view id) {
  for (const auto& e : d.excluded)
    if (e.cause->id == id) return "  excluded " + std::string(id) + ": " + e.because + "\n";
  return "";
}

bool found(const Diagnosis& d, std::string_view id) {
  return std::ranges::any_of(d.causes, [&](const auto& r) {
    return r.cause->id == id || std::ranges::find(r.folded, id) != r.folded.end();
  });
}
bool untested(const Diagnosis& d, std::string_view id) {
  return std::ranges::any_of(d.untested, [&](const auto& u) { return u.cause->id == id; });
}

evidence::CaseFile evidence_of(const json& j) {
  test::HostBuilder builder = test::host_under(hosts, j);
  const Instant now = builder.now();
  auto host = builder.take();
  evidence::CaseFile c;
  inspect::inspect(*host, now, c);
  return c;
}

void check_expected(const json& j, const Diagnosis& d) {
  const json& expect = j.at("expect");
  CHECK(d.causes.size() == expect.size());
  for (std::size_t i = 0; i < std::min(d.causes.size(), expect.size()); ++i) {
    const auto expected = expect[i].get<std::string>();
    CHECK(words(d.causes[i], std::ranges::count(expected, ' ') > 1) == expected);
  }
  for (const auto& never : j.value("never", json::array()))
    CHECK_MESSAGE(!found(d, never.get<std::string>()), never.get<std::string>(), " must not be found");
  if (j.contains("health")) CHECK(health_word(d.health) == j["health"].get<std::string>());
}

// What the file's name promises of the cause whose folder it lies in.
void check_kind(const std::string& file, const std::string& id, const json& j, const Diagnosis& d) {
  const auto expect = j.at("expect").get<std::vector<std::string>>();
  if (file.starts_with("present")) {
    const bool named = std::ranges::any_of(expect, [&](const auto& e) { return e.starts_with(id + " "); });
    CHECK_MESSAGE(named, "a case present* must expect ", id);
  } else if (file.starts_with("unreadable")) {
    CHECK_MESSAGE(!found(d, id), id, " must not be found: what tells it can't be read");
    CHECK_MESSAGE(untested(d, id), id, " must be untested: what tells it can't be read");
  } else {
    const bool named = file.starts_with("absent") || file.starts_with("near-miss");
    CHECK_MESSAGE(named, "the file's name must begin with present, absent, unreadable or near-miss");
    CHECK_MESSAGE(!found(d, id), id, " must not be found");
  }
}

void check_round_trip(const evidence::CaseFile& c, const Diagnosis& d) {
  auto back = evidence::from_json(evidence::to_json(c));
  if (!back) FAIL(to_text(back.error()));
  const Diagnosis again = causes::diagnose(*back);
  CHECK_MESSAGE(told(again) == told(d), "other after the evidence went through its JSON:\n", told(again));
  CHECK(again.excluded.size() == d.excluded.size());
}

// What is redacted is judged alike, whatever the machine, its domain and its users are called.
void check_redacted(evidence::CaseFile c, const Diagnosis& d) {
  report::Redactor().redact(c);
  const Diagnosis again = causes::diagnose(c);
  auto found_in = [](const Diagnosis& of) {
    std::string out(health_word(of.health));
    for (const auto& r : of.causes) out.append("\n").append(words(r));
    return out;
  };
  CHECK(found_in(again) == found_in(d));
  CHECK(again.excluded.size() == d.excluded.size());
  const std::string text = lower(evidence::to_json(c));
  for (const char* name : {"rds01", "corp.example", "\\anna\"", "3623811015"})
    CHECK_MESSAGE(!text.contains(name), name);
}

void run_case(const fs::path& path) {
  const std::string id = path.parent_path().filename().string();
  try {
    const json j = test::json_of(path);
    const evidence::CaseFile c = evidence_of(j);
    const Diagnosis d = causes::diagnose(c);
    CHECK(report::terminal(report::make_report(c), {.verbose = true}).contains("system"));
    INFO(fs::relative(path, hosts).string(), ": ", j.value("about", ""), "\n", told(d), told_of(d, id));
    check_expected(j, d);
    check_kind(path.filename().string(), id, j, d);
    check_round_trip(c, d);
    check_redacted(c, d);
  } catch (const std::exception& e) {
    FAIL_CHECK(path.string(), ": ", e.what());
  }
}

bool has_case(const fs::path& folder, std::string_view kind) {
  return std::ranges::any_of(test::json_files(folder),
                             [&](const fs::path& p) { return p.filename().string().starts_with(kind); });
}

}  // namespace

TEST_CASE("every case under tests/hosts gives the causes it expects") {
  for (const auto& folder : fs::directory_iterator(hosts)) {
    if (folder.path().filename() == "healthy") continue;
    CHECK_MESSAGE(causes::find_cause(folder.path().filename().string()) != nullptr, folder.path().string(),
                  " is named as no cause is");
    for (const auto& path : test::json_files(folder.path())) run_case(path);
  }
}

TEST_CASE("the healthy host has nothing wrong, and all that the host tells was looked at") {
  const evidence::CaseFile c = evidence_of({{"expect", json::array()}});
  const Diagnosis d = causes::diagnose(c);
  INFO(told(d));
  CHECK(d.causes.empty());
  CHECK(d.health == causes::Health::healthy);
  check_round_trip(c, d);
}

TEST_CASE("a machine of which nothing can be read is neither well nor ill") {
  host::MemoryHost host("nothing");
  for (std::string_view root : {"HKLM", "HKU"}) host.key_unreadable(root, "not in the collection");
  host.add_file("C:", {.unreadable = "not in the collection"});
  evidence::CaseFile c;
  inspect::inspect(host, from_rfc3339(test::default_now).value(), c);
  const Diagnosis d = causes::diagnose(c);
  INFO(told(d));
  CHECK(d.causes.empty());
  CHECK(d.health == causes::Health::unknown);
}

TEST_CASE("every cause that the host tells has cases of all four kinds") {
  for (const causes::Cause& cause : causes::all_causes()) {
    if (!of_host(cause)) continue;
    for (const std::string_view kind : kinds)
      CHECK_MESSAGE(has_case(hosts / cause.id, kind), "tests/hosts/", cause.id, "/", kind, "*.json");
  }
}

}  // namespace rdpdoctor
