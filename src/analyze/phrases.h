// Finds many phrases in one pass over a text, as Aho and Corasick do it ("Efficient string matching", CACM
// 18, 1975): time grows with the text and with what is found, not with the number of phrases.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace rdpdoctor::analyze {

// Phrases of at most 120 bytes. Letters are compared without case and given in lower case.
class PhraseTable {
 public:
  explicit PhraseTable(const std::vector<std::string_view>& phrases);

  [[nodiscard]] std::size_t step(std::size_t state, char c) const {
    return next_[state * classes_ + class_of_[static_cast<unsigned char>(c)]];
  }
  // Those that end in this state, the longest first, as indexes into what the table was made of.
  [[nodiscard]] const std::vector<std::uint16_t>& ending(std::size_t state) const { return ending_[state]; }
  [[nodiscard]] std::size_t length(std::size_t phrase) const { return lengths_[phrase]; }

 private:
  void insert(std::string_view phrase, std::uint16_t index);
  void link();

  std::array<std::uint8_t, 256> class_of_{};  // 0: a byte that is in no phrase
  std::size_t classes_ = 1;
  std::vector<std::uint16_t> next_;  // [state * classes_ + class]
  std::vector<std::vector<std::uint16_t>> ending_;
  std::vector<std::size_t> lengths_;
};

}  // namespace rdpdoctor::analyze
