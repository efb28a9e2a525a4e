#include "causes/engine/views.h"

#include <algorithm>

#include "causes/engine/session_views.h"
#include "codes/registry.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {

using evidence::NlaOutcome;
using evidence::TcpOutcome;
using evidence::TlsOutcome;
using evidence::X224Outcome;

Connections finished(const CaseFile& c) {
  return finished(c, [](const Connection&) { return true; });
}

namespace {

// A capture may end while a session goes on, or begin in the middle of one, of which it tells nothing but
// that.
bool is_known(const Connection& c) {
  if (c.seen && c.seen->begun_before) return false;
  bool ended = c.ending != evidence::Ending::unfinished && c.ending != evidence::Ending::open;
  return ended || session_went_on(c);
}

}  // namespace

Connections finished(const CaseFile& c, const Predicate& which) {
  Connections out;
  for (const Connection& conn : c.connections) {
    if (is_known(conn) && which(conn)) out.push_back(&conn);
  }
  return out;
}

bool all_of(const Connections& list, const Predicate& holds) {
  return !list.empty() && std::all_of(list.begin(), list.end(), [&](auto* c) { return holds(*c); });
}

bool any_of(const Connections& list, const Predicate& holds) {
  return std::any_of(list.begin(), list.end(), [&](auto* c) { return holds(*c); });
}

Connections filter(const Connections& list, const Predicate& which) {
  Connections out;
  std::copy_if(list.begin(), list.end(), std::back_inserter(out), [&](auto* c) { return which(*c); });
  return out;
}

namespace {

// A client that left before it asked, or before an answer was due, as health checks and port scans do: that
// tells nothing of the host but that its port is open.
bool left_without_a_word(const Connection& c) {
  bool nothing = c.tls.outcome == TlsOutcome::not_tried && !c.session && c.x224.bytes == 0;
  bool unasked = c.x224.outcome == X224Outcome::not_tried || c.x224.outcome == X224Outcome::waiting;
  return tcp_up(c) && c.ending == evidence::Ending::local && nothing && unasked;
}

}  // namespace

bool is_standard(const Connection& c) {
  return c.asked.what.starts_with("standard") || (of_a_client(c) && !left_without_a_word(c));
}

bool of_a_client(const Connection& c) {
  return c.asked.what == "client";
}

std::string client_address(const Connection& c) {
  return c.seen ? c.seen->client.substr(0, c.seen->client.rfind(':')) : "";
}

bool by_our_probe(const CaseFile& c) {
  return std::any_of(c.connections.begin(), c.connections.end(),
                     [](const Connection& conn) { return !of_a_client(conn); });
}

const Connection* attempt(const CaseFile& c, std::string_view what) {
  Connections found = finished(c, [&](const Connection& conn) { return conn.asked.what == what; });
  return found.empty() ? nullptr : found.front();
}

namespace {

int depth(const Connection& c) {
  if (session_went_on(c)) return 5;
  if (nla_tried(c) && c.nla.outcome == NlaOutcome::challenged) return 4;
  if (tls_answered(c)) return 3;
  if (x224_answered(c)) return 2;
  return tcp_up(c) ? 1 : 0;
}

}  // namespace

std::string main_address(const CaseFile& c) {
  const Connection* best = nullptr;
  for (const Connection* conn : finished(c, is_standard)) {
    if (!best || depth(*conn) > depth(*best)) best = conn;
  }
  return best ? best->asked.address : "";
}

Connections standards(const CaseFile& c) {
  std::string address = main_address(c);
  Connections all =
      finished(c, [&](const Connection& conn) { return is_standard(conn) && conn.asked.address == address; });
  // In a capture, TLS without X.224 before it is what scanners do, unless nobody asks otherwise.
  Connections requests = filter(all, [](const Connection& conn) { return conn.asked.tls != "first"; });
  return requests.empty() ? all : requests;
}

bool tcp_up(const Connection& c) {
  return c.tcp.outcome == TcpOutcome::connected;
}

bool x224_answered(const Connection& c) {
  return c.x224.outcome == X224Outcome::confirmed || c.x224.outcome == X224Outcome::negotiation_failure;
}

bool tls_chosen(const Connection& c) {
  return c.x224.outcome == X224Outcome::confirmed && c.x224.selected.value_or(0) != 0;
}

bool tls_tried(const Connection& c) {
  return c.tls.outcome != TlsOutcome::not_tried && c.tls.outcome != TlsOutcome::waiting &&
         c.asked.tls != "control" && c.asked.tls != "plain" && c.asked.tls != "first" &&
         c.asked.tls != "system";
}

bool tls_answered(const Connection& c) {
  return tls_tried(c) && (c.tls.server_hello_seen || c.tls.outcome == TlsOutcome::completed ||
                          c.tls.outcome == TlsOutcome::server_hello);
}

