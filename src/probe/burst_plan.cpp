#include "probe/burst_plan.h"

#include <algorithm>

#include "probe/plan_wishes.h"

namespace rdpdoctor::probe {
namespace {

using evidence::Burst;
using evidence::BurstConnection;
using evidence::BurstFate;
using Kind = BurstStep::Kind;

constexpr double pauses_ms[most_recovery_tries] = {250, 500, 1000, 2000, 4000, 8000};
// A host that has not read our close yet still counts the connection.
constexpr double pause_in_turn_ms = 10;

struct Phase {
  std::size_t made = 0;
  std::size_t answered = 0;
  std::size_t dropped = 0;
  double ended_ms = 0;  // the last fate
};

Phase phase_of(const Burst& burst, std::string_view name) {
  Phase p;
  for (const BurstConnection& c : burst.connections) {
    if (c.phase != name) continue;
    ++p.made;
    if (c.fate == BurstFate::waiting) continue;
    ++(c.fate == BurstFate::answered ? p.answered : p.dropped);
    p.ended_ms = std::max(p.ended_ms, c.started_ms + c.ms);
  }
  return p;
}

BurstStep after_pause(std::string_view phase, double due_ms, double now_ms) {
  if (now_ms < due_ms) return {.kind = Kind::wait, .wait_ms = due_ms - now_ms};
  return {.kind = Kind::begin, .phase = phase, .count = 1};
}

}  // namespace

BurstStep next_burst_step(const Burst& burst, std::size_t held, double now_ms) {
  Phase together = phase_of(burst, "together");
  if (together.made < burst.wanted)
    return {.kind = Kind::begin, .phase = "together", .count = burst.wanted - together.made};
  bool waiting = std::ranges::any_of(burst.connections, [](auto& c) { return c.fate == BurstFate::waiting; });
  if (waiting) return {.kind = Kind::wait};
  if (held != 0) return {.kind = Kind::release};
  if (together.dropped == 0 || together.answered == 0) return {};
  double latest_ms = burst.connections.front().started_ms + burst_ms - burst_answer_ms - burst_connect_ms;
  if (now_ms > latest_ms) return {};
  Phase recovery = phase_of(burst, "recovery");
  if (recovery.answered == 0) {
    if (recovery.made == most_recovery_tries) return {};
    double since = std::max(together.ended_ms, recovery.ended_ms);
    return after_pause("recovery", since + pauses_ms[recovery.made], now_ms);
  }
  Phase in_turn = phase_of(burst, "in turn");
  if (in_turn.made >= burst.wanted || in_turn.dropped >= enough_drops_in_turn) return {};
  return after_pause("in turn", std::max(recovery.ended_ms, in_turn.ended_ms) + pause_in_turn_ms, now_ms);
}

double silence_before_burst_ms(const evidence::CaseFile& c) {
  constexpr double moment_ms = 300;
  constexpr double recovery_ms = 6000;
  bool dropped = any_connection(c, [](const evidence::Connection& k) {
    return dropped_at_tcp(k) || dropped_at_x224(k) || 0 < k.tcp.syn_retransmits.value;
  });
  return dropped ? recovery_ms : moment_ms;
}

double burst_connect_limit_ms(double alone_ms) {
  return alone_ms < burst_connect_ms / 3 ? burst_connect_ms : burst_answer_ms;
}

}  // namespace rdpdoctor::probe
