#include "causes/engine/burst.h"

#include <algorithm>

#include "base/chance.h"
#include "base/text.h"
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

using evidence::BurstConnection;
using evidence::BurstFate;

// Fewer at once are what a diagnosis makes anyway.
constexpr std::size_t enough_to_clear = 8;
// Above this, "one after another" was as fast as a limit on new connections per second could want.
constexpr double fast_per_second = 20;

std::string seconds(double ms) {
  return ms < 1000 ? fmt::format("{:.2f} s", ms / 1000) : fmt::format("{:.1f} s", ms / 1000);
}

std::string_view word(BurstFate fate) {
  switch (fate) {
    case BurstFate::not_connected: return "not connected";
    case BurstFate::closed: return "FIN";
    case BurstFate::reset: return "RST";
    case BurstFate::silent: return "silence";
    case BurstFate::answered:
    case BurstFate::waiting: break;
  }
  return "";
}

std::string fates(const CaseFile& c, std::string_view phase) {
  std::vector<std::string> parts;
  for (BurstFate fate : {BurstFate::not_connected, BurstFate::reset, BurstFate::closed, BurstFate::silent}) {
    auto n = std::ranges::count_if(c.burst.connections,
                                   [&](auto& k) { return k.phase == phase && k.fate == fate; });
    if (n != 0) parts.push_back(fmt::format("{} {}", n, word(fate)));
  }
  return join(parts, ", ");
}

bool rest_dropped(const BurstPhase& p) {
  return p.answered_first == p.answered;
}

// Whatever it counts, a limit lets the first ones through; a host with several threads mixes them a little.
bool first_ones_pass(const BurstPhase& p) {
  constexpr double mostly = 0.75;  // drops by luck come to 0.5, and to this once in a hundred times
  return p.answered <= 2 * p.answered_first || mostly <= p.in_order;
}

// A limit answers the first ones and drops the rest; loss and a dead backend take any. After the pause that
// healed it, a tight one does the same to those made in turn.
double chance_of_rest(const BurstPhase& together, const BurstPhase& recovery, const BurstPhase& in_turn) {
  if (!rest_dropped(together)) return 1;
  double chance = chance_of_choice(together.dropped, together.all());
  if (recovery.answered == 0 || in_turn.dropped < 2 || !rest_dropped(in_turn)) return chance;
  return chance * chance_of_choice(in_turn.dropped, in_turn.all() + recovery.answered);
}

// What was made alone or in turn, beside what was made together: do the drops follow the crowd?
double chance_of_crowd(const BurstPhase& together, const BurstPhase& recovery, const BurstPhase& in_turn) {
  std::size_t singly = in_turn.all() + recovery.answered;
  double crowd = chance_of_share(together.dropped, together.all(), in_turn.dropped, singly);
  return std::min(crowd, chance_of_rest(together, recovery, in_turn));
}

struct Limit {
  BurstPhase together;
  BurstPhase recovery;
  BurstPhase in_turn;
  double recovered_after_ms = 0;
  bool by_rate = false;  // one after another were dropped, too
};

std::string rate_words(const BurstPhase& in_turn) {
  double s = (in_turn.ended_ms - in_turn.began_ms) / 1000;
  if (s <= 0 || in_turn.answered == 0) return "";
  return fmt::format("{:.0f} a second", std::max(1.0, static_cast<double>(in_turn.answered) / s));
}

// How fast "one after another" was; 0 when that is not known.
double per_second(const BurstPhase& in_turn) {
  double ms = in_turn.ended_ms - in_turn.began_ms;
  return ms > 0 ? static_cast<double>(in_turn.all()) * 1000 / ms : 0;
}

std::string in_turn_words(const Limit& limit) {
  const BurstPhase& p = limit.in_turn;
  std::string how = fmt::format("one after another in {}", seconds(p.ended_ms - p.began_ms));
  if (limit.by_rate) {
    return fmt::format("{}, {} were dropped too: it is their number in a time that counts", how,
                       share(p.dropped, p.all()));
  }
  if (per_second(p) >= fast_per_second) {
    return fmt::format("{}, all {} passed: it is their number at once that counts, not how fast they come",
                       how, p.answered);
  }
  return fmt::format("{}, all {} passed: it is their number at once that counts, or a higher rate", how,
                     p.answered);
}

std::string headline(const Limit& limit) {
  std::string rate = rate_words(limit.in_turn);
  bool measured = limit.in_turn.ended_ms - limit.in_turn.began_ms >= 1000;
  if (limit.by_rate && measured && !rate.empty())
    return fmt::format("The host drops new connections when more than about {} come.", rate);
  if (limit.by_rate) return "The host drops new connections when they come too fast.";
  return fmt::format("The host answers {} at once and drops more.",
                     count_of(limit.together.answered, "connection"));
}

