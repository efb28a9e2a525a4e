#include "causes/engine/log_views.h"

#include <algorithm>

#include "base/text.h"
#include "causes/engine/session_views.h"
#include "codes/registry.h"
#include "evidence/client_attempts.h"
#include "evidence/host_log.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {

using evidence::NlaOutcome;
using evidence::TlsOutcome;

bool is_event(const Event& e, std::string_view provider, std::uint32_t id) {
  return e.id == id && equal_ignoring_case(e.provider, provider);
}

namespace {

bool same_value(std::string_view value, std::string_view wanted) {
  if (equal_ignoring_case(trim(value), wanted)) return true;
  auto number = codes::parse_code(wanted);
  return number && codes::parse_code(value) == number;
}

}  // namespace

// A log without names for its values is searched for the value alone.
bool holds(const Event& e, std::string_view words) {
  std::size_t equals = words.find('=');
  if (equals != std::string_view::npos) {
    std::string_view name = words.substr(0, equals);
    std::string_view wanted = words.substr(equals + 1);
    return std::any_of(e.data.begin(), e.data.end(), [&](const evidence::EventValue& v) {
      bool here = name.empty() || v.name.empty() || equal_ignoring_case(v.name, name);
      return here && same_value(v.value, wanted);
    });
  }
  std::string wanted = lower(words);
  return std::any_of(e.data.begin(), e.data.end(), [&](const evidence::EventValue& v) {
    return lower(v.value).find(wanted) != std::string::npos || same_value(v.value, words);
  });
}

std::string minute_of(Instant at) {
  std::string text = to_rfc3339(at);  // "2026-11-20T02:14:05Z"
  return text.substr(0, 10) + " " + text.substr(11, 5) + " UTC";
}

std::string source(const Event& e) {
  return fmt::format("{} record {} ({})", e.source, e.record, minute_of(e.at));
}

namespace {

// All logs of one computer were written by one clock.
bool same_clock(const CaseFile& c, const std::string& source, const Event& e) {
  if (source == e.source) return true;
  for (const Event& other : c.events) {
    if (other.source == source) return equal_ignoring_case(other.computer, e.computer);
  }
  return false;
}

}  // namespace

Instant on_case_clock(const CaseFile& c, const Event& e) {
  for (const evidence::ClockOffset& clock : c.clocks) {
    if (same_clock(c, clock.source, e)) return {e.at.ms - static_cast<std::int64_t>(clock.ahead_ms)};
  }
  return e.at;
}

namespace {

constexpr std::string_view client_provider = "TerminalServices-ClientActiveXCore";
constexpr std::string_view host_providers[] = {"RemoteDesktopServices-RdpCoreTS",
                                               "TerminalServices-RemoteConnectionManager",
                                               "TerminalServices-LocalSessionManager"};

bool of_host(std::string_view provider) {
  return std::any_of(std::begin(host_providers), std::end(host_providers),
                     [&](std::string_view p) { return equal_ignoring_case(p, provider); });
}

Instant began(const CaseFile& c, const Connection& conn) {
  if (conn.seen) return conn.seen->at;
  return {c.run.started.ms + static_cast<std::int64_t>(conn.started_ms)};
}

bool has_time(const CaseFile& c, const Connection& conn) {
  return conn.seen.has_value() || c.run.started.ms != 0;
}

bool nla_failed(const Connection& c) {
  switch (c.nla.outcome) {
    case NlaOutcome::refused:
    case NlaOutcome::closed:
    case NlaOutcome::reset:
    case NlaOutcome::alert:
    case NlaOutcome::silent:
    case NlaOutcome::malformed: return true;
    case NlaOutcome::not_tried:
    case NlaOutcome::waiting:
    case NlaOutcome::challenged: break;
  }
  return false;
}

bool tls_failed(const Connection& c) {
  if (!tls_tried(c)) return false;
  return (c.tls.outcome != TlsOutcome::completed && c.tls.outcome != TlsOutcome::server_hello) ||
         client_rejected_tls(c);
}

}  // namespace

bool is_client_computer(const CaseFile& c, std::string_view computer) {
  bool client = false;
  for (const evidence::EventCount& n : c.event_counts) {
    if (!equal_ignoring_case(n.computer, computer)) continue;
    if (of_host(n.provider)) return false;
    client = client || equal_ignoring_case(n.provider, client_provider);
  }
  return client;
}