bool tls_cut(const Connection& c) {
  bool cut = c.tls.outcome == TlsOutcome::closed || c.tls.outcome == TlsOutcome::reset ||
             c.tls.outcome == TlsOutcome::alert;
  return tls_tried(c) && cut && !c.tls.server_hello_seen;
}

bool client_rejected_tls(const Connection& c) {
  return c.tls.client_alert.value_or(0) != 0;  // 0 close_notify, RFC 8446 6.1
}

bool nla_tried(const Connection& c) {
  return c.nla.outcome != NlaOutcome::not_tried && c.nla.outcome != NlaOutcome::waiting;
}

bool probed(const CaseFile& c) {
  return !finished(c).empty();
}

namespace {

bool passed_stage(const Connection& c, Stage stage) {
  switch (stage) {
    case Stage::tcp: return tcp_up(c);
    case Stage::x224: return c.x224.outcome == X224Outcome::confirmed;
    case Stage::tls:
      return (c.tls.outcome == TlsOutcome::completed && !client_rejected_tls(c)) ||
             (x224_answered(c) && !tls_chosen(c));
    case Stage::session: return !session_cut_short(c);
    case Stage::nla: return c.nla.outcome == NlaOutcome::challenged || c.nla.outcome == NlaOutcome::not_tried;
    default: return true;
  }
}

}  // namespace

bool passed(const CaseFile& c, Stage stage) {
  static constexpr Stage order[] = {Stage::tcp, Stage::x224, Stage::tls, Stage::nla, Stage::session};
  return any_of(standards(c), [&](const Connection& conn) {
    return std::all_of(std::begin(order), std::end(order),
                       [&](Stage s) { return s > stage || passed_stage(conn, s); });
  });
}

std::optional<Stage> failing_stage(const CaseFile& c) {
  using evidence::NameOutcome;
  NameOutcome name = c.name.outcome;
  if (name != NameOutcome::not_tried && name != NameOutcome::literal && name != NameOutcome::resolved) {
    return Stage::name;
  }
  if (standards(c).empty()) return std::nullopt;
  for (Stage s : {Stage::tcp, Stage::x224, Stage::tls, Stage::nla, Stage::session}) {
    if (!passed(c, s)) return s;
  }
  return std::nullopt;
}

std::string source(std::string_view stage, const Connection& c) {
  return fmt::format("{} {} #{}", c.source.empty() ? "probe" : c.source, stage, c.number);
}

std::string source(std::string_view stage, const Connections& list) {
  if (list.empty()) return std::string(stage);
  std::vector<int> numbers;
  for (const Connection* c : list) numbers.push_back(c->number);
  std::sort(numbers.begin(), numbers.end());
  std::string out =
      fmt::format("{} {} ", list.front()->source.empty() ? "probe" : list.front()->source, stage);
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t end = i;
    while (end + 1 < numbers.size() && numbers[end + 1] == numbers[end] + 1) ++end;
    if (i) out += ", ";
    out += fmt::format("#{}", numbers[i]);
    if (end > i) out += fmt::format("{}#{}", end == i + 1 ? ", " : "–", numbers[end]);
    i = end + 1;
  }
  return out;
}

std::string tls_ending_words(const Connection& c) {
  switch (c.tls.outcome) {
    case TlsOutcome::alert: {
      std::uint32_t code = c.tls.alert.value_or(0);
      return fmt::format("alert {} {}", code, codes::name_or_empty("tls-alert", code));
    }
    case TlsOutcome::closed: return "FIN";
    case TlsOutcome::reset: return "RST";
    case TlsOutcome::silent: return "silence";
    case TlsOutcome::not_tls: return "bytes that are not TLS";
    case TlsOutcome::failed_here: return "our own side: " + c.tls.problem;
    case TlsOutcome::completed: return "a whole handshake";
    case TlsOutcome::server_hello: return "a ServerHello";
    case TlsOutcome::not_tried:
    case TlsOutcome::waiting: break;
  }
  return "nothing known";
}

std::string x224_ending_words(const Connection& c) {
  switch (c.x224.outcome) {
    case X224Outcome::confirmed: return "a Connection Confirm";
    case X224Outcome::negotiation_failure: {
      std::uint32_t code = c.x224.failure_code.value_or(0);
      return fmt::format("RDP_NEG_FAILURE {} {}", code, codes::name_or_empty("negotiation-failure", code));
    }
    case X224Outcome::not_rdp: return c.x224.spoke.empty() ? "something that is not RDP" : c.x224.spoke;
    case X224Outcome::malformed: return "a broken answer (" + c.x224.problem + ")";
    case X224Outcome::closed: return "FIN";
    case X224Outcome::reset: return "RST";
    case X224Outcome::silent: return "silence";
    case X224Outcome::not_tried:
    case X224Outcome::waiting: break;
  }
  return "nothing known";
}

Untested needs_probe() {
  return needs(need::further);
}
Untested needs(std::string_view what) {
  return Untested{{std::string(what)}};
}
Excluded excluded(std::string because) {
  return Excluded{std::move(because)};
}

}  // namespace rdpdoctor::causes
