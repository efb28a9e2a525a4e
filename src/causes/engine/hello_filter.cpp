#include "causes/engine/hello_filter.h"

#include <algorithm>

#include "fmt/core.h"

namespace rdpdoctor::causes {

using evidence::TlsOutcome;

namespace {

constexpr double clearly_sooner_ms = 5;  // below it, scheduling noise decides: loopback and the same network

// The shortest round trip to the host that this run measured; 0 if none. Only answers that came from the host
// count.
double shortest_round_trip_ms(const CaseFile& c) {
  double shortest = 0;
  auto take = [&](double ms) {
    if (ms > 0 && (shortest <= 0 || ms < shortest)) shortest = ms;
  };
  std::string address = main_address(c);
  for (const Connection* conn : finished(c)) {
    if (!tcp_up(*conn) || (!address.empty() && conn->asked.address != address)) continue;
    take(conn->tcp.connect_ms);
    if (x224_answered(*conn)) take(conn->x224.ms);
    if (const double* rtt = conn->tcp.rtt_ms.get()) take(*rtt);
  }
  return shortest;
}

void judge_times(const CaseFile& c, const Connections& cut, HelloFilterSigns& signs) {
  double round_trip = shortest_round_trip_ms(c);
  Connections resets = filter(
      cut, [](const Connection& conn) { return conn.tls.outcome == TlsOutcome::reset && conn.tls.ms > 0; });
  if (resets.size() < 2) return;
  double slowest = 0;
  for (const Connection* conn : resets) slowest = std::max(slowest, conn->tls.ms);
  if (slowest < round_trip / 2 && clearly_sooner_ms < round_trip - slowest) {
    signs.early = resets;
    signs.reset_ms = slowest;
    signs.round_trip_ms = round_trip;
  }
}

bool ended_before_a_word(const Connection& c) {
  return fate(c) == Fate::cut && ended_without_word(c);
}

}  // namespace

HelloFilterSigns hello_filter_signs(const CaseFile& c) {
  HelloFilterSigns signs;
  Connections cut = with_fate(whole_hellos(c), Fate::cut);
  const Connection* split = hello(c, "split");
  bool whole_one_cut = all_of(of_offer(whole_hellos(c), "modern"), ended_before_a_word);
  if (split && fate(*split) == Fate::answered && whole_one_cut) signs.split_answered = split;
  if (split && fate(*split) == Fate::cut) signs.split_cut = split;
  bool without_word = all_of(cut, ended_without_word);
  if (const Connection* control = hello(c, "control")) {
    signs.control_made = true;
    if (control->tls.outcome == TlsOutcome::alert && without_word)
      signs.control_reached_tls = control;
    else if (fate(*control) == Fate::cut)
      signs.control_cut = control;
  }
  const Connection* plain = hello(c, "plain");
  bool alerted = plain && plain->tls.outcome == TlsOutcome::alert;
  if (alerted && without_word && signs.control_cut && ended_without_word(*signs.control_cut))
    signs.plain_reached_tls = plain;
  judge_times(c, cut, signs);
  return signs;
}

std::string early_words(const HelloFilterSigns& signs) {
  return fmt::format(
      "RST within {:.1f} ms of the ClientHello, while the shortest round trip to the host is {:.1f} ms",
      signs.reset_ms, signs.round_trip_ms);
}

}  // namespace rdpdoctor::causes
