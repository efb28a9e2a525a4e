// What the stages of a captured conversation share: who speaks, how it ended, and the lines of --verbose.
#pragma once

#include <string>
#include <vector>

#include "analyze/conversation.h"

namespace rdpdoctor::analyze {

// Something of each direction.
template <class T>
struct Both {
  T client{};
  T host{};
  T& operator[](From who) { return who == From::client ? client : host; }
  const T& operator[](From who) const { return who == From::client ? client : host; }
};

// A client waits at least this long for an answer before its leaving is the host's silence.
inline constexpr std::int64_t patience_us = 3'000'000;

// What a stage that still waits for the host is told when the conversation is over.
enum class StageEnd {
  host_fin,
  host_reset,
  unanswered,  // nobody said a word for long, and it was the host's turn
  left,        // the client ended it, before the host had had its time
  unknown,     // the capture ended, or lacks bytes that could have been the answer
};

struct Pdus {
  bool wanted = false;
  std::vector<std::string> lines;

  void note(From who, const std::string& words) {
    constexpr std::size_t most_lines = 200;
    if (wanted && lines.size() < most_lines) lines.push_back((who == From::client ? "→ " : "← ") + words);
  }
};

[[nodiscard]] inline double ms_between(std::int64_t from_us, std::int64_t to_us) {
  return to_us < from_us ? 0 : us_to_ms(to_us - from_us);
}

}  // namespace rdpdoctor::analyze
