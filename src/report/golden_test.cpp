// Golden files: stored evidence in, the exact terminal text and JSON out. RDPDOCTOR_UPDATE_GOLDEN=1 rewrites
// them.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "evidence/json.h"
#include "report/explanation.h"
#include "report/report.h"

namespace rdpdoctor::report {
namespace {

namespace fs = std::filesystem;
const fs::path folder = fs::path(RDPDOCTOR_SOURCE) / "tests" / "golden";

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void compare(const fs::path& path, const std::string& now) {
  INFO(path.string());
  if (std::getenv("RDPDOCTOR_UPDATE_GOLDEN")) {
    std::ofstream(path, std::ios::binary) << now;
    return;
  }
  CHECK_MESSAGE((read(path) == now), "differs from what is printed now; scripts/update-docs rewrites it");
}

}  // namespace

TEST_CASE("stored evidence prints as its golden files say") {
  int seen = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.path().filename().string().ends_with(".evidence.json")) continue;
    auto evidence = evidence::from_json(read(entry.path()));
    if (!evidence) FAIL(to_text(evidence.error()));
    Report r = make_report(*evidence);
    std::string stem = entry.path().string();
    stem.resize(stem.size() - std::string(".evidence.json").size());
    compare(stem + ".txt", terminal(r, {}));
    compare(stem + ".json", json(r) + "\n");
    ++seen;
  }
  CHECK(seen >= 4);
}

TEST_CASE("the explanation of the article's pair prints as its golden file says") {
  auto e = explain("0x904", "0x7");
  REQUIRE(e);
  compare(folder / "explain-0x904-0x7.txt", terminal(*e, {}));
}

TEST_CASE("no line of a report is wider than asked, but for a word that is longer") {
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.path().filename().string().ends_with(".evidence.json")) continue;
    auto evidence = evidence::from_json(read(entry.path()));
    REQUIRE(evidence);
    std::string text = terminal(make_report(*evidence), {.width = 72});
    for (std::size_t at = 0; at < text.size();) {
      std::size_t end = text.find('\n', at);
      std::string line = text.substr(at, end - at);
      std::size_t columns = 0;
      for (char c : line) columns += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
      std::size_t words = line.find(' ', line.find_first_not_of(' '));
      CHECK_MESSAGE((columns <= 72 || words == std::string::npos || line.find("  ") != std::string::npos),
                    line);
      at = end + 1;
    }
  }
}

}  // namespace rdpdoctor::report
