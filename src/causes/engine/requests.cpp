#include "causes/engine/requests.h"

#include <algorithm>

#include "base/chance.h"
#include "causes/engine/path_views.h"
#include "causes/engine/tcp_views.h"

namespace rdpdoctor::causes {

using evidence::TcpOutcome;
using evidence::TlsOutcome;
using evidence::X224Outcome;

namespace {

// The first group of equals of which some passed and some failed.
template <class Equal>
std::optional<Split> first_split(const Connections& list, Equal equal, const Predicate& passed,
                                 const Predicate& failed) {
  for (const Connection* one : list) {
    Connections group = filter(list, [&](const Connection& other) { return equal(*one, other); });
    Split split{filter(group, passed), filter(group, failed)};
    if (!split.passed.empty() && !split.failed.empty()) return split;
  }
  return std::nullopt;
}

bool tcp_failed(const Connection& c) {
  switch (c.tcp.outcome) {
    case TcpOutcome::refused:
    case TcpOutcome::timed_out:
    case TcpOutcome::host_unreachable:
    case TcpOutcome::network_unreachable:
    case TcpOutcome::prohibited: return true;
    default: return false;
  }
}

bool x224_failed(const Connection& c) {
  switch (c.x224.outcome) {
    case X224Outcome::closed:
    case X224Outcome::reset:
    case X224Outcome::silent:
    case X224Outcome::not_rdp:
    case X224Outcome::malformed: return true;
    default: return c.tcp.outcome == TcpOutcome::reset;
  }
}

bool tls_failed(const Connection& c) {
  return tls_cut(c) || (tls_tried(c) && c.tls.outcome == TlsOutcome::silent && !tls_answered(c));
}

// A wait that was not clearly longer than another needed for its answer shows impatience, not silence.
bool waited_long_enough(double waited_ms, double slowest_ms) {
  return waited_ms <= 0 || waited_ms > 1.5 * slowest_ms;
}

// Without the failed ones that are silence after a wait too short to tell.
Connections without_short_waits(const Connections& failed, const Connections& passed,
                                bool (*silent)(const Connection&), double (*ms)(const Connection&)) {
  double slowest = 0;
  for (const Connection* conn : passed) slowest = std::max(slowest, ms(*conn));
  return filter(
      failed, [&](const Connection& conn) { return !silent(conn) || waited_long_enough(ms(conn), slowest); });
}

std::optional<Split> without_short_waits(std::optional<Split> split, bool (*silent)(const Connection&),
                                         double (*ms)(const Connection&)) {
  if (!split) return split;
  split->failed = without_short_waits(split->failed, split->passed, silent, ms);
  if (split->failed.empty()) return std::nullopt;
  return split;
}

bool x224_silent(const Connection& c) {
  return c.x224.outcome == X224Outcome::silent;
}
double x224_ms(const Connection& c) {
  return c.x224.ms;
}
bool tls_silent(const Connection& c) {
  return c.tls.outcome == TlsOutcome::silent;
}
double tls_ms(const Connection& c) {
  return c.tls.ms;
}

bool dropped(const Connection& c) {
  bool ended = c.x224.outcome == X224Outcome::closed || c.x224.outcome == X224Outcome::reset ||
               c.x224.outcome == X224Outcome::silent;
  return cut_before_answer(c) || syn_unanswered(c) || (tcp_up(c) && ended && c.x224.bytes == 0);
}

bool same_offer(const std::optional<evidence::ClientHello>& a,
                const std::optional<evidence::ClientHello>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return a->versions == b->versions && a->cipher_suites == b->cipher_suites &&
         a->sha1_signatures == b->sha1_signatures && a->server_name == b->server_name;
}

bool same_hello(const Connection& a, const Connection& b) {
  return same_request(a, b) && a.asked.tls == b.asked.tls && a.asked.max_segment == b.asked.max_segment &&
         same_offer(a.tls.client_hello, b.tls.client_hello);
}

std::optional<unsigned> hex_digit(char c) {
  if ('0' <= c && c <= '9') return static_cast<unsigned>(c - '0');
  if ('a' <= c && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if ('A' <= c && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return std::nullopt;
}

}  // namespace

bool same_asker(const Connection& a, const Connection& b) {
  return of_a_client(a) == of_a_client(b) && client_address(a) == client_address(b);
}

bool same_request(const Connection& a, const Connection& b) {
  return same_asker(a, b) && a.asked.address == b.asked.address && a.asked.protocols == b.asked.protocols &&
         a.asked.cookie == b.asked.cookie && a.asked.proxy_header == b.asked.proxy_header &&
         a.asked.server_name == b.asked.server_name;
}

std::optional<Split> split_at_tcp(const CaseFile& c) {
  auto same_address = [](const Connection& a, const Connection& b) {
    return same_asker(a, b) && a.asked.address == b.asked.address;
  };
  return first_split(finished(c), same_address, tcp_up, tcp_failed);
}

std::optional<Split> split_at_x224(const CaseFile& c) {
  return without_short_waits(first_split(finished(c), same_request, x224_answered, x224_failed), x224_silent,
                             x224_ms);
}

std::optional<Split> split_at_tls(const CaseFile& c) {
  // Those of other sizes wait for a shorter time, and their fate may be their size's.
  Connections tried =
      finished(c, [](const Connection& conn) { return tls_tried(conn) && !sizes_differ(conn); });
  return without_short_waits(first_split(tried, same_hello, tls_answered, tls_failed), tls_silent, tls_ms);
}

bool was_alone(const CaseFile& c, const Connection& one) {
  return std::none_of(c.connections.begin(), c.connections.end(), [&](const Connection& other) {
    bool apart = other.started_ms + other.ended_ms <= one.started_ms ||
                 one.started_ms + one.ended_ms <= other.started_ms;
    return &other != &one && !apart;
  });
}

namespace {

struct Crowd {
  std::size_t failed = 0;
  std::size_t all = 0;
};

// Of connections that were not alone, how many failed. Where what fails is dropped before any answer, all
// that a client might ask count, as none of them got as far as to matter.
Crowd crowd_of(const CaseFile& c, const Split& split) {
  auto beside = [&](const Connection& conn) { return !was_alone(c, conn); };
  Crowd same{split.failed.size(), split.failed.size() + filter(split.passed, beside).size()};
  if (!all_of(split.failed, dropped)) return same;
  Connections crowd = finished(c, [&](const Connection& conn) {
    bool usual = conn.asked.protocols && !conn.asked.proxy_header && conn.asked.tls != "first";
    return usual && conn.asked.address == split.failed.front()->asked.address && beside(conn);
  });
  return crowd.empty() ? same : Crowd{filter(crowd, dropped).size(), crowd.size()};
}

}  // namespace

Alone made_alone(const CaseFile& c, const Split& split) {
  auto alone = [&](const Connection& conn) { return was_alone(c, conn); };
  Alone out{filter(split.passed, alone), filter(split.failed, alone), false};
  if (!out.failed.empty() || out.passed.empty()) return out;
  // One dead machine of three passes six in a row once in eleven times: that must not clear it.
  constexpr double by_chance = 0.05;
  Crowd crowd = crowd_of(c, split);
  out.clears = chance_of_share(crowd.failed, crowd.all, 0, out.passed.size()) <= by_chance;
  return out;
}

std::optional<Turn> later_ones_dropped(const CaseFile& c) {
  if (standards(c).empty()) return std::nullopt;
  Connections same = filter(
      tcp_tried_main(c), [&](const Connection& conn) { return same_request(conn, *standards(c).front()); });
  same = without_short_waits(same, filter(same, x224_answered), x224_silent, x224_ms);
  std::ranges::sort(same, {}, [](auto* conn) { return std::pair(conn->started_ms, conn->number); });
  auto first_drop = std::find_if(same.begin(), same.end(), [](auto* conn) { return dropped(*conn); });
  Turn turn{Connections(same.begin(), first_drop), Connections(first_drop, same.end()), false};
  if (!all_of(turn.before, x224_answered) || turn.after.size() < 2 || !all_of(turn.after, dropped))
    return std::nullopt;
  auto by_itself = [&](const Connection& conn) { return was_alone(c, conn); };
  Connections alone = filter(turn.after, by_itself);
  if (alone.empty() && any_of(turn.before, by_itself)) return std::nullopt;  // the crowd, not the turn
  turn.certain = turn.after.size() >= 4 && alone.size() >= 2;
  return turn;
}

bool unending_answer(const Connection& c) {
  if (c.x224.outcome != X224Outcome::malformed) return false;
  std::vector<unsigned> digits;
  for (char ch : c.x224.first_bytes) {
    if (auto d = hex_digit(ch); d && digits.size() < 8) digits.push_back(*d);
  }
  if (digits.size() < 8 || digits[0] * 16 + digits[1] != 3) return false;
  unsigned length = digits[4] << 12 | digits[5] << 8 | digits[6] << 4 | digits[7];
  return length > 1024;
}

}  // namespace rdpdoctor::causes