std::optional<Stage> failed_at(const Connection& c) {
  if (c.tcp.outcome == evidence::TcpOutcome::not_tried || c.tcp.outcome == evidence::TcpOutcome::pending) {
    return std::nullopt;
  }
  if (!tcp_up(c)) return Stage::tcp;
  using evidence::X224Outcome;
  if (c.x224.outcome == X224Outcome::waiting || c.x224.outcome == X224Outcome::not_tried) return std::nullopt;
  if (c.x224.outcome != X224Outcome::confirmed) return Stage::x224;
  if (tls_failed(c)) return Stage::tls;
  if (nla_failed(c)) return Stage::nla;
  return session_cut_short(c) ? std::optional(Stage::session) : std::nullopt;
}

namespace {

Failure failure(const Connection& conn) {
  return {&conn, failed_at(conn), fmt::format("connection #{}", conn.number)};
}

bool seen_by_capture(const CaseFile& c) {
  return std::any_of(c.connections.begin(), c.connections.end(),
                     [](auto& conn) { return conn.seen.has_value(); });
}

// Where nobody captured, the client's log tells when its attempts failed.
std::optional<Failure> failed_attempt(const CaseFile& c, const Event& e, std::int64_t around_ms) {
  if (seen_by_capture(c)) return std::nullopt;
  std::int64_t at = on_case_clock(c, e).ms;
  for (const auto& attempt : evidence::client_attempts(c)) {
    if (!attempt.failed() || attempt.begun->source == e.source) continue;
    bool within = on_case_clock(c, *attempt.begun).ms - around_ms <= at &&
                  at <= on_case_clock(c, *attempt.ended).ms + around_ms;
    if (within) return Failure{nullptr, {}, "the client's attempt of " + minute_of(attempt.begun->at)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Failure> failure_of(const CaseFile& c, const Event& e) {
  for (const Connection& conn : c.connections) {
    if (e.connection != 0 && conn.number == e.connection && failed_at(conn)) return failure(conn);
  }
  return failed_attempt(c, e, 2'000);
}

std::optional<Failure> failure_near(const CaseFile& c, const Event& e, int minutes) {
  if (auto own = failure_of(c, e)) return own;
  std::int64_t at = on_case_clock(c, e).ms;
  std::int64_t bound = std::int64_t{minutes} * 60'000;
  for (const Connection& conn : c.connections) {
    if (!has_time(c, conn) || !failed_at(conn)) continue;
    std::int64_t apart = at - began(c, conn).ms;
    if (-bound <= apart && apart <= bound + static_cast<std::int64_t>(conn.ended_ms)) return failure(conn);
  }
  return failed_attempt(c, e, bound);
}

namespace {

struct Success {
  std::string_view provider;
  std::uint32_t id = 0;
  std::string_view value = {};
  bool logon = false;  // a session began or was taken up again
};
constexpr Success successes[] = {
    {"TerminalServices-RemoteConnectionManager", 1149},
    {"RemoteDesktopServices-RdpCoreTS", 66},
    {"TerminalServices-LocalSessionManager", 21, {}, true},
    {"TerminalServices-LocalSessionManager", 22, {}, true},
    {"TerminalServices-LocalSessionManager", 25, {}, true},
    {"Security-Auditing", 4778, {}, true},
    {"TerminalServices-ClientActiveXCore", 1027, {}, true},
};

// 10: a remote session's logon.
bool remote_session_logon(const Event& e) {
  if (!is_event(e, "Security-Auditing", 4624)) return false;
  return std::any_of(e.data.begin(), e.data.end(), [](const evidence::EventValue& v) {
    return equal_ignoring_case(v.name, "LogonType") && v.value == "10";
  });
}

// Local console logons stand in the session manager's log as well, with LOCAL for an address.
bool is_success(const Event& e, Stage stage) {
  if (remote_session_logon(e)) return true;
  for (const Success& s : successes) {
    if (is_event(e, s.provider, s.id) && (s.logon || stage < Stage::session)) {
      return !std::any_of(e.data.begin(), e.data.end(), [](auto& v) { return v.value == "LOCAL"; });
    }
  }
  return false;
}

}  // namespace

const Event* success_after(const CaseFile& c, const Event& e, Stage stage) {
  for (const Event& later : c.events) {
    if (e.at < later.at && equal_ignoring_case(e.computer, later.computer) && is_success(later, stage)) {
      return &later;
    }
  }
  return nullptr;
}

std::optional<Instant> log_end(const CaseFile& c, std::string_view computer) {
  std::optional<Instant> last;
  for (const evidence::EventCount& n : c.event_counts) {
    if (equal_ignoring_case(n.computer, computer) && (!last || *last < n.last)) last = n.last;
  }
  for (const Event& e : c.events) {
    if (equal_ignoring_case(e.computer, computer) && (!last || *last < e.at)) last = e.at;
  }
  for (const evidence::SourceRead& read : c.sources) {
    bool later = read.last && (!last || *last < *read.last);
    if (later && equal_ignoring_case(read.computer, computer)) last = read.last;
  }
  return last;
}

Connections not_in_host_log(const CaseFile& c) {
  return finished(c, [](const Connection& conn) {
    return tcp_up(conn) && failed_at(conn) && conn.host_log.state == Presence::absent;
  });
}

bool never_reached_the_host(const CaseFile& c) {
  Connections failed = finished(c, [](const Connection& conn) { return tcp_up(conn) && failed_at(conn); });
  return all_of(failed, [](const Connection& conn) { return conn.host_log.state == Presence::absent; });
}

std::string attempt_not_in_host_log(const CaseFile& c) {
  auto log = evidence::host_log(c);
  if (!log || !log->problem.empty() || !c.connections.empty()) return "";
  for (const auto& attempt : evidence::client_attempts(c)) {
    Instant at = on_case_clock(c, *attempt.begun);
    bool covered = log->first <= at && at <= log->last;
    if (!attempt.failed() || attempt.reached || !covered) continue;
    if (!evidence::any_arrival(c, *log, at, evidence::unknown_clock_ms)) return source(*attempt.begun);
  }
  return "";
}

Connections in_host_log(const CaseFile& c) {
  return finished(c, [](const Connection& conn) { return conn.host_log.state == Presence::present; });
}

std::string host_log_words(const Connections& logged) {
  return logged.empty() ? "" : logged.front()->host_log.value;
}

std::string tls_reported_nothing(const CaseFile& c) {
  Connections logged =
      filter(in_host_log(c), [](const Connection& conn) { return failed_at(conn).has_value(); });
  if (logged.empty()) return "";
  const Connection& conn = *logged.front();
  for (const evidence::SourceRead& read : c.sources) {
    if (read.channel != "System" || read.damaged != 0 || !read.first ||
        is_client_computer(c, read.computer)) {
      continue;
    }
    auto end = log_end(c, read.computer);
    bool covers = *read.first <= began(c, conn) && end && began(c, conn) <= *end;
    bool said = std::any_of(c.events.begin(), c.events.end(), [&](const Event& e) {
      return equal_ignoring_case(e.provider, "Schannel") && e.source == read.source && failure_near(c, e, 1);
    });
    if (covers && !said) {
      return fmt::format("the host logged the connection ({}) and reports no fault of TLS in {}",
                         conn.host_log.value, read.source);
    }
  }
  return "";
}

namespace {

constexpr std::string_view session_manager = "TerminalServices-LocalSessionManager";
constexpr std::uint32_t socket_closed = 0x904;

// 40's reason is an extended disconnect code: 11 and 12 are the user's own doing, 1 and 2 an administrator's,
// 5 another connection of the user.
bool wanted(const Event& e) {
  return e.id == 40 && (holds(e, "Reason=1") || holds(e, "Reason=2") || holds(e, "Reason=5") ||
                        holds(e, "Reason=11") || holds(e, "Reason=12"));
}

bool complaint_of_a_drop(const CaseFile& c) {
  return c.complaint && c.complaint->code == socket_closed && c.complaint->extended == 0u;
}

}  // namespace

const Event* dropped_after_logon(const CaseFile& c) {
  bool logged_on = false;
  const Event* drop = nullptr;
  for (const Event& e : c.events) {
    if (!equal_ignoring_case(e.provider, session_manager)) continue;
    if (e.id == 21 || e.id == 25) logged_on = true, drop = nullptr;
    if (e.id == 23 || wanted(e)) logged_on = false, drop = nullptr;
    bool an_end = logged_on && (e.id == 24 || e.id == 40);
    if (an_end && (complaint_of_a_drop(c) || failure_of(c, e))) drop = &e;
  }
  return drop;
}

}  // namespace rdpdoctor::causes
