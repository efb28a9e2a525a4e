#include "analyze/join.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>

#include "analyze/alignment.h"
#include "analyze/names.h"
#include "base/text.h"
#include "evidence/client_attempts.h"
#include "evidence/host_log.h"
#include "fmt/core.h"

namespace rdpdoctor::analyze {

using evidence::CaseFile;
using evidence::Connection;
using evidence::Event;

namespace {

constexpr std::string_view core_ts = "RemoteDesktopServices-RdpCoreTS";
constexpr std::int64_t around_ms = 2'000;          // an event of a connection may be written that much off
constexpr std::int64_t same_port_ms = 43'200'000;  // beyond half a day the port is another connection's

bool is(const Event& e, std::string_view provider, std::uint32_t id) {
  return e.id == id && equal_ignoring_case(e.provider, provider);
}

bool accepts(const Event& e) {
  return is(e, core_ts, 131) &&
         std::none_of(e.data.begin(), e.data.end(), [](auto& v) { return v.value == "UDP"; });
}

struct Endpoint {
  std::string address;
  std::string port;
  bool operator==(const Endpoint&) const = default;
};

// "10.0.0.5:51234", "[2001:db8::5]:51234", "[fe80::1%4]:51234"
Endpoint endpoint_of(std::string_view text) {
  std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return {};
  std::string_view address = text.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
  address = address.substr(0, address.find('%'));
  static constexpr std::string_view mapped = "::ffff:";
  if (address.starts_with(mapped) && address.contains('.')) address.remove_prefix(mapped.size());
  return {lower(address), std::string(text.substr(colon + 1))};
}

Endpoint client_of(const Event& e) {
  for (const evidence::EventValue& v : e.data) {
    Endpoint found = endpoint_of(v.value);
    if (!found.address.empty() && decimal<std::uint16_t>(found.port)) return found;
  }
  return {};
}

struct Match {
  Connection* connection = nullptr;
  Event* event = nullptr;
  [[nodiscard]] std::int64_t ahead() const { return event->at.ms - connection->seen->at.ms; }
};

std::vector<Connection*> arrived(CaseFile& c, const std::string& source) {
  std::vector<Connection*> out;
  for (Connection& conn : c.connections) {
    bool up = conn.tcp.outcome == evidence::TcpOutcome::connected;
    if (conn.seen && !conn.seen->begun_before && up && conn.source == source) out.push_back(&conn);
  }
  return out;
}

std::vector<Event*> accepted(CaseFile& c, const std::string& source) {
  std::vector<Event*> out;
  for (Event& e : c.events) {
    if (e.source == source && accepts(e)) out.push_back(&e);
  }
  return out;
}

// By the client's address and port, the nearest in time; without those too far from the others.
std::vector<Match> by_endpoint(const std::vector<Connection*>& connections,
                               const std::vector<Event*>& events) {
  std::vector<Match> out;
  std::multimap<std::string, Event*> by_port;
  for (Event* e : events) by_port.emplace(client_of(*e).port, e);
  for (Connection* conn : connections) {
    Endpoint client = endpoint_of(conn->seen->client);
    Match best;
    auto [from, to] = by_port.equal_range(client.port);
    for (auto at = from; at != to; ++at) {
      Match m{conn, at->second};
      if (client_of(*m.event) != client || same_port_ms < std::abs(m.ahead())) continue;
      if (!best.event || std::abs(m.ahead()) < std::abs(best.ahead())) best = m;
    }
    if (best.event) out.push_back(best);
  }
  std::vector<std::int64_t> offsets;
  for (const Match& m : out) offsets.push_back(m.ahead());
  std::int64_t middle = median(offsets);
  std::erase_if(out, [&](const Match& m) { return 5'000 < std::abs(m.ahead() - middle); });
  return out;
}

// Where addresses were translated on the way: by time alone, when only one shift of the clocks fits.
std::vector<Match> by_time(const std::vector<Connection*>& connections, const std::vector<Event*>& events) {
  std::vector<std::int64_t> left;
  std::vector<std::int64_t> right;
  for (const Connection* conn : connections) left.push_back(conn->seen->at.ms);
  for (const Event* e : events) right.push_back(e->at.ms);
  std::vector<Match> out;
  auto found = align(left, right);
  if (!found) return out;
  for (const Pair& p : found->pairs) out.push_back({connections[p.left], events[p.right]});
  return out;
}

// Those that the first way left over, now that the clocks are known.
void add_rest(std::vector<Match>& matches, const std::vector<Connection*>& connections,
              const std::vector<Event*>& events, std::int64_t ahead) {
  auto taken = [&](auto* one) {
    return std::any_of(matches.begin(), matches.end(), [&](const Match& m) {
      return static_cast<void*>(m.connection) == one || static_cast<void*>(m.event) == one;
    });
  };
  for (Connection* conn : connections) {
    if (taken(conn)) continue;
    Event* only = nullptr;
    int candidates = 0;
    for (Event* e : events) {
      std::int64_t off = e->at.ms - conn->seen->at.ms - ahead;
      if (off < -around_ms || around_ms < off || taken(e)) continue;
      only = e;
      ++candidates;
    }
    if (candidates == 1) matches.push_back({conn, only});
  }
}

evidence::ClockOffset offset_of(const std::string& source, const std::string& against,
                                const std::vector<std::int64_t>& offsets) {
  std::int64_t middle = median(offsets);
  std::int64_t spread = 0;
  for (std::int64_t o : offsets) spread = std::max(spread, std::abs(o - middle));
  return {source, against, static_cast<double>(middle), static_cast<double>(spread),
          static_cast<std::uint32_t>(offsets.size())};
}

std::string record_of(const Event& e) {
  return fmt::format("{} record {}", e.source, e.record);
}

void join_accepted(CaseFile& c, const std::string& capture, const std::string& log) {
  std::vector<Connection*> connections = arrived(c, capture);
  std::vector<Event*> events = accepted(c, log);
  std::vector<Match> matches = by_endpoint(connections, events);
  if (matches.empty()) matches = by_time(connections, events);
  if (matches.empty()) return;
  std::vector<std::int64_t> offsets;
  for (const Match& m : matches) offsets.push_back(m.ahead());
  evidence::ClockOffset clock = offset_of(log, capture, offsets);
  add_rest(matches, connections, events, std::lround(clock.ahead_ms));
  for (const Match& m : matches) {
    m.event->connection = m.connection->number;
    m.connection->host_log = Reading<std::string>::present(record_of(*m.event));
  }
  c.clocks.push_back(std::move(clock));
}

// The client's own log beside its capture, or beside the host's log: by the times at which attempts began.
void join_attempts(CaseFile& c, const std::string& against, std::vector<std::int64_t> moments) {
  std::map<std::string, std::vector<std::int64_t>> by_log;
  for (const auto& attempt : evidence::client_attempts(c)) {
    by_log[attempt.begun->source].push_back(attempt.begun->at.ms);
  }
  for (const auto& [log, begun] : by_log) {
    auto found = align(moments, begun);
    if (!found) continue;
    std::vector<std::int64_t> offsets;
    for (const Pair& p : found->pairs) offsets.push_back(begun[p.right] - moments[p.left]);
    c.clocks.push_back(offset_of(log, against, offsets));
  }
}

struct HostClock {
  std::string computer;
  std::string against;  // the capture
  std::int64_t ahead_ms = 0;
};

std::string computer_of(const CaseFile& c, const std::string& source) {
  for (const Event& e : c.events) {
    if (e.source == source) return lower(e.computer);
  }
  return "";
}

std::vector<HostClock> host_clocks(const CaseFile& c) {
  std::vector<HostClock> out;
  for (const evidence::ClockOffset& clock : c.clocks) {
    out.push_back({computer_of(c, clock.source), clock.against, std::lround(clock.ahead_ms)});
  }
  return out;
}

// An event belongs to the connection in whose time it lies; of several, to the one that began last, unless it
// names the client of another.
void join_windows(CaseFile& c) {
  for (const HostClock& clock : host_clocks(c)) {
    for (Event& e : c.events) {
      if (e.connection != 0 || lower(e.computer) != clock.computer) continue;
      std::int64_t at = e.at.ms - clock.ahead_ms;
      const Connection* best = nullptr;
      for (const Connection& conn : c.connections) {
        if (!conn.seen || conn.source != clock.against) continue;
        std::int64_t begun = conn.seen->at.ms;
        bool within = begun - around_ms <= at && at <= begun + std::lround(conn.ended_ms) + around_ms;
        if (within && (!best || (best->seen->at.ms < begun && begun <= at + around_ms))) best = &conn;
      }
      if (best) e.connection = best->number;
    }
  }
}

// What the client called the host, and the host itself.
std::vector<std::string> called(const CaseFile& c) {
  std::vector<std::string> out;
  auto add = [&](const std::string& name) {
    if (!name.empty() && !is_address(name)) out.push_back(name);
  };
  add(c.target.host);
  for (const evidence::RdpSetting& s : c.rdp_settings) {
    if (s.name == "full address") add(without_port(s.value));
  }
  for (const auto& attempt : evidence::client_attempts(c)) add(without_port(attempt.server));
  for (const Connection& conn : c.connections) {
    add(conn.nla.netbios_computer_name);
    add(conn.nla.dns_computer_name);
    if (conn.tls.client_hello) add(conn.tls.client_hello->server_name);
  }
  return out;
}

// "" when the log may be taken for the host's. Of a computer of another name it may be another machine's,
// unless it has a connection of the case: then the name is an alias.
std::string doubt_of(const CaseFile& c, const evidence::HostLog& log) {
  if (!log.problem.empty()) return log.problem;
  std::vector<std::string> names = called(c);
  Names known = names_of(c);
  for (const std::string& name : names) known.add(name);
  bool joined = std::any_of(c.connections.begin(), c.connections.end(),
                            [](auto& conn) { return conn.host_log.state == Presence::present; });
  if (names.empty() || joined || known.has(log.computer)) return "";
  return fmt::format("{} is the log of {}, and the connection was to {}", log.source, log.computer, names[0]);
}

void look_for_missing(CaseFile& c) {
  auto log = evidence::host_log(c);
  if (!log) return;
  std::string doubt = doubt_of(c, *log);
  std::map<std::string, std::int64_t> ahead;  // by capture
  for (const HostClock& clock : host_clocks(c)) {
    if (clock.computer == log->computer) ahead[clock.against] = clock.ahead_ms;
  }
  for (Connection& conn : c.connections) {
    bool up = conn.tcp.outcome == evidence::TcpOutcome::connected;
    if (!conn.seen || conn.seen->begun_before || !up || conn.host_log.state != Presence::not_looked) continue;
    auto known = ahead.find(conn.source);
    std::int64_t margin = known == ahead.end() ? evidence::unknown_clock_ms : 10'000;
    Instant at{conn.seen->at.ms + (known == ahead.end() ? 0 : known->second)};
    if (at < log->first || log->last < at || evidence::any_arrival(c, *log, at, margin)) continue;
    conn.host_log = doubt.empty() ? Reading<std::string>::absent() : Reading<std::string>::unreadable(doubt);
  }
}

// The sources of connections in captures, or of events of one kind.
std::vector<std::string> captures_of(const CaseFile& c) {
  std::vector<std::string> out;
  for (const Connection& conn : c.connections) {
    if (conn.seen && std::find(out.begin(), out.end(), conn.source) == out.end()) out.push_back(conn.source);
  }
  return out;
}
std::vector<std::string> accepting_logs(const CaseFile& c) {
  std::vector<std::string> out;
  for (const Event& e : c.events) {
    if (accepts(e) && std::find(out.begin(), out.end(), e.source) == out.end()) out.push_back(e.source);
  }
  return out;
}

}  // namespace

void join(CaseFile& c) {
  c.clocks.clear();
  for (Event& e : c.events) e.connection = 0;
  for (Connection& conn : c.connections) conn.host_log = {};
  std::vector<std::string> captures = captures_of(c);
  std::vector<std::string> logs = accepting_logs(c);
  for (const std::string& capture : captures) {
    for (const std::string& log : logs) join_accepted(c, capture, log);
    std::vector<std::int64_t> begun;
    for (const Connection* conn : arrived(c, capture)) begun.push_back(conn->seen->at.ms);
    join_attempts(c, capture, std::move(begun));
  }
  if (captures.empty()) {
    for (const std::string& log : logs) {
      std::vector<std::int64_t> moments;
      for (const Event* e : accepted(c, log)) moments.push_back(e->at.ms);
      join_attempts(c, log, std::move(moments));
    }
  }
  join_windows(c);
  look_for_missing(c);
}

}  // namespace rdpdoctor::analyze