EvidenceLine dropped_together(const CaseFile& c, const Limit& limit) {
  return {"burst", fmt::format("of {} made at once {} were answered, the others dropped ({})",
                               count_of(limit.together.all(), "connection"), limit.together.answered,
                               fates(c, "together"))};
}

// Whether it stands in a user's way: when our own few connections met it.
bool met_by_attempts(const CaseFile& c) {
  return any_of(standards(c), [](auto& k) { return !tcp_up(k) || !x224_answered(k); });
}

Found found(const CaseFile& c, const Limit& limit, Certainty certainty) {
  Found f{certainty,
          {dropped_together(c, limit),
           {"burst", fmt::format("one alone passed again {} after them", seconds(limit.recovered_after_ms))}},
          met_by_attempts(c),
          headline(limit),
          {}};
  if (limit.in_turn.all() != 0) f.evidence.push_back({"burst", in_turn_words(limit)});
  return f;
}

Found without_recovery(const CaseFile& c, const Limit& limit) {
  double waited_ms = limit.recovery.ended_ms - limit.together.ended_ms;
  return {Certainty::possible,
          {dropped_together(c, limit),
           {"burst", fmt::format("none of {} made alone in the {} after it passed", limit.recovery.dropped,
                                 seconds(waited_ms))}},
          met_by_attempts(c),
          "The host answers nobody for a while after many connections at once.",
          {}};
}

Verdict some_dropped(const CaseFile& c, const Limit& limit) {
  const BurstPhase& together = limit.together;
  if (limit.recovery.answered == 0)
    return c.burst.finished && limit.recovery.dropped != 0 ? Verdict(without_recovery(c, limit))
                                                           : needs(need::burst);
  // A busy host with several threads mixes the order of those made at once; a row of drops one by one stays.
  bool row = limit.by_rate && rest_dropped(limit.in_turn);
  if (!first_ones_pass(together)) {
    if (row) return needs(need::repeats);
    return excluded(
        "the drops are scattered among the connections made at once: a limit lets the first ones through");
  }
  double chance = chance_of_crowd(together, limit.recovery, limit.in_turn);
  constexpr double surely = 0.01;
  constexpr double hardly = 0.1;
  bool several = together.dropped >= 2;
  if (several && chance < surely) return found(c, limit, Certainty::proven);
  bool in_rows = rest_dropped(together) && rest_dropped(limit.in_turn) && chance <= hardly;
  if (limit.by_rate && !in_rows) {
    if (row) return needs(need::repeats);
    return excluded(fmt::format(
        "of those made one by one {} were dropped, of those at once {}: it is not "
        "their number",
        share(limit.in_turn.dropped, limit.in_turn.all()), share(together.dropped, together.all())));
  }
  // A lost packet does as much.
  if (!several || chance > hardly) return needs(need::repeats);
  return found(c, limit, Certainty::likely);
}

}  // namespace

BurstPhase burst_phase(const CaseFile& c, std::string_view phase) {
  std::vector<const BurstConnection*> list;
  for (const BurstConnection& k : c.burst.connections) {
    if (k.phase == phase && k.fate != BurstFate::waiting) list.push_back(&k);
  }
  std::ranges::stable_sort(list, {}, [](auto* k) { return k->started_ms; });
  BurstPhase p;
  std::size_t right_pairs = 0;
  for (const BurstConnection* k : list) {
    if (p.all() == 0) p.began_ms = k->started_ms;
    p.ended_ms = std::max(p.ended_ms, k->started_ms + k->ms);
    bool answered = k->fate == BurstFate::answered;
    if (answered && p.dropped == 0) ++p.answered_first;
    if (!answered) right_pairs += p.answered;
    ++(answered ? p.answered : p.dropped);
  }
  if (std::size_t pairs = p.answered * p.dropped; pairs != 0)
    p.in_order = static_cast<double>(right_pairs) / static_cast<double>(pairs);
  return p;
}

std::optional<Verdict> after_burst(const CaseFile& c) {
  if (c.burst.connections.empty()) return std::nullopt;
  Limit limit{burst_phase(c, "together"), burst_phase(c, "recovery"), burst_phase(c, "in turn"), 0, false};
  if (limit.together.all() < c.burst.wanted || limit.together.answered == 0) return std::nullopt;
  if (limit.together.dropped == 0) {
    if (limit.together.all() < enough_to_clear) return std::nullopt;
    return excluded(
        fmt::format("{} at once were all answered", count_of(limit.together.all(), "connection")));
  }
  limit.recovered_after_ms = limit.recovery.ended_ms - limit.together.ended_ms;
  limit.by_rate = limit.in_turn.dropped != 0;
  return some_dropped(c, limit);
}

}  // namespace rdpdoctor::causes
