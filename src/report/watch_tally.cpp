#include "report/watch_tally.h"

#include <algorithm>

namespace rdpdoctor::report {
namespace {

// Whether `value` is seen for the first time; a set that is full takes no more and finds nothing new.
bool first_seen(std::set<std::string>& known, const std::string& value) {
  if (value.empty() || known.size() >= WatchTally::most_names_kept) return false;
  return known.insert(value).second;
}

}  // namespace

WatchChange WatchTally::add(const WatchRound& r) {
  WatchChange change;
  bool first = rounds_ == 0;
  bool same = !first && recent_.back().outcome == r.outcome && recent_.back().dead == r.dead;
  if (!first && !same) {
    change.before = recent_.back().outcome;
    change.before_rounds = same_outcome_;
  }
  same_outcome_ = same ? same_outcome_ + 1 : 1;
  // The first one of each is no change: an address met only now, when the name failed before, is.
  auto note = [&](std::set<std::string>& known, const std::string& value, const char* what) {
    bool any_before = !known.empty();
    if (first_seen(known, value) && any_before) change.seen_first.emplace_back(what);
  };
  note(addresses_, r.address, "address");
  note(certificates_, r.certificate, "certificate");
  note(computers_, r.computer, "computer");
  change.any = !same || !change.seen_first.empty();
  count(r);
  return change;
}

void WatchTally::count(const WatchRound& r) {
  if (rounds_ == 0) began_ = r.at;
  if (rounds_ == 0) failed_at_first_ = !r.healthy();
  ++rounds_;
  if (!r.healthy()) count_failure(r);
  auto known = std::ranges::find(outcomes_, r.outcome, &OutcomeCount::outcome);
  if (known == outcomes_.end())
    known = outcomes_.insert(outcomes_.end(), {r.outcome, r.stage, 0, r.at, r.at});
  ++known->rounds;
  known->last = r.at;
  recent_.push_back(r);
  if (recent_.size() > most_rounds_kept) recent_.pop_front();
}

void WatchTally::count_failure(const WatchRound& r) {
  if (failed_ == 0) first_failure_ = r.at;
  if (failed_ == 0) first_failed_round_ = rounds_;
  last_failure_ = r.at;
  last_failed_round_ = rounds_;
  ++failed_;
  if (!fails_now()) {
    ++failed_rows_;
    row_ = {0, r.at, r.at};
  }
  ++row_.rounds;
  row_.to = r.at;
  if (row_.rounds > longest_.rounds) longest_ = row_;
}

}  // namespace rdpdoctor::report
