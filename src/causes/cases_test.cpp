// Runs tests/cases: evidence in, ranked causes out. See CONTRIBUTING.md "add a cause" for the form of a case.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "causes/engine/diagnosis.h"
#include "codes/registry.h"
#include "evidence/json.h"
#include "support/judged_words.h"

namespace rdpdoctor::causes {
namespace {

namespace fs = std::filesystem;
using test::health_word;
using test::words;

void run_case(const fs::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  auto j = nlohmann::json::parse(text.str(), nullptr, false);
  INFO(path.string());
  REQUIRE_FALSE(j.is_discarded());
  REQUIRE(j.contains("expect"));
  auto evidence = evidence::from_json(j.at("evidence").dump());
  if (!evidence) FAIL(to_text(evidence.error()));
  Diagnosis d = diagnose(*evidence);
  std::string got;
  for (const auto& r : d.causes) got += words(r) + "; ";
  INFO("got: ", got);
  if (j["expect"].empty()) CHECK(d.causes.empty());
  std::size_t i = 0;
  for (const auto& e : j["expect"]) {
    auto expected = e.get<std::string>();
    bool with_explains = std::count(expected.begin(), expected.end(), ' ') > 1;
    REQUIRE(i < d.causes.size());
    CHECK(words(d.causes[i++], with_explains) == expected);
  }
  for (const auto& never : j.value("never", nlohmann::json::array())) {
    bool found = std::any_of(d.causes.begin(), d.causes.end(),
                             [&](auto& r) { return r.cause->id == never.get<std::string>(); });
    CHECK_MESSAGE(!found, never.get<std::string>(), " must not be found");
  }
  if (j.contains("health")) CHECK(health_word(d.health) == j["health"].get<std::string>());
}

// Evidence, or a machine for what the host itself tells (cli/host_cases_test.cpp), or a client
// (client_side_test.cpp).
bool has_cases(const Cause& cause) {
  const fs::path cases = RDPDOCTOR_TEST_CASES;
  return fs::is_directory(cases / cause.id) || fs::is_directory(cases.parent_path() / "clients" / cause.id) ||
         (cause.topic && fs::is_directory(cases.parent_path() / "hosts" / cause.id));
}

}  // namespace

TEST_CASE("every case under tests/cases gives the causes it expects") {
  for (const auto& entry : fs::recursive_directory_iterator(RDPDOCTOR_TEST_CASES)) {
    if (entry.path().extension() == ".json") run_case(entry.path());
  }
}

TEST_CASE("every cause has a case, a title, an explanation, advice, and known codes") {
  for (const Cause& cause : all_causes()) {
    INFO(cause.id);
    CHECK(has_cases(cause));
    CHECK(cause.title.ends_with("."));
    CHECK(cause.explanation.size() > 80);
    CHECK(cause.tell_apart.size() > 20);
    CHECK_FALSE(cause.advice.empty());
    CHECK(static_cast<bool>(cause.judge));
    for (const CodeFit& fit : cause.codes) {
      INFO(fit.family, " ", fit.value);
      CHECK(codes::find_code(fit.family, fit.value) != nullptr);
      CHECK_FALSE(fit.why.empty());
    }
    for (const EventFit& fit : cause.events) {
      INFO(fit.provider, " ", fit.id);
      CHECK_FALSE(fit.provider.starts_with("Microsoft-Windows-"));
      CHECK_FALSE(fit.why.empty());
    }
    for (auto id : cause.covers) CHECK_MESSAGE(find_cause(id) != nullptr, id, " is not a cause");
  }
}

TEST_CASE("ids of causes are unique and in kebab case") {
  std::string_view last;
  for (const Cause& cause : all_causes()) {
    CHECK(last < cause.id);
    CHECK(cause.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos);
    last = cause.id;
  }
}

TEST_CASE("no evidence gives no cause and no claim of health") {
  Diagnosis d = diagnose({});
  CHECK(d.causes.empty());
  CHECK(d.health == Health::unknown);
}

}  // namespace rdpdoctor::causes
