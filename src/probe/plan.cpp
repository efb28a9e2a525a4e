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
  void hello(std::string_view offer, const std::string& address) {
    add({.address = address,
         .what = "hello " + std::string(offer),
         .protocols = standard_protocols,
         .tls = std::string(offer),
         .nla = false});
  }
  void handshake_only(const std::string& address) {
    add({.address = address,
         .what = "tls only",
         .protocols = wire::PROTOCOL_SSL,
         .tls = "handshake",
         .nla = false});
  }
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
void x224_failed(Wishes& w, const Connection& main, const std::string& address) {
  again(w, address);
  w.negotiation("no cookie", address, standard_protocols, /* cookie= */ false);
  w.negotiation("no negotiation", address, std::nullopt);
  bool shut = main.x224.outcome == X224Outcome::closed || main.x224.outcome == X224Outcome::reset;
  if (shut) w.negotiation("proxy header", address, standard_protocols, true, /* proxy_header= */ true);
}

void tls_failed(Wishes& w, const Connection& main, const std::string& address) {
  w.standard("standard again 2", address);
  if (main.tls.outcome == TlsOutcome::silent) {
    for (auto offer : {"small", "tls1.2", "modern"}) w.hello(offer, address);
    w.standard("standard again 3", address);
    for (auto offer : {"wide", "no-sha1", "tls1.0"}) w.hello(offer, address);
    return;
  }
  w.standard("standard again 3", address);
  for (auto offer : {"modern", "wide", "tls1.2", "split", "control", "tls1.3", "small", "tls1.0", "tls1.1",
                     "no-sha1", "legacy-ciphers"}) {
    w.hello(offer, address);
  }
}

// The handshake passes, but a narrower offer does not: find out what it lacks.
void narrow_offer_failed(Wishes& w, const std::string& address) {
  for (auto offer : {"wide", "no-sha1", "tls1.3", "tls1.1", "tls1.0", "legacy-ciphers"})
    w.hello(offer, address);
}

bool hello_failed(const CaseFile& c, std::string_view what) {
  const Connection* conn = find(c, what);
  return conn && ended_in(conn->tls.outcome);
}

// A connection that was dropped although others of the same address get through.
bool some_dropped(const CaseFile& c, const std::string& address) {
  return std::any_of(c.connections.begin(), c.connections.end(), [&](const Connection& conn) {
    bool dropped =
        conn.x224.outcome == X224Outcome::closed || conn.x224.outcome == X224Outcome::reset ||
        conn.x224.outcome == X224Outcome::silent ||
        (over(conn) && conn.ending != Ending::unfinished && conn.tcp.outcome != TcpOutcome::connected);
    return conn.asked.address == address && dropped && conn.asked.what != "no negotiation" &&
           conn.asked.what != "proxy header";
  });
}

void after_x224(Wishes& w, const CaseFile& c, const Connection& main, const std::string& address) {
  if (over(main) && some_dropped(c, address)) again(w, address);
  if (main.x224.outcome == X224Outcome::negotiation_failure) again(w, address);
  bool tls = main.x224.outcome == X224Outcome::confirmed && main.x224.selected.value_or(0) != 0;
  if (tls && ended_in(main.tls.outcome)) return tls_failed(w, main, address), ask_sets(w, address);
  if (nla_failed(main)) again(w, address), w.handshake_only(address);
  ask_sets(w, address);
  if (!tls) return;
  w.hello("modern", address);
  w.hello("tls1.2", address);
  bool narrow = hello_failed(c, "hello modern") || hello_failed(c, "hello tls1.2");
  if (narrow && main.tls.outcome == TlsOutcome::completed) narrow_offer_failed(w, address);
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
  if (main) {
    if (const Connection* better = better_address(c, *main)) {
      w.standard("standard elsewhere", better->asked.address);
      main = find(c, "standard elsewhere");
    }
  }
  if (main) {
    const std::string& address = main->asked.address;
    if (x224_answered(*main)) {
      after_x224(w, c, *main, address);
    } else if (over(*main)) {
      if (main->tcp.outcome == TcpOutcome::connected)
        x224_failed(w, *main, address);
      else
        again(w, address);
    }
  }
  std::vector<Asked> list = w.take();
  std::size_t left = budget(c) > c.connections.size() ? budget(c) - c.connections.size() : 0;
  if (list.size() > left) list.resize(left);
  return list;
}

}  // namespace rdpdoctor::probe
