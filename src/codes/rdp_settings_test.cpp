#include "codes/rdp_settings.h"

#include <doctest/doctest.h>

#include <set>

#include "base/text.h"

namespace rdpdoctor::codes {

TEST_CASE("settings have a name of their own in lower case, and say what they decide") {
  std::set<std::string_view> names;
  for (const auto& s : all_rdp_settings()) {
    INFO(s.name);
    CHECK(names.insert(s.name).second);
    CHECK(s.name == lower(s.name));
    CHECK_FALSE(s.what.empty());
    CHECK_FALSE(s.what.ends_with('.'));
    std::set<std::string_view> values;
    for (const auto& v : s.values) {
      CHECK(values.insert(v.value).second);
      CHECK_FALSE(v.meaning.empty());
    }
  }
}

TEST_CASE("a value's meaning is its own row, or the row for any") {
  CHECK(rdp_setting_meaning("enablecredsspsupport", "0").starts_with("NLA is switched off"));
  CHECK(rdp_setting_meaning("enablecredsspsupport", "9").empty());
  CHECK_FALSE(rdp_setting_meaning("loadbalanceinfo", "tsv://x").empty());
  CHECK(rdp_setting_meaning("loadbalanceinfo", "").empty());
  CHECK(rdp_setting_meaning("audiomode", "0").empty());
}

}  // namespace rdpdoctor::codes
