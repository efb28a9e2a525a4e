#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "collect/collection.h"
#include "collect/script_keys.h"
#include "formats/reg_file.h"

namespace rdpdoctor::collect {
namespace {

// The part of a row that the table takes whole holds the key.
bool in_a_tree(std::string_view key) {
  return std::ranges::any_of(script_keys(), [&](const ScriptKey& row) {
    return row.take == Take::tree && formats::is_at_or_below(key, row.key);
  });
}

}  // namespace

TEST_CASE("the collector is printable ASCII with the line ends of Windows, and the same each time") {
  const std::string script = collector_script("1.2.3");
  CHECK(script == collector_script("1.2.3"));
  CHECK(script.starts_with("# rdpdoctor 1.2.3, collector"));
  for (std::size_t i = 0; i < script.size(); ++i) {
    const bool line_end = (script[i] == '\r' && script[i + 1] == '\n') || script[i] == '\n';
    CHECK_MESSAGE((line_end || (' ' <= script[i] && script[i] <= '~')), i);
  }
}

TEST_CASE("a version with a quote stays inside its quotes") {
  CHECK(collector_script("1'; exit '").contains("$Program = '1''; exit '''\r\n"));
}

TEST_CASE("the collector holds every row of its table") {
  const std::string script = collector_script("0");
  for (const ScriptKey& row : script_keys()) CHECK(script.contains("Key = '" + std::string(row.key) + "'"));
  for (const ScriptFile& row : script_files())
    CHECK(script.contains("Path = '" + std::string(row.path) + "' }"));
  for (const ScriptChannel& row : script_channels())
    CHECK(script.contains("Channel = '" + std::string(row.channel) + "'"));
  for (const std::string_view name : script_secret_values())
    CHECK(script.contains("'" + std::string(name) + "'"));
}

TEST_CASE("no row of the table is there twice, and none lies inside a tree that is taken anyway") {
  std::set<std::pair<Take, std::string>> seen;
  for (const ScriptKey& row : script_keys()) {
    CHECK_MESSAGE(seen.emplace(row.take, lower(row.key)).second, std::string(row.key));
    CHECK_MESSAGE((row.take == Take::values) == (row.values.data() != nullptr), std::string(row.key));
    const auto holder = std::ranges::find_if(script_keys(), [&](const ScriptKey& other) {
      return &other != &row && other.take == Take::tree && row.take != Take::access &&
             formats::is_at_or_below(row.key, other.key);
    });
    CHECK_MESSAGE(holder == script_keys().end(), std::string(row.key));
  }
}

TEST_CASE("what holds secrets is in no tree of the table") {
  for (const char* key :
       {R"(HKLM\SAM\SAM)", R"(HKLM\SECURITY\Policy\Secrets)", R"(HKLM\SECURITY\Policy\Accounts\S-1-5-32-544)",
        R"(HKLM\SYSTEM\CurrentControlSet\Control\Lsa\JD)", R"(HKLM\SYSTEM\CurrentControlSet\Control\Lsa)",
        R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon)",
        R"(HKLM\SOFTWARE\Microsoft\Cryptography)"})
    CHECK_MESSAGE(!in_a_tree(key), key);
  // Below Terminal Server lies one, which is left out by its name.
  CHECK(in_a_tree(R"(HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server\RCM\Secrets)"));
  CHECK(std::ranges::find(script_secret_keys(), "Secrets") != script_secret_keys().end());
  CHECK(std::ranges::find(script_secret_values(), "Password") != script_secret_values().end());
}

TEST_CASE("of users and their keys the table takes names, sizes and access lists, and no content") {
  for (const ScriptFile& row : script_files()) {
    const bool known =
        row.take == TakeFile::folder || row.take == TakeFile::file || row.take == TakeFile::presence;
    CHECK(known);
    CHECK_MESSAGE((row.take == TakeFile::folder) == row.path.contains(R"(\Crypto\)"), std::string(row.path));
  }
  CHECK_FALSE(collector_script("0").contains("ReadAllBytes"));
  CHECK_FALSE(collector_script("0").contains("File]::Copy"));
}

}  // namespace rdpdoctor::collect
