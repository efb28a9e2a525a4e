#include "analyze/phrases.h"

#include <queue>

namespace rdpdoctor::analyze {

PhraseTable::PhraseTable(const std::vector<std::string_view>& phrases) {
  for (std::string_view phrase : phrases) {
    for (char c : phrase) {
      std::uint8_t& known = class_of_[static_cast<unsigned char>(c)];
      if (known == 0) known = static_cast<std::uint8_t>(classes_++);
    }
  }
  for (unsigned char c = 'A'; c <= 'Z'; ++c) class_of_[c] = class_of_[c - 'A' + 'a'];
  next_.assign(classes_, 0);
  ending_.emplace_back();
  for (std::string_view phrase : phrases) insert(phrase, static_cast<std::uint16_t>(lengths_.size()));
  link();
}

void PhraseTable::insert(std::string_view phrase, std::uint16_t index) {
  lengths_.push_back(phrase.size());
  std::size_t state = 0;
  for (char c : phrase) {
    std::size_t edge = state * classes_ + class_of_[static_cast<unsigned char>(c)];
    if (next_[edge] == 0) {
      next_[edge] = static_cast<std::uint16_t>(ending_.size());
      next_.resize(next_.size() + classes_, 0);
      ending_.emplace_back();
    }
    state = next_[edge];
  }
  if (state != 0) ending_[state].push_back(index);
}

// Breadth first: a state that has no edge for a byte goes where its longest proper suffix would go.
void PhraseTable::link() {
  std::vector<std::uint16_t> suffix(ending_.size(), 0);
  std::queue<std::uint16_t> waiting;
  for (std::size_t c = 0; c < classes_; ++c) {
    if (next_[c] != 0) waiting.push(next_[c]);
  }
  while (!waiting.empty()) {
    std::uint16_t state = waiting.front();
    waiting.pop();
    const auto& shorter = ending_[suffix[state]];
    ending_[state].insert(ending_[state].end(), shorter.begin(), shorter.end());
    for (std::size_t c = 0; c < classes_; ++c) {
      std::uint16_t& edge = next_[state * classes_ + c];
      std::uint16_t otherwise = next_[suffix[state] * classes_ + c];
      if (edge == 0) {
        edge = otherwise;
      } else {
        suffix[edge] = otherwise;
        waiting.push(edge);
      }
    }
  }
}

}  // namespace rdpdoctor::analyze
