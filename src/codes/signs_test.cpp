#include "codes/signs.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "base/text.h"

namespace rdpdoctor::codes {

TEST_CASE("signs have an id of their own, words, a sentence that explains them, and a source") {
  std::set<std::string_view> ids;
  CHECK(all_signs().size() >= 60);
  for (const Sign& sign : all_signs()) {
    INFO(sign.id);
    CHECK(ids.insert(sign.id).second);
    CHECK(find_sign(sign.id) == &sign);
    CHECK(sign.meaning.ends_with('.'));
    CHECK((sign.not_that.empty() || sign.not_that.ends_with('.')));
    CHECK_FALSE(sign.where.empty());
    CHECK_FALSE(sign.source.empty());
    CHECK_FALSE(sign.words.empty());
  }
  CHECK(find_sign("no-such-sign") == nullptr);
}

TEST_CASE("the words of signs are as the text is when it is compared: lower case, single spaces, no edges") {
  for (const Sign& sign : all_signs()) {
    INFO(sign.id);
    for (const auto& alternative : sign.words) {
      CHECK_FALSE(alternative.empty());
      std::size_t letters = 0;
      for (std::string_view word : alternative) {
        INFO(word);
        CHECK(word == lower(word));
        CHECK(word == trim(word));
        CHECK(word.find("  ") == word.npos);
        CHECK(word.size() < 100);
        letters += word.size();
      }
      CHECK(letters >= 7);  // shorter would be found by accident
    }
  }
}

TEST_CASE("no two signs have the same words") {
  std::set<std::vector<std::string_view>> seen;
  for (const Sign& sign : all_signs()) {
    for (const auto& alternative : sign.words) {
      INFO(sign.id);
      CHECK(seen.insert(alternative).second);
    }
  }
}

}  // namespace rdpdoctor::codes
