#include "analyze/assemble.h"

#include <algorithm>
#include <map>
#include <set>

#include "analyze/complaint.h"
#include "analyze/join.h"
#include "analyze/names.h"
#include "base/text.h"
#include "evidence/client_attempts.h"
#include "fmt/core.h"

namespace rdpdoctor::analyze {

using evidence::CaseFile;
using evidence::Connection;
using evidence::Event;

namespace {

// All that one computer wrote, from any number of files.
struct ComputerLog {
  std::string computer;
  std::vector<Event> events;
  std::vector<evidence::EventCount> counts;
};

// A case while it is put together.
struct Draft {
  CaseFile c;
  std::vector<PieceUdp> udp;
  Names names;  // every name and address by which this host is known so far
};
using Drafts = std::vector<Draft>;

std::string with_port(const std::string& host, std::uint16_t port) {
  if (port == 3389) return host;
  return host.contains(':') ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

Draft& draft_of(Drafts& drafts, const std::string& address, std::uint16_t port) {
  for (Draft& d : drafts) {
    bool same = d.names.has(address) && d.c.target.port == port;
    if (same) return d;
  }
  Draft& d = drafts.emplace_back();
  d.c.target = {with_port(address, port), address, port, true, {address}};
  d.names.add(address);
  return d;
}

void take_case(Drafts& drafts, CaseFile&& c) {
  for (Draft& d : drafts) {
    bool same = d.names.has_any(names_of(c)) && d.c.target.port == c.target.port;
    if (!same) continue;
    merge(d.c, std::move(c));
    d.names.add_all(names_of(d.c));
    return;
  }
  Draft& d = drafts.emplace_back();
  d.c = std::move(c);
  d.names.add_all(names_of(d.c));
}

// UDP goes beside the host's connections; where there are none it is a case of its own.
Draft& draft_for(Drafts& drafts, const evidence::UdpExchange& exchange) {
  for (Draft& d : drafts) {
    if (d.names.has(exchange.address)) return d;
  }
  return draft_of(drafts, exchange.address, exchange.port == 0 ? std::uint16_t{3389} : exchange.port);
}

void take_connections(Drafts& drafts, Piece& piece) {
  for (PieceConnection& pc : piece.connections) {
    Draft& d = draft_of(drafts, pc.address, pc.port);
    d.names.add_all(names_of(pc.facts));
    d.c.connections.push_back(std::move(pc.facts));
  }
  for (PieceUdp& u : piece.udp) draft_for(drafts, u.facts).udp.push_back(std::move(u));
}

std::vector<ComputerLog> logs_of(std::vector<Piece>& pieces) {
  std::map<std::string, ComputerLog> by_name;
  for (Piece& piece : pieces) {
    for (Event& e : piece.events) {
      ComputerLog& log = by_name[short_name(e.computer)];
      log.computer = e.computer;
      log.events.push_back(std::move(e));
    }
    for (evidence::EventCount& n : piece.event_counts) {
      ComputerLog& log = by_name[short_name(n.computer)];
      if (log.computer.empty()) log.computer = n.computer;
      log.counts.push_back(std::move(n));
    }
  }
  std::vector<ComputerLog> out;
  for (auto& [name, log] : by_name) out.push_back(std::move(log));
  return out;
}

void give(Draft& d, ComputerLog&& log) {
  std::move(log.events.begin(), log.events.end(), std::back_inserter(d.c.events));
  std::move(log.counts.begin(), log.counts.end(), std::back_inserter(d.c.event_counts));
  log = {};
}

// The clients' addresses and ports that the case's connections came from: a host's log names them too.
bool shares_a_client(const Draft& d, const ComputerLog& log) {
  std::set<std::string> clients;
  for (const Connection& conn : d.c.connections) {
    if (conn.seen) clients.insert(conn.seen->client);
  }
  return std::any_of(log.events.begin(), log.events.end(), [&](const Event& e) {
    return e.id == 131 && std::any_of(e.data.begin(), e.data.end(),
                                      [&](const auto& v) { return clients.contains(v.value); });
  });
}

bool of_a_host(const ComputerLog& log) {
  return std::any_of(log.counts.begin(), log.counts.end(), [](const evidence::EventCount& n) {
    std::string p = lower(n.provider);
    return p == "remotedesktopservices-rdpcorets" || p == "terminalservices-remoteconnectionmanager" ||
           p == "terminalservices-localsessionmanager";
  });
}

// The hosts that a client's log says it connected to, by name and by address.
std::set<std::string> servers_in(const ComputerLog& log) {
  std::set<std::string> out;
  for (const Event& e : log.events) {
    bool names_one = e.id == 1024 || e.id == 1102;
    if (names_one && equal_ignoring_case(e.provider, "TerminalServices-ClientActiveXCore")) {
      out.insert(lower(without_port(evidence::value_of(e, "Value"))));
    }
  }
  out.erase("");
  return out;
}

// A host's own log: by the clients that it names, by its name, or because there is but one of each.
void place_host_log(Drafts& drafts, ComputerLog&& log, bool only_one) {
  for (Draft& d : drafts) {
    if (shares_a_client(d, log)) return give(d, std::move(log));
  }
  for (Draft& d : drafts) {
    if (d.names.has(log.computer)) return give(d, std::move(log));
  }
  if (only_one && drafts.size() == 1) return give(drafts.front(), std::move(log));
  Draft& d = drafts.emplace_back();
  d.c.target = {log.computer, log.computer, 3389, false, {}};
  d.names.add(log.computer);
  give(d, std::move(log));
}

// A client's log goes to each host that it names; with one host and nothing that tells otherwise, to that.
void place_client_log(Drafts& drafts, ComputerLog&& log) {
  std::set<std::string> servers = servers_in(log);
  Draft* only = nullptr;
  int fitting = 0;
  for (Draft& d : drafts) {
    bool named = std::any_of(servers.begin(), servers.end(), [&](auto& s) { return d.names.has(s); });
    if (!named) continue;
    only = &d;
    ++fitting;
  }
  if (fitting == 1) return give(*only, std::move(log));
  if (fitting == 0 && drafts.size() == 1 && servers.size() <= 1) {
    for (const std::string& s : servers) drafts.front().names.add(s);
    return give(drafts.front(), std::move(log));
  }
  if (fitting == 0) {
    Draft& d = drafts.emplace_back();
    std::string host = servers.size() == 1 ? *servers.begin() : "";
    d.c.target = {host, host, 3389, false, {}};
    for (const std::string& s : servers) d.names.add(s);
    return give(d, std::move(log));
  }
  for (Draft& d : drafts) {
    bool named = std::any_of(servers.begin(), servers.end(), [&](auto& s) { return d.names.has(s); });
    ComputerLog copy = log;
    if (named) give(d, std::move(copy));
  }
}

void place_logs(Drafts& drafts, std::vector<Piece>& pieces) {
  std::vector<ComputerLog> logs = logs_of(pieces);
  auto hosts = std::count_if(logs.begin(), logs.end(), of_a_host);
  // A machine with neither kind of log (System alone) is taken for the host when no other one is.
  auto clients = std::count_if(logs.begin(), logs.end(),
                               [](auto& log) { return !of_a_host(log) && !servers_in(log).empty(); });
  bool only_one = hosts == 1 || (hosts == 0 && static_cast<std::ptrdiff_t>(logs.size()) - clients == 1);
  for (ComputerLog& log : logs) {
    bool client = !of_a_host(log) && !servers_in(log).empty();
    if (!client) place_host_log(drafts, std::move(log), only_one);
  }
  for (ComputerLog& log : logs) {
    if (!log.counts.empty() || !log.events.empty()) place_client_log(drafts, std::move(log));
  }
}

std::string rdp_host(const Piece& piece) {
  for (const evidence::RdpSetting& s : piece.rdp_settings) {
    if (s.name == "full address") return without_port(s.value);
  }
  return "";
}

// Texts and settings: to the hosts that they name, else to all.
void place_texts(Drafts& drafts, std::vector<Piece>& pieces) {
  for (Piece& piece : pieces) {
    if (piece.told.empty() && piece.rdp_settings.empty()) continue;
    std::string host = rdp_host(piece);
    if (drafts.empty()) {
      Draft& d = drafts.emplace_back();
      if (!host.empty()) {
        d.c.target = {host, host, 3389, false, {}};
        d.names.add(host);
      }
    }
    for (evidence::Told& t : piece.told) {
      bool named = std::any_of(drafts.begin(), drafts.end(),
                               [&](Draft& d) { return !t.about.empty() && d.names.has(t.about); });
      for (Draft& d : drafts) {
        if (!named || d.names.has(t.about)) d.c.told.push_back(t);
      }
    }
    bool known = std::any_of(drafts.begin(), drafts.end(), [&](Draft& d) { return d.names.has(host); });
    for (Draft& d : drafts) {
      if (known && !d.names.has(host)) continue;
      d.c.rdp_settings.insert(d.c.rdp_settings.end(), piece.rdp_settings.begin(), piece.rdp_settings.end());
    }
  }
}

Instant began(const CaseFile& c, const Connection& conn) {
  return conn.seen ? conn.seen->at : Instant{c.run.started.ms + static_cast<std::int64_t>(conn.started_ms)};
}

// The beginning of the case, the times since then, the order and the numbers.
void set_times(Draft& d) {
  CaseFile& c = d.c;
  std::optional<Instant> first;
  if (c.run.started.ms != 0) first = c.run.started;  // of our own probe
  for (const Connection& conn : c.connections) {
    if (!first || began(c, conn) < *first) first = began(c, conn);
  }
  for (const PieceUdp& u : d.udp) {
    if (!first || u.at < *first) first = u.at;
  }
  std::sort(c.events.begin(), c.events.end(), [](const Event& a, const Event& b) {
    return std::tie(a.at, a.record) < std::tie(b.at, b.record);
  });
  if (!first && !c.events.empty()) first = c.events.front().at;
  if (!first) return;
  shift(c, static_cast<double>(c.run.started.ms - first->ms));
  for (Connection& conn : c.connections) {
    if (conn.seen) conn.started_ms = static_cast<double>(conn.seen->at.ms - first->ms);
  }
  std::stable_sort(c.connections.begin(), c.connections.end(),
                   [](const Connection& a, const Connection& b) { return a.started_ms < b.started_ms; });
  for (std::size_t i = 0; i < c.connections.size(); ++i) c.connections[i].number = static_cast<int>(i) + 1;
  for (PieceUdp& u : d.udp) {
    u.facts.started_ms = static_cast<double>(u.at.ms - first->ms);
    c.udp.push_back(std::move(u.facts));
  }
  c.run.started = *first;
  double end = c.run.ms;
  for (const Connection& conn : c.connections) end = std::max(end, conn.started_ms + conn.ended_ms);
  c.run.ms = end;
}

// The name that clients asked for, when they all asked for one: by SNI, by their own log, by an .rdp file.
void name_the_target(Draft& d) {
  CaseFile& c = d.c;
  if (!c.target.is_address && !c.target.host.empty()) return;
  std::set<std::string> asked;
  for (const Connection& conn : c.connections) {
    if (conn.tls.client_hello && !conn.tls.client_hello->server_name.empty()) {
      asked.insert(lower(conn.tls.client_hello->server_name));
    }
  }
  for (const auto& attempt : evidence::client_attempts(c)) {
    std::string name = lower(without_port(attempt.server));
    if (!name.empty() && !is_address(name)) asked.insert(name);
  }
  if (asked.size() != 1) return;
  c.target.host = *asked.begin();
  c.target.is_address = false;
  c.target.asked = with_port(c.target.host, c.target.port);
}

std::size_t weight(const CaseFile& c) {
  return c.connections.size() * 1000 + c.events.size() + c.told.size();
}

}  // namespace

std::vector<CaseFile> assemble(std::vector<Piece> pieces, const Wanted& wanted) {
  Drafts drafts;
  for (Piece& piece : pieces) {
    for (CaseFile& c : piece.cases) take_case(drafts, std::move(c));
  }
  for (Piece& piece : pieces) take_connections(drafts, piece);
  place_logs(drafts, pieces);
  place_texts(drafts, pieces);
  if (drafts.empty()) drafts.emplace_back();
  std::vector<CaseFile> out;
  for (Draft& d : drafts) {
    bool other = !wanted.host.empty() && !d.names.has(wanted.host);
    if (other) continue;
    name_the_target(d);
    set_times(d);
    for (const Piece& piece : pieces) {
      if (!piece.read.source.empty()) d.c.sources.push_back(piece.read);
    }
    if (!d.c.complaint) d.c.complaint = wanted.complaint ? wanted.complaint : complaint_of(d.c);
    if (wanted.complaint) d.c.complaint = wanted.complaint;
    join(d.c);
    out.push_back(std::move(d.c));
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const CaseFile& a, const CaseFile& b) { return weight(b) < weight(a); });
  return out;
}

}  // namespace rdpdoctor::analyze
