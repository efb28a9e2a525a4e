#include "probe/plan.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "wire/x224.h"

namespace rdpdoctor::probe {
namespace {

using evidence::Asked;
using evidence::CaseFile;
using evidence::Connection;
using evidence::Ending;
using evidence::NlaOutcome;
using evidence::TcpOutcome;
using evidence::TlsOutcome;
using evidence::X224Outcome;

constexpr std::uint32_t standard_protocols =
    wire::PROTOCOL_SSL | wire::PROTOCOL_HYBRID | wire::PROTOCOL_HYBRID_EX;

bool over(const Connection& c) {
  return c.ending != Ending::open;
}
bool x224_answered(const Connection& c) {
  return c.x224.outcome == X224Outcome::confirmed || c.x224.outcome == X224Outcome::negotiation_failure;
}
bool ended_in(TlsOutcome o) {
  return o == TlsOutcome::alert || o == TlsOutcome::closed || o == TlsOutcome::reset ||
         o == TlsOutcome::silent || o == TlsOutcome::not_tls || o == TlsOutcome::failed_here;
}
bool nla_failed(const Connection& c) {
  return c.nla.outcome != NlaOutcome::not_tried && c.nla.outcome != NlaOutcome::waiting &&
         c.nla.outcome != NlaOutcome::challenged;
}

// Asks questions of one kind, skipping those that were asked already.
class Wishes {
 public:
  explicit Wishes(const CaseFile& c) : case_(c) {}

  void standard(std::string_view what, const std::string& address) {
    add({.address = address,
         .what = std::string(what),
         .protocols = standard_protocols,
         .tls = "handshake",
         .nla = true});
  }
  void negotiation(std::string_view what, const std::string& address, std::optional<std::uint32_t> protocols,
                   bool cookie = true, bool proxy_header = false) {
    add({.address = address,
         .what = std::string(what),
         .cookie = cookie,
         .proxy_header = proxy_header,
         .protocols = protocols,
         .tls = "",
         .nla = false});
  }
  void hello(std::string_view offer, const std::string& address, std::string_view suffix = "") {
    add({.address = address,
         .what = "hello " + std::string(offer) + std::string(suffix),
         .protocols = standard_protocols,
         .tls = std::string(offer),
         .nla = false});
  }
  void hello_first(const std::string& address) {
    add({.address = address,
         .what = "hello first",
         .cookie = false,
         .protocols = std::nullopt,
         .tls = "first",
         .nla = false});
  }
  void handshake_only(const std::string& address) {
    add({.address = address,
         .what = "tls only",
         .protocols = wire::PROTOCOL_SSL,
         .tls = "handshake",
         .nla = false});
  }
  [[nodiscard]] bool empty() const { return list_.empty(); }
  std::vector<Asked> take() { return std::move(list_); }

 private:
  void add(Asked asked) {
    bool made = std::any_of(case_.connections.begin(), case_.connections.end(), [&](const Connection& c) {
      return c.asked.what == asked.what && c.asked.address == asked.address;
    });
    if (!made) list_.push_back(std::move(asked));
  }

