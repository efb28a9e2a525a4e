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

// What is made of the changes; the rest is the same in every script, and in one golden file.
std::string own_part(const Script& script) {
  const std::string whole = powershell(script);
  return whole.substr(0, whole.find("function Say"));
}

void compare_all(const std::string& name, const Script& script, const std::string& shown) {
  compare(name + ".ps1", shown);
  compare(name + ".txt", runbook(script));
  const RegPair pair = reg_pair(script);
  compare(name + "-apply.reg", pair.apply);
  if (pair.no_undo.empty()) compare(name + "-undo.reg", pair.undo);
}

}  // namespace

TEST_CASE("what is emitted is as its golden files say") {
  const Script registry = test::script_of(test::registry_changes());
  compare_all("emit-registry", registry, powershell(registry));
  const Script hostile = test::script_of(test::hostile_changes());
  compare_all("emit-hostile", hostile, own_part(hostile));
  Script other = test::script_of(test::other_changes(), test::weakening_fix());
  compare("emit-other.ps1", own_part(other));
  compare("emit-other.txt", runbook(other));
  Script unread = test::script_of(test::unread_changes());
  unread.machine = "";
  compare_all("emit-unread", unread, own_part(unread));
}

}  // namespace rdpdoctor::fixes
