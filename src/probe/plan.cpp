#include "probe/plan.h"

#include <optional>

#include "probe/name_questions.h"
#include "probe/plan_path.h"
#include "probe/plan_wishes.h"

namespace rdpdoctor::probe {
namespace {

using evidence::TcpOutcome;
using evidence::TlsOutcome;
using evidence::X224Outcome;

void again(Wishes& w, const std::string& address) {
  w.standard("standard again 2", address);
  w.standard("standard again 3", address);
}

void ask_sets(Wishes& w, const std::string& address) {
  w.negotiation("set ssl", address, wire::PROTOCOL_SSL);
  w.negotiation("set rdp", address, wire::PROTOCOL_RDP);
  w.negotiation("set hybrid", address, wire::PROTOCOL_SSL | wire::PROTOCOL_HYBRID);
  w.negotiation("set rdstls", address, wire::PROTOCOL_SSL | wire::PROTOCOL_RDSTLS);
  w.negotiation("set rdsaad", address, wire::PROTOCOL_RDSAAD);
}

// Nothing, or nothing of RDP, came for the connection request: is it the request, or everything?
void x224_failed(Wishes& w, const CaseFile& c, const Connection& main, const std::string& address) {
  again(w, address);
  bool silent = main.x224.outcome == X224Outcome::silent;
  bool shut = main.x224.outcome == X224Outcome::closed || main.x224.outcome == X224Outcome::reset ||
              main.tcp.outcome == TcpOutcome::reset;
  // On silence there is time for four more waits beside each other, so the order decides what is asked at
  // all.
  if (silent) w.negotiation("proxy header", address, standard_protocols, true, /* proxy_header= */ true);
  w.negotiation("no negotiation", address, std::nullopt);
  w.negotiation("no cookie", address, standard_protocols, /* cookie= */ false);
  if (shut) w.negotiation("proxy header", address, standard_protocols, true, /* proxy_header= */ true);
  if (!shut || main.x224.bytes != 0) return;
  // A Windows host answers a bare ClientHello too: it tells something only where no request was answered.
  auto unanswered = [&](std::string_view what) {
    const Connection* conn = find(c, what);
    return conn && over(*conn) && !x224_answered(*conn);
  };
  if (unanswered("standard again 2") && unanswered("standard again 3")) w.hello_first(address);
}

void tls_failed(Wishes& w, const CaseFile& c, const Connection& main, const std::string& address) {
  if (small_segments_pass(c, main)) {
    w.standard("standard again 2", address);
    return wish_sizes(w, c, main);
  }
  again(w, address);
  wish_sizes(w, c, main);
  if (main.tls.outcome == TlsOutcome::silent) {
    for (auto offer : {"small", "tls1.2", "modern", "wide", "no-sha1", "tls1.0"}) w.hello(offer, address);
    return;
  }
  for (auto offer : {"modern", "wide", "tls1.2", "split", "control", "plain", "tls1.3", "small", "tls1.0",
                     "tls1.1", "no-sha1", "legacy-ciphers"}) {
    w.hello(offer, address);
  }
}

bool hello_failed(const CaseFile& c, std::string_view what) {
  const Connection* conn = find(c, what);
  return conn && tls_ended(*conn);
}

// The handshake passes, but a narrower offer does not: is it so each time, and what does the offer lack?
void narrow_offer_failed(Wishes& w, const CaseFile& c, const std::string& address) {
  for (auto offer : {"modern", "tls1.2"}) {
    if (hello_failed(c, "hello " + std::string(offer))) w.hello(offer, address, " again");
  }
  again(w, address);
  for (auto offer : {"wide", "no-sha1", "tls1.3", "tls1.1", "tls1.0", "legacy-ciphers"})
    w.hello(offer, address);
}

// ClientHellos but one wait until the standard one is answered: where that stalls, they would only take the
// places of what finds out why.
void after_x224(Wishes& w, const CaseFile& c, const Connection& main, const std::string& address) {
  if (main.x224.outcome == X224Outcome::negotiation_failure) again(w, address);
  bool tls = main.x224.outcome == X224Outcome::confirmed && main.x224.selected.value_or(0) != 0;
  if (tls && !tls_ended(main)) {
    wish_sizes(w, c, main);
    if (small_segments_pass(c, main)) w.standard("standard again 2", address);
  }
  if (tls && tls_ended(main)) return tls_failed(w, c, main, address), ask_sets(w, address);
  if (nla_failed(main)) again(w, address), w.handshake("tls only", address, wire::PROTOCOL_SSL);
  bool answered = tls && (tls_passed(main) || over(main));
  if (answered) w.hello("drip", address);  // it takes the most round trips
  if (tls) w.hello("modern", address);
  if (answered) {
    if (!c.target.is_address && !c.target.host.empty()) w.by_address(address);
    w.hello("padded", address);
    w.hello("tls1.2", address);
  }
  ask_sets(w, address);
  if (!answered) return;
  bool narrow = hello_failed(c, "hello modern") || hello_failed(c, "hello tls1.2");
  if (narrow && tls_passed(main)) narrow_offer_failed(w, c, address);
  // Cut, not lost: is it so each time? A balancer may have handed it to a machine that is ill.
  for (auto offer : {"padded", "drip"}) {
    const Connection* first = find(c, "hello " + std::string(offer));
    if (first && tls_ended(*first) && first->tls.outcome != TlsOutcome::silent)
      w.hello(offer, address, " again");
  }
  wish_losses(w, c, main);
}

// The first of the other addresses at which RDP answered, when the first-tried one does not.
const Connection* better_address(const CaseFile& c, const Connection& first) {
  if (!over(first) || x224_answered(first)) return nullptr;
  for (const Connection& conn : c.connections) {
    if (conn.asked.what == "other address" && x224_answered(conn)) return &conn;
  }
  return nullptr;
}

std::size_t budget(const CaseFile& c) {
  bool failing = any_connection(c, [&](const Connection& conn) {
    bool tls_failed = tls_ended(conn) && conn.asked.tls != "system";  // that may be this machine's policy
    return (over(conn) && !x224_answered(conn)) || tls_failed || nla_failed(conn) || stalls(c, conn);
  });
  return failing || suspects_loss(c) || suspects_bandwidth(c) ? most_connections_failing
                                                              : most_connections_healthy;
}

bool same_hello(const Asked& a, const Asked& b) {
  return a.tls == b.tls && a.protocols == b.protocols && a.max_segment == b.max_segment &&
         a.server_name == b.server_name;
}

// The same ClientHello met two different fates.
bool tls_differs(const std::vector<const Connection*>& list) {
  for (const Connection* one : list) {
    for (const Connection* other : list) {
      // Those of other sizes wait for a shorter time: their silence tells less.
      bool impatient = sizes_differ(one->asked) && other->tls.outcome == TlsOutcome::silent;
      bool same = same_hello(one->asked, other->asked) && !impatient;
      bool passed = tls_passed(*one) || one->tls.server_hello_seen;
      if (same && passed && tls_ended(*other) && !other->tls.server_hello_seen) return true;
    }
  }
  return false;
}

// The address lets some connections pass a stage and drops others there.
bool mixed(const CaseFile& c, const Connection& main) {
  std::vector<const Connection*> list;
  for (const Connection& conn : c.connections) {
    if (conn.asked.address == main.asked.address && conn.asked.max_segment == 0) list.push_back(&conn);
  }
  auto any = [&](auto holds) {
    return std::any_of(list.begin(), list.end(), [&](const Connection* k) { return holds(*k); });
  };
  if (any(dropped_at_tcp) && any([](auto& k) { return k.tcp.outcome == TcpOutcome::connected; })) return true;
  // An answer to a plainer request may be that request's doing or luck: more repeats tell.
  bool answered = any([](auto& k) { return !k.asked.proxy_header && x224_answered(k); });
  // A host may well hang up on a request that no client makes.
  bool dropped = any([](auto& k) {
    bool odd = k.asked.what == "no negotiation" || k.asked.proxy_header || k.asked.tls == "first" ||
               !k.asked.server_name;
    return dropped_at_x224(k) && !odd;
  });
  return (answered && dropped) || tls_differs(list);
}

// A repeat that nothing else was open beside, and that was dropped: chance decides, not the crowd.
bool dropped_alone(const CaseFile& c) {
  return any_connection(c, [&](const Connection& one) {
    bool failed = over(one) && (dropped_at_tcp(one) || dropped_at_x224(one) || tls_ended(one));
    if (!failed || !one.asked.what.starts_with("standard again")) return false;
    return !any_connection(c, [&](const Connection& other) {
      bool apart = other.started_ms + other.ended_ms < one.started_ms ||
                   one.started_ms + one.ended_ms < other.started_ms;
      return &other != &one && (!over(other) || !apart);
    });
  });
}

// Before anything else: the standard attempt again and again with nothing beside it, so that it shows whether
// the drops come by chance or with the number of connections.
std::vector<Asked> in_order(const CaseFile& c, const Connection* main, std::vector<Asked> list) {
  if (!main || !mixed(c, *main)) return list;
  Wishes alone(c);
  int last = dropped_alone(c) ? last_repeat : last_repeat_in_doubt;
  for (int i = 2; i <= last; ++i) alone.standard("standard again " + std::to_string(i), main->asked.address);
  bool wanted = !alone.empty();
  bool repeat_open = false;
  bool any_open = false;
  for (const Connection& conn : c.connections) {
    any_open = any_open || !over(conn);
    repeat_open = repeat_open || (!over(conn) && conn.asked.what.starts_with("standard again"));
  }
  if (wanted ? any_open : repeat_open) return {};
  if (!wanted) return list;
  std::vector<Asked> next = alone.take();
  next.resize(1);
  return next;
}

// What other sources say that the name means, where the system's resolver does not.
void told_addresses(Wishes& w, const CaseFile& c) {
  std::vector<std::string> told = c.name.hosts_file.value;
  for (const evidence::DnsAnswer& answer : c.name.dns) {
    if (answer.type == "address") told.insert(told.end(), answer.addresses.begin(), answer.addresses.end());
  }
  std::vector<std::string> others;
  for (const std::string& address : told) {
    auto in = [&](const std::vector<std::string>& list) {
      return std::ranges::find(list, address) != list.end();
    };
    bool known = in(c.target.addresses) || in(others);
    if (!known && others.size() < most_told_addresses) others.push_back(address);
  }
  for (const std::string& address : others) w.standard("told address", address);
}

// How long the system's own address may be silent before the others are tried beside it.
constexpr double patience_before_told_ms = 500;

// Where RDP answers by the asked name, it decides nothing what else the name may mean.
bool told_addresses_matter(const CaseFile& c, const Connection* main) {
  if (c.target.addresses.empty()) return true;
  if (!main) return false;
  if (!x224_answered(*main)) return over(*main) || patience_before_told_ms <= c.run.ms - main->started_ms;
  return over(*main) && !calls_itself(*main, c.target.host);
}

// One attempt per address, the next one only when those before it failed.
std::vector<Asked> light_attempts(const CaseFile& c) {
  Wishes w(c);
  for (std::size_t i = 0; i < c.target.addresses.size() && i < most_addresses; ++i) {
    const std::string& address = c.target.addresses[i];
    w.standard("standard", address);
    bool failed = any_connection(c, [&](const Connection& conn) {
      bool ended = !x224_answered(conn) || tls_ended(conn) || nla_failed(conn);
      return conn.asked.address == address && over(conn) && ended;
    });
    if (!failed) break;
  }
  return w.take();
}

// Five in all: behind an address that spreads connections, three can meet the same dead machine by luck. The
// numbers between are for repeats that are made alone, see in_order.
void not_connected(Wishes& w, const std::string& address) {
  again(w, address);
  for (int i : {1, 2}) w.standard("standard again " + std::to_string(last_repeat + i), address);
}

// Whether this system's own TLS can make what OpenSSL could, or fails where that failed. On silence, and
// where no TLS answers, other experiments tell more.
bool system_tls_tells(const Connection& main) {
  TlsOutcome o = main.tls.outcome;
  return o == TlsOutcome::completed || o == TlsOutcome::alert || o == TlsOutcome::closed ||
         o == TlsOutcome::reset || o == TlsOutcome::failed_here;
}

void about_main(Wishes& w, const CaseFile& c, const Connection& main, const Means& means) {
  const std::string& address = main.asked.address;
  if (means.system_tls && system_tls_tells(main)) w.system_tls(address);
  if (x224_answered(main)) return after_x224(w, c, main, address);
  // While the first request is on its way the places are free, and what the other sets get is asked in any
  // case.
  if (!over(main) && main.tcp.outcome == TcpOutcome::connected) ask_sets(w, address);
  if (!over(main)) return;
  // Accepted and reset at once is the same as reset a moment later.
  if (main.tcp.outcome == TcpOutcome::connected || main.tcp.outcome == TcpOutcome::reset)
    x224_failed(w, c, main, address);
  else
    not_connected(w, address);
}

// Last of all, when nothing else wants the path.
std::vector<Asked> on_the_quiet_path(const CaseFile& c, const Connection* main) {
  bool others = any_connection(
      c, [](const Connection& conn) { return !over(conn) && !measures_bandwidth(conn.asked); });
  if (!main || others || !tls_passed(*main)) return {};
  Wishes w(c);
  wish_bandwidth(w, c, *main);
  return w.take();
}

}  // namespace

std::vector<Asked> next_attempts(const CaseFile& c, const Means& means) {
  if (c.run.light) return light_attempts(c);
  Wishes w(c);
  const auto& addresses = c.target.addresses;
  if (!addresses.empty()) w.standard("standard", addresses[0]);
  for (std::size_t i = 1; i < addresses.size() && i < most_addresses; ++i) {
    w.negotiation("other address", addresses[i], standard_protocols);
  }
  const Connection* main = find(c, "standard");
  const Connection* better = main ? better_address(c, *main) : nullptr;
  if (better) {
    w.standard("standard elsewhere", better->asked.address);
    main = find(c, "standard elsewhere");
  }
  if (told_addresses_matter(c, main)) told_addresses(w, c);
  if (main) about_main(w, c, *main, means);
  std::vector<Asked> list = in_order(c, main, w.take());
  if (list.empty()) list = on_the_quiet_path(c, main);
  std::size_t left = budget(c) > c.connections.size() ? budget(c) - c.connections.size() : 0;
  if (list.size() > left) list.resize(left);
  return list;
}

bool runs_alone(const CaseFile& c, const Asked& next) {
  if (next.what == "flight 1" || next.what == "upload") return true;
  if (!next.what.starts_with("standard again")) return false;
  const Connection* main = main_attempt(c);
  return main && mixed(c, *main);
}

std::optional<double> tls_patience_ms(const CaseFile& c, const Asked& next) {
  const Connection* main = main_attempt(c);
  bool repeat = next.what == "standard again 2" && main && small_segments_pass(c, *main);
  bool control = next.max_segment == least_segment && next.what.starts_with("segments");
  bool own_wait = main && (repeat || next.tls == "padded" || next.tls == "drip" || next.max_segment != 0);
  if (!own_wait || control || measures_bandwidth(next)) return std::nullopt;
  double way = main->tcp.connect_ms + main->x224.ms;
  double handshake = tls_passed(*main) ? main->tls.ms : 0;
  if (const Connection* least = find(c, "segments 536"); least && tls_passed(*least))
    handshake = std::max(handshake, least->tls.ms);
  bool first = next.tls == "drip" || next.what == "hello padded";
  return first ? std::max(2000.0, 8 * (way + handshake)) : std::max(1000.0, 4 * (way + handshake));
}

}  // namespace rdpdoctor::probe
