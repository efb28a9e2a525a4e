// Private to net/*.cpp: what the answers to a run of echo requests add up to. Pure.
#pragma once

#include <algorithm>
#include <optional>

#include "net/echo.h"

namespace rdpdoctor::net {

inline constexpr std::uint32_t most_echo_requests = 64;

class EchoTally {
 public:
  explicit EchoTally(std::uint32_t count) : requests_(std::clamp(count, 1U, most_echo_requests)) {
    record_.outcome = EchoRecord::Outcome::done;
    record_.icmp = Reading<IcmpReport>::absent();
  }

  void sent(Moment now) {
    if (all_sent()) return;
    requests_[next_++].sent = now;
    ++record_.sent;
  }
  // This one can't be sent and will have no answer.
  void not_sent() {
    if (!all_sent()) requests_[next_++].settled = true;
  }
  void answered(std::size_t sequence, std::uint32_t ttl, Moment now) {
    if (next_ <= sequence || requests_[sequence].answered || !requests_[sequence].sent) return;
    requests_[sequence].answered = requests_[sequence].settled = true;
    record_.answers_ms.push_back(to_ms(now - *requests_[sequence].sent));
    auto& ttls = record_.answer_ttls;
    if (ttl != 0 && std::ranges::find(ttls, ttl) == ttls.end()) ttls.push_back(ttl);
  }
  // An error instead of an answer; the first is kept, as later ones may come from what the system made of it.
  void refused(std::optional<std::size_t> sequence, IcmpReport report) {
    if (sequence && *sequence < next_) requests_[*sequence].settled = true;
    if (record_.icmp.get() == nullptr) record_.icmp = Reading<IcmpReport>::present(std::move(report));
  }
  void failed(EchoRecord::Outcome outcome, std::string why) {
    record_.outcome = outcome;
    record_.problem = std::move(why);
  }

  [[nodiscard]] std::size_t next() const { return next_; }
  [[nodiscard]] bool all_sent() const { return next_ == requests_.size(); }
  // Nothing more is expected.
  [[nodiscard]] bool settled() const {
    return all_sent() && std::ranges::all_of(requests_, [](const Request& r) { return r.settled; });
  }
  [[nodiscard]] EchoRecord& record() { return record_; }

 private:
  struct Request {
    std::optional<Moment> sent;
    bool answered = false;
    bool settled = false;
  };
  std::vector<Request> requests_;
  std::size_t next_ = 0;
  EchoRecord record_;
};

}  // namespace rdpdoctor::net