  const CaseFile& case_;
  std::vector<Asked> list_;
};

const Connection* find(const CaseFile& c, std::string_view what) {
  for (const Connection& conn : c.connections) {
    if (conn.asked.what == what) return &conn;
  }
  return nullptr;
}

// The attempt that the others stand beside: the one to the address that answers, once it was made.
const Connection* main_attempt(const CaseFile& c) {
  const Connection* elsewhere = find(c, "standard elsewhere");
  return elsewhere ? elsewhere : find(c, "standard");
}

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

bool dropped_at_tcp(const Connection& c) {
  return over(c) && c.ending != Ending::unfinished && c.tcp.outcome != TcpOutcome::connected;
}
bool dropped_at_x224(const Connection& c) {
  return c.x224.outcome == X224Outcome::closed || c.x224.outcome == X224Outcome::reset ||
         c.x224.outcome == X224Outcome::silent;
}

// Nothing, or nothing of RDP, came for the connection request: is it the request, or everything?
void x224_failed(Wishes& w, const CaseFile& c, const Connection& main, const std::string& address) {
  again(w, address);
  bool silent = main.x224.outcome == X224Outcome::silent;
  bool shut = main.x224.outcome == X224Outcome::closed || main.x224.outcome == X224Outcome::reset;
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

void tls_failed(Wishes& w, const Connection& main, const std::string& address) {
  again(w, address);
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
  return conn && ended_in(conn->tls.outcome);
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

void after_x224(Wishes& w, const CaseFile& c, const Connection& main, const std::string& address) {
  if (main.x224.outcome == X224Outcome::negotiation_failure) again(w, address);
  bool tls = main.x224.outcome == X224Outcome::confirmed && main.x224.selected.value_or(0) != 0;
  if (tls && ended_in(main.tls.outcome)) return tls_failed(w, main, address), ask_sets(w, address);
  if (nla_failed(main)) again(w, address), w.handshake_only(address);
  ask_sets(w, address);
  if (!tls) return;
  w.hello("modern", address);
  w.hello("tls1.2", address);
  bool narrow = hello_failed(c, "hello modern") || hello_failed(c, "hello tls1.2");
  if (narrow && main.tls.outcome == TlsOutcome::completed) narrow_offer_failed(w, c, address);
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
  bool failing = std::any_of(c.connections.begin(), c.connections.end(), [&](const Connection& conn) {
    return (over(conn) && !x224_answered(conn)) || ended_in(conn.tls.outcome) || nla_failed(conn);
  });
  return failing ? most_connections_failing : most_connections_healthy;
}

// The same ClientHello met two different fates.
bool tls_differs(const std::vector<const Connection*>& list) {
  auto passed = [](const Connection& c) {
    return c.tls.server_hello_seen || c.tls.outcome == TlsOutcome::completed ||
           c.tls.outcome == TlsOutcome::server_hello;
  };
  for (const Connection* one : list) {
    for (const Connection* other : list) {
      bool same = one->asked.tls == other->asked.tls && one->asked.protocols == other->asked.protocols;
      if (same && passed(*one) && ended_in(other->tls.outcome) && !passed(*other)) return true;
    }
  }
  return false;
}

// The address lets some connections pass a stage and drops others there.
bool mixed(const CaseFile& c, const Connection& main) {
  std::vector<const Connection*> list;
  for (const Connection& conn : c.connections) {
    if (conn.asked.address == main.asked.address) list.push_back(&conn);
  }
  auto any = [&](auto holds) {
    return std::any_of(list.begin(), list.end(), [&](const Connection* k) { return holds(*k); });
  };
  if (any(dropped_at_tcp) && any([](auto& k) { return k.tcp.outcome == TcpOutcome::connected; })) return true;
  // An answer to a plainer request may be that request's doing or luck: more repeats tell.
  bool answered = any([](auto& k) { return !k.asked.proxy_header && x224_answered(k); });
  // A host may well hang up on a request that no client makes.
  bool dropped = any([](auto& k) {
    bool odd = k.asked.what == "no negotiation" || k.asked.proxy_header || k.asked.tls == "first";
    return dropped_at_x224(k) && !odd;
  });
  return (answered && dropped) || tls_differs(list);
}

// Before anything else: the standard attempt again and again with nothing beside it, so that it shows whether
// the drops come by chance or with the number of connections.
std::vector<Asked> in_order(const CaseFile& c, const Connection* main, std::vector<Asked> list) {
  if (!main || !mixed(c, *main)) return list;
  Wishes alone(c);
  for (int i = 2; i <= last_repeat; ++i)
    alone.standard("standard again " + std::to_string(i), main->asked.address);
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

}  // namespace

std::vector<Asked> next_attempts(const CaseFile& c) {
  Wishes w(c);
  const auto& addresses = c.target.addresses;
  if (addresses.empty()) return {};
  w.standard("standard", addresses[0]);
  for (std::size_t i = 1; i < addresses.size() && i < most_addresses; ++i) {
    w.negotiation("other address", addresses[i], standard_protocols);
  }
  const Connection* main = find(c, "standard");
  const Connection* better = main ? better_address(c, *main) : nullptr;
  if (better) {
    w.standard("standard elsewhere", better->asked.address);
    main = find(c, "standard elsewhere");
  }
  if (main) {
    const std::string& address = main->asked.address;
    if (x224_answered(*main)) {
      after_x224(w, c, *main, address);
    } else if (over(*main)) {
      if (main->tcp.outcome == TcpOutcome::connected)
        x224_failed(w, c, *main, address);
      else
        again(w, address);
    }
  }
  std::vector<Asked> list = in_order(c, main, w.take());
  std::size_t left = budget(c) > c.connections.size() ? budget(c) - c.connections.size() : 0;
  if (list.size() > left) list.resize(left);
  return list;
}

bool runs_alone(const CaseFile& c, const Asked& next) {
  if (!next.what.starts_with("standard again")) return false;
  const Connection* main = main_attempt(c);
  return main && mixed(c, *main);
}

}  // namespace rdpdoctor::probe
