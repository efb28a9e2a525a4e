// What is emitted for plans made by hand, as golden files, which tests/integration/test_emit.py reads by
// PowerShell's quoting rules and imports under Wine. RDPDOCTOR_UPDATE_GOLDEN=1 rewrites them.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "support/sample_plans.h"

namespace rdpdoctor::fixes {
namespace {

namespace fs = std::filesystem;

void compare(const std::string& name, const std::string& now) {
  const fs::path path = fs::path(RDPDOCTOR_SOURCE) / "tests" / "golden" / name;
  INFO(path.string());
  if (std::getenv("RDPDOCTOR_UPDATE_GOLDEN")) {
    std::ofstream(path, std::ios::binary) << now;
    return;
  }
  std::ifstream in(path, std::ios::binary);
  const std::string golden{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  CHECK_MESSAGE((golden == now),
                "differs from what is emitted now; RDPDOCTOR_UPDATE_GOLDEN=1 test_fixes rewrites it");
}

void compare_all(const std::string& name, const Script& script) {
  compare(name + ".ps1", powershell(script));
  compare(name + ".txt", runbook(script));
  const RegPair pair = reg_pair(script);
  compare(name + "-apply.reg", pair.apply);
  if (pair.no_undo.empty()) compare(name + "-undo.reg", pair.undo);
}

}  // namespace

TEST_CASE("what is emitted is as its golden files say") {
  compare_all("emit-registry", test::script_of(test::registry_changes()));
  compare_all("emit-hostile", test::script_of(test::hostile_changes()));
  Script other = test::script_of(test::other_changes(), test::weakening_fix());
  compare("emit-other.ps1", powershell(other));
  compare("emit-other.txt", runbook(other));
  Script unread = test::script_of(test::unread_changes());
  unread.machine = "";
  compare_all("emit-unread", unread);
}

}  // namespace rdpdoctor::fixes
