#include "analyze/phrases.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace rdpdoctor::analyze {
namespace {

// (phrase, where it ends), by the table and by looking at each place.
using Hits = std::set<std::pair<std::size_t, std::size_t>>;

Hits by_table(const std::vector<std::string_view>& phrases, std::string_view text) {
  PhraseTable table(phrases);
  Hits hits;
  std::size_t state = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    state = table.step(state, text[i]);
    for (auto phrase : table.ending(state)) hits.insert({phrase, i + 1});
  }
  return hits;
}

Hits by_looking(const std::vector<std::string_view>& phrases, std::string_view text) {
  Hits hits;
  for (std::size_t p = 0; p < phrases.size(); ++p) {
    for (std::size_t at = text.find(phrases[p]); at != text.npos; at = text.find(phrases[p], at + 1))
      hits.insert({p, at + phrases[p].size()});
  }
  return hits;
}

}  // namespace

TEST_CASE("phrases that begin, end and lie within one another are all found") {
  std::vector<std::string_view> phrases{"he", "she", "his", "hers", "s h", "hers s", "e"};
  for (std::string_view text : {"ushers shes his hers", "", "h", "hhheeehersss hers she", "zzz he zzz"}) {
    INFO(text);
    CHECK(by_table(phrases, text) == by_looking(phrases, text));
  }
}

TEST_CASE("any text over a small alphabet gives what looking at each place gives") {
  std::vector<std::string_view> phrases{"a", "ab", "bab", "bc", "bca", "c", "caa", "abcabc"};
  std::string text;
  std::uint32_t seed = 1;
  for (int i = 0; i < 5000; ++i) {
    seed = seed * 1664525U + 1013904223U;
    text += static_cast<char>('a' + (seed >> 24) % 4);
  }
  CHECK(by_table(phrases, text) == by_looking(phrases, text));
}

TEST_CASE("letters are compared without case") {
  CHECK(by_table({"abc"}, "xABcx") == Hits{{0, 4}});
}

}  // namespace rdpdoctor::analyze
