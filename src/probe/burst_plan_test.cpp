#include <algorithm>

#include "probe/burst_plan.h"

#include <doctest/doctest.h>

#include <functional>
#include <string>

namespace rdpdoctor::probe {
namespace {

using evidence::Burst;
using evidence::BurstFate;
using Kind = BurstStep::Kind;

struct Outcome {
  BurstFate fate = BurstFate::answered;
  double ms = 5;
};

// Plays a burst against a host that `host` speaks for: by phase, by number in it, by time.
struct Play {
  Burst burst;
  std::size_t most_held = 0;
  double now_ms = 1000;

  Play(std::uint32_t wanted, const std::function<Outcome(std::string_view, std::size_t, double)>& host) {
    burst.wanted = wanted;
    std::size_t held = 0;
    for (int i = 0; i < 1000; ++i) {
      BurstStep step = next_burst_step(burst, held, now_ms);
      if (step.kind == Kind::over) break;
      if (step.kind == Kind::release) held = 0;
      if (step.kind == Kind::wait) now_ms += std::max(step.wait_ms, 1.0);
      if (step.kind != Kind::begin) continue;
      double latest = 0;
      for (std::size_t n = 0; n < step.count; ++n) {
        Outcome o = host(step.phase, count(step.phase), now_ms);
        burst.connections.push_back(
            {.phase = std::string(step.phase), .started_ms = now_ms, .ms = o.ms, .fate = o.fate});
        latest = std::max(latest, o.ms);
      }
      held += step.count;
      most_held = std::max(most_held, held);
      now_ms += latest;
    }
  }
  [[nodiscard]] std::size_t count(std::string_view phase) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(burst.connections, [&](auto& c) { return c.phase == phase; }));
  }
};

}  // namespace

TEST_CASE("a host that answers all at once is asked no more") {
  Play play(16, [](auto, auto, auto) { return Outcome{}; });
  CHECK(play.burst.connections.size() == 16);
  CHECK(play.most_held == 16);
}

TEST_CASE("a host that answers none has nothing to recover from") {
  Play play(8, [](auto, auto, auto) { return Outcome{BurstFate::reset, 1}; });
  CHECK(play.burst.connections.size() == 8);
}

TEST_CASE("some dropped: a single one passes, then as many one after another") {
  Play play(16, [](auto phase, auto number, auto) {
    return Outcome{phase == "together" && number >= 8 ? BurstFate::reset : BurstFate::answered, 5};
  });
  CHECK(play.count("recovery") == 1);
  CHECK(play.count("in turn") == 16);
  CHECK(play.burst.connections[16].started_ms >= 1005 + 250);
}

TEST_CASE("a host that recovers late is tried at longer and longer pauses") {
  Play play(4, [](auto phase, auto number, double now) {
    bool dropped = phase == "together" ? number >= 2 : now < 5000;
    return Outcome{dropped ? BurstFate::closed : BurstFate::answered, 5};
  });
  CHECK(play.count("recovery") == 5);
  CHECK(play.count("in turn") == 4);
}

TEST_CASE("a host that stays silent is left alone before the time is up") {
  Play play(32, [](auto phase, auto number, auto) {
    bool dropped = phase != "together" || number >= 8;
    return Outcome{dropped ? BurstFate::silent : BurstFate::answered, burst_answer_ms};
  });
  CHECK(play.count("recovery") <= most_recovery_tries);
  CHECK(play.count("in turn") == 0);
  CHECK(play.now_ms - 1000 <= 30'000);
}

TEST_CASE("drops one after another, too, are enough after a few, and never beyond the bound") {
  Play play(32, [](auto phase, auto number, auto) {
    bool dropped = phase == "together" ? number >= 8 : phase == "in turn" && number % 2 == 1;
    return Outcome{dropped ? BurstFate::not_connected : BurstFate::answered, dropped ? burst_connect_ms : 5};
  });
  CHECK(play.count("in turn") == 2 * enough_drops_in_turn);
  CHECK(play.burst.connections.size() <= 2 * 32 + 8);
  CHECK(play.now_ms - 1000 <= 30'000);
}

TEST_CASE("a burst waits for a limit to recover when the attempts met it, and not else") {
  evidence::CaseFile c;
  c.connections = {{.number = 1}, {.number = 2}};
  for (auto& k : c.connections)
    k.ending = evidence::Ending::local, k.tcp.outcome = evidence::TcpOutcome::connected;
  CHECK(silence_before_burst_ms(c) < 1000);
  auto other = c;
  other.connections[1].tcp.outcome = evidence::TcpOutcome::refused;
  CHECK(silence_before_burst_ms(other) >= 5000);
  other = c;
  other.connections[1].x224.outcome = evidence::X224Outcome::reset;
  CHECK(silence_before_burst_ms(other) >= 5000);
  other = c;
  other.connections[1].tcp.syn_retransmits = {.state = Presence::present, .value = 1};
  CHECK(silence_before_burst_ms(other) >= 5000);
  CHECK(silence_before_burst_ms(other) + burst_ms < 30'000);
}

TEST_CASE("a slow path gets longer to connect than a fast one") {
  CHECK(burst_connect_limit_ms(5) == burst_connect_ms);
  CHECK(burst_connect_limit_ms(600) == burst_answer_ms);
}

}  // namespace rdpdoctor::probe
