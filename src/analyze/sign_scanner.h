// The signs (codes/signs.h) and the names of hosts in a text, found while it passes by. A dialog may be
// broken over lines anywhere; a line of a log stands for itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codes/signs.h"

namespace rdpdoctor::analyze {

struct SignHit {
  const codes::Sign* sign;
  std::size_t at;  // in the line, where the last of its words begins
};
struct LineSigns {
  std::vector<SignHit> signs;  // each once
  std::vector<std::size_t>
      after_leads;  // where words end that a host's name follows ("connecting to"); at most 8
};

class SignScanner {
 public:
  SignScanner();
  ~SignScanner();
  SignScanner(const SignScanner&) = delete;
  SignScanner& operator=(const SignScanner&) = delete;

  enum class Line { of_a_log, goes_on };  // a log's line does not go on from the one before
  [[nodiscard]] LineSigns line(std::string_view text, Line kind);

 private:
  struct Chain;  // how far the words of one alternative have come
  void feed(char c, std::size_t offset);
  void phrase_ended(std::size_t phrase, std::size_t offset);

  std::vector<Chain> chains_;
  LineSigns found_;
  std::string recent_;      // the last characters as they were compared
  std::size_t state_ = 0;   // of the phrase table
  std::uint64_t at_ = 0;    // characters compared so far
  std::uint64_t from_ = 0;  // words before this one no longer count
};

}  // namespace rdpdoctor::analyze
