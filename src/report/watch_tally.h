// What a watch has seen so far: exact counts of everything, and the last few thousand rounds themselves, so
// that a watch of a week needs no more memory than one of a night.
#pragma once

#include <deque>
#include <set>

#include "report/watch_round.h"

namespace rdpdoctor::report {

struct OutcomeCount {
  std::string outcome;
  std::optional<evidence::Stage> stage;
  std::size_t rounds = 0;
  Instant first;
  Instant last;
};

// Rounds one after another that all failed.
struct FailedRow {
  std::size_t rounds = 0;
  Instant from;
  Instant to;
};

// What a round brought that is worth a line.
struct WatchChange {
  bool any = false;
  std::string before;             // the outcome until now, "" in the first round
  std::size_t before_rounds = 0;  // how many rounds it lasted
  std::vector<std::string>
      seen_first;  // "address", "certificate", "computer": never seen before, not in round 1
};

class WatchTally {
 public:
  static constexpr std::size_t most_rounds_kept = 4096;
  static constexpr std::size_t most_names_kept = 64;  // addresses, certificates, computers: each

  WatchChange add(const WatchRound& r);

  [[nodiscard]] std::size_t rounds() const { return rounds_; }
  [[nodiscard]] std::size_t failed() const { return failed_; }
  [[nodiscard]] std::size_t failed_rows() const { return failed_rows_; }
  [[nodiscard]] const FailedRow& longest_row() const { return longest_; }
  [[nodiscard]] const FailedRow& last_row() const { return row_; }
  [[nodiscard]] bool fails_now() const { return !recent_.empty() && !recent_.back().healthy(); }
  [[nodiscard]] bool failed_at_first() const { return failed_at_first_; }
  [[nodiscard]] Instant began() const { return began_; }
  [[nodiscard]] Instant last_round() const { return recent_.empty() ? Instant{} : recent_.back().at; }
  [[nodiscard]] Instant first_failure() const { return first_failure_; }
  [[nodiscard]] Instant last_failure() const { return last_failure_; }
  [[nodiscard]] std::size_t first_failed_round() const { return first_failed_round_; }
  [[nodiscard]] std::size_t last_failed_round() const { return last_failed_round_; }
  [[nodiscard]] const std::vector<OutcomeCount>& outcomes() const {
    return outcomes_;
  }  // by first appearance
  [[nodiscard]] const std::deque<WatchRound>& recent() const { return recent_; }

 private:
  void count(const WatchRound& r);
  void count_failure(const WatchRound& r);

  std::size_t rounds_ = 0;
  std::size_t failed_ = 0;
  std::size_t failed_rows_ = 0;
  std::size_t same_outcome_ = 0;
  bool failed_at_first_ = false;
  FailedRow row_;  // the last one
  FailedRow longest_;
  Instant began_;
  Instant first_failure_;
  Instant last_failure_;
  std::size_t first_failed_round_ = 0;
  std::size_t last_failed_round_ = 0;
  std::vector<OutcomeCount> outcomes_;
  std::set<std::string> addresses_;
  std::set<std::string> certificates_;
  std::set<std::string> computers_;
  std::deque<WatchRound> recent_;
};

}  // namespace rdpdoctor::report
