// The stage ladder: one line per stage, from the attempts that stand for the client's own connection.
#include "report/ladder.h"

#include <algorithm>

#include "base/text.h"
#include "causes/engine/name_views.h"
#include "causes/engine/tls_views.h"
#include "causes/engine/views.h"
#include "codes/registry.h"
#include "fmt/core.h"
#include "report/ladder_path.h"
#include "report/ladder_session.h"
#include "report/ladder_system_tls.h"
#include "report/sources.h"

namespace rdpdoctor::report {
namespace {

using namespace causes;
using evidence::NameOutcome;
using evidence::NlaOutcome;
using evidence::TcpOutcome;
using evidence::TlsOutcome;
using evidence::X224Outcome;

std::string ms_words(double ms) {
  if (ms < 10) return fmt::format("{:.1f} ms", ms);
  return ms < 10000 ? fmt::format("{:.0f} ms", ms) : fmt::format("{:.1f} s", ms / 1000);
}

// The standard attempts; one that was cut off still tells how far it had got when there is no other.
Connections told_by(const CaseFile& c) {
  Connections list = standards(c);
  if (!list.empty()) return list;
  for (const Connection& conn : c.connections) {
    if (is_standard(conn)) list.push_back(&conn);
  }
  return list;
}

bool reached(const Connection& conn, Stage stage) {
  switch (stage) {
    case Stage::x224: return tcp_up(conn);
    case Stage::tls: return conn.tls.outcome != TlsOutcome::not_tried;
    case Stage::nla: return nla_tried(conn);
    default: return true;
  }
}

bool answered(const Connection& conn, Stage stage) {
  switch (stage) {
    case Stage::tcp: return tcp_up(conn);
    case Stage::x224: return x224_answered(conn);
    case Stage::tls: return tls_answered(conn);
    case Stage::nla: return conn.nla.outcome == NlaOutcome::challenged;
    default: return false;
  }
}

// The connection a stage is told by: the first standard attempt that was answered there, else the first that
// reached it.
const Connection* representative(const CaseFile& c, Stage stage) {
  Connections list = filter(told_by(c), [&](auto& conn) { return reached(conn, stage); });
  Connections good = filter(list, [&](auto& conn) { return answered(conn, stage); });
  // Clients in a capture ask for different things: the one that was served stands for the stage.
  Connections served =
      filter(good, [](auto& conn) { return conn.seen && conn.x224.outcome == X224Outcome::confirmed; });
  if (!served.empty()) return served.front();
  if (!good.empty()) return good.front();
  return list.empty() ? nullptr : list.front();
}

// "10.1.2.3 (DNS, 2 ms), but 10.0.0.53 says 10.9.9.9".
std::string resolved_words(const CaseFile& c) {
  ServerWords words = server_words(c);
  bool by_dns = !agreeing(c, words).empty();
  std::string from = from_hosts_file(c) ? hosts_words(c) + ", " : by_dns ? "DNS, " : "";
  std::string out = fmt::format("{} ({}{})", join(c.target.addresses, ", "), from, ms_words(c.name.ms));
  ServerWords others = differing(c, words);
  if (!others.empty())
    out += fmt::format(", but {} {} {}", servers_of(others), others.size() == 1 ? "says" : "say",
                       join(others[0].answer->addresses, ", "));
  return out;
}

std::string not_found_words(const CaseFile& c) {
  ServerWords words = server_words(c);
  ServerWords known = of_kind(words, ServerWord::Kind::tells);
  std::string out = fmt::format("the system finds no address for {}", c.target.host);
  if (!known.empty())
    out += fmt::format(", but {} says {}", known[0].answer->server, join(known[0].answer->addresses, ", "));
  else if (std::size_t n = of_kind(words, ServerWord::Kind::denies).size(); n != 0 && n == words.size())
    out += fmt::format(", nor {} {}", n == 1 ? "does" : "do", servers_of(words));
  return out;
}

StageLine name_line(const CaseFile& c) {
  StageLine line{Stage::name, Outcome::passed, "", c.name.ms};
  switch (c.name.outcome) {
    case NameOutcome::literal: line.summary = "an address was given, no name to look up"; break;
    case NameOutcome::resolved: line.summary = resolved_words(c); break;
    case NameOutcome::not_found: line.summary = not_found_words(c); break;
    case NameOutcome::no_answer:
      line.summary = fmt::format("no name server answered for {}", c.target.host);
      break;
    case NameOutcome::timed_out:
      line.summary = fmt::format("no answer within {}", ms_words(c.name.ms));
      break;
    case NameOutcome::failed: line.summary = "the look-up failed: " + c.name.error; break;
    case NameOutcome::not_tried:
      line.summary = from_files(c) ? "no look-up in these files" : "not reached";
      break;
  }
  if (c.name.outcome == NameOutcome::not_tried)
    line.outcome = Outcome::skipped;
  else if (c.name.outcome > NameOutcome::resolved)
    line.outcome = Outcome::failed;
  return line;
}

std::string tcp_words(const Connection& conn) {
  switch (conn.tcp.outcome) {
    case TcpOutcome::connected:
      if (conn.seen && conn.seen->begun_before) return "connected before the capture begins";
      return "connected in " + ms_words(conn.tcp.connect_ms);
    case TcpOutcome::refused:
      return "refused: " + std::string(conn.tcp.icmp.get() ? "ICMP says port unreachable" : "RST to the SYN");
    case TcpOutcome::reset: return "reset while connecting";
    case TcpOutcome::timed_out: return "no answer to the SYN within " + ms_words(conn.tcp.connect_ms);
    case TcpOutcome::host_unreachable: return "host unreachable";
    case TcpOutcome::network_unreachable: return "network unreachable";
    case TcpOutcome::prohibited: return "administratively prohibited (ICMP)";
    case TcpOutcome::no_route: return "this machine has no route to it";
    case TcpOutcome::not_permitted: return "this machine does not permit the connection";
    case TcpOutcome::failed: return fmt::format("socket error {}", conn.tcp.os_error);
    case TcpOutcome::not_tried:
    case TcpOutcome::pending: break;
  }
  return "not known";
}

std::string share_words(const Connections& list, const Predicate& holds) {
  std::size_t n = filter(list, holds).size();
  return list.size() < 2 ? "" : fmt::format(" ({} of {})", n, list.size());
}

StageLine tcp_line(const CaseFile& c) {
  const Connection* conn = representative(c, Stage::tcp);
  if (!conn || conn->tcp.outcome == TcpOutcome::pending)
    return {Stage::tcp, Outcome::skipped, conn ? "not known" : "not reached", 0};
  StageLine line{Stage::tcp, tcp_up(*conn) ? Outcome::passed : Outcome::failed, tcp_words(*conn),
                 conn->tcp.connect_ms};
  if (!tcp_up(*conn)) line.summary += share_words(standards(c), [](auto& k) { return !tcp_up(k); });
  if (c.target.addresses.size() > 1) line.summary = conn->asked.address + " " + line.summary;
  if (auto* from = conn->tcp.icmp.get(); from && !from->from.empty())
    line.summary += ", told by " + from->from;
  std::vector<std::string> said;
  for (const Connection* other : finished(c)) {
    bool elsewhere = other->asked.address != conn->asked.address &&
                     (other->asked.what == "other address" || is_standard(*other));
    bool again = std::ranges::find(said, other->asked.address) != said.end();
    if (!elsewhere || again || tcp_up(*other)) continue;
    said.push_back(other->asked.address);
    line.summary += fmt::format("; {} {}", other->asked.address, tcp_words(*other));
  }
  return line;
}

std::string chosen_words(const CaseFile& c, const Connection& conn) {
  std::uint32_t selected = conn.x224.selected.value_or(0);
  const Connection* ssl = attempt(c, "set ssl");
  bool ssl_passes = ssl && ssl->x224.outcome == X224Outcome::confirmed && ssl->x224.selected.value_or(0) != 0;
  bool ssl_refused = ssl && ssl->x224.outcome == X224Outcome::negotiation_failure;
  switch (selected) {
    case 0:
      return conn.x224.selected ? "host uses RDP security only: no TLS, no NLA"
                                : "host confirms without negotiation: RDP security only";
    case 1: return "host chooses TLS without NLA (SSL)";
    case 2:
    case 8: {
      std::string name = selected == 8 ? "HYBRID_EX" : "HYBRID";
      return ssl_refused  ? fmt::format("host offers NLA only ({})", name)
             : ssl_passes ? fmt::format("host chooses NLA ({}), TLS without NLA would do too", name)
                          : fmt::format("host chooses NLA ({})", name);
    }
    default: return fmt::format("host chooses protocol 0x{:X}", selected);
  }
}

// Protocols beyond the usual ones that the host took when asked for them alone.
std::string further_protocols(const CaseFile& c) {
  std::string out;
  for (auto [what, bit, name] :
       {std::tuple("set rdstls", 4u, "RDSTLS"), std::tuple("set rdsaad", 16u, "RDSAAD (Entra)")}) {
    const Connection* conn = attempt(c, what);
    if (conn && conn->x224.selected == bit) out += std::string("; also ") + name;
  }
  return out;
}

StageLine x224_line(const CaseFile& c) {
  const Connection* conn = representative(c, Stage::x224);
  if (!conn || !tcp_up(*conn)) return {Stage::x224, Outcome::skipped, "not reached", 0};
  StageLine line{Stage::x224, Outcome::failed, "", conn->x224.ms};
  auto share = share_words(standards(c), [&](auto& k) { return k.x224.outcome == conn->x224.outcome; });
  switch (conn->x224.outcome) {
    case X224Outcome::confirmed:
      line.outcome = Outcome::passed;
      line.summary = chosen_words(c, *conn) + further_protocols(c);
      break;
    case X224Outcome::negotiation_failure: line.summary = "host answers " + x224_ending_words(*conn); break;
    case X224Outcome::not_rdp:
      line.summary = fmt::format("{} answers{}{}", conn->x224.spoke,
                                 conn->x224.spoke_detail.empty() ? "" : ": ", conn->x224.spoke_detail);
      break;
    case X224Outcome::malformed: line.summary = x224_ending_words(*conn); break;
    case X224Outcome::closed:
    case X224Outcome::reset:
      line.summary = fmt::format("accepted, then {} {}{}", x224_ending_words(*conn),
                                 conn->x224.bytes == 0 ? "before one byte came" : "within its answer", share);
      break;
    case X224Outcome::silent:
      line.summary =
          fmt::format("accepted, then no whole answer within {}{}", ms_words(conn->x224.ms), share);
      break;
    case X224Outcome::not_tried:
    case X224Outcome::waiting: return {Stage::x224, Outcome::skipped, "not known", 0};
  }
  return line;
}

std::string certificate_words(const Connection& conn) {
  if (conn.tls.chain.empty())
    return conn.seen ? "its certificate can't be read without the TLS secrets" : "no certificate read";
  const auto& leaf = conn.tls.chain.front();
  return fmt::format("{}, {} {} {}, until {}", leaf.subject.empty() ? "no subject" : leaf.subject,
                     leaf.key_type, leaf.key_bits, leaf.signature_hash, date_of(leaf.not_after));
}

std::string client_alert_words(std::uint32_t alert) {
  return fmt::format("the client ends it by alert {} {}", alert, codes::name_or_empty("tls-alert", alert));
}

StageLine tls_line(const CaseFile& c) {
  const Connection* conn = representative(c, Stage::tls);
  if (!conn) {
    const Connection* x224 = representative(c, Stage::x224);
    bool none = x224 && x224->x224.outcome == X224Outcome::confirmed && !tls_chosen(*x224);
    return {Stage::tls, Outcome::skipped, none ? "not used by this host" : "not reached", 0};
  }
  StageLine line{Stage::tls, Outcome::failed, "", conn->tls.ms};
  if (conn->tls.outcome == TlsOutcome::completed) {
    line.outcome = Outcome::passed;
    line.summary = fmt::format("{}, {}", agreed_versions(c, *conn), certificate_words(*conn));
    if (conn->tls.client_alert) line.summary += "; " + client_alert_words(*conn->tls.client_alert);
    line.summary += system_tls_words(c, *conn);
    return line;
  }
  if (conn->tls.outcome == TlsOutcome::waiting) return {Stage::tls, Outcome::skipped, "not known", 0};
  Connections tried = finished(c, tls_tried);
  Connections failed = filter(tried, [](auto& k) { return !tls_answered(k); });
  std::vector<std::string> endings;
  for (const Connection* k : failed) {
    std::string words = tls_ending_words(*k);
    if (std::find(endings.begin(), endings.end(), words) == endings.end()) endings.push_back(words);
  }
  if (conn->tls.server_hello_seen)
    line.summary =
        "handshake breaks off after the ServerHello: " +
        (conn->tls.client_alert ? client_alert_words(*conn->tls.client_alert) : tls_ending_words(*conn));
  else if (failed.empty())
    line.summary = "no ServerHello: " + tls_ending_words(*conn);
  else
    line.summary = fmt::format("no ServerHello: {}, {} of {} ClientHellos", join(endings, ", "),
                               failed.size(), tried.size());
  line.summary += system_tls_words(c, *conn);
  return line;
}

StageLine nla_not_seen(const CaseFile& c) {
  Connections all = standards(c);
  bool none = any_of(all,
                     [](auto& k) {
                       return k.tls.outcome == TlsOutcome::completed && k.x224.selected.value_or(0) == 1;
                     }) ||
              any_of(all, [](auto& k) { return k.x224.outcome == X224Outcome::confirmed && !tls_chosen(k); });
  bool hidden = any_of(all, [](auto& k) {
    return k.seen && k.tls.outcome == TlsOutcome::completed && k.x224.selected.value_or(0) > 1;
  });
  return {Stage::nla, Outcome::skipped,
          none     ? "not used by this host"
          : hidden ? "encrypted: can't be read without the TLS secrets (--keylog)"
                   : "not reached",
          0};
}

StageLine nla_line(const CaseFile& c) {
  const Connection* conn = representative(c, Stage::nla);
  if (!conn) return nla_not_seen(c);
  StageLine line{Stage::nla, Outcome::failed, "", conn->nla.ms};
  const auto& n = conn->nla;
  switch (n.outcome) {
    case NlaOutcome::challenged: {
      line.outcome = Outcome::passed;
      std::string name = n.dns_computer_name.empty() ? n.netbios_computer_name : n.dns_computer_name;
      line.summary = fmt::format("host answers as {}{}{}", name.empty() ? "an unnamed machine" : name,
                                 n.os_version.empty() ? "" : ", version " + n.os_version,
                                 n.version ? fmt::format(", CredSSP {}", *n.version) : "");
      break;
    }
    case NlaOutcome::refused:
      line.summary = fmt::format("host refuses: 0x{:08X} {}", n.error_code.value_or(0),
                                 codes::name_or_empty("ntstatus", n.error_code.value_or(0)));
      break;
    case NlaOutcome::closed: line.summary = "host closes on the first CredSSP token"; break;
    case NlaOutcome::reset: line.summary = "host resets on the first CredSSP token"; break;
    case NlaOutcome::alert: line.summary = "TLS ends on the first CredSSP token: " + n.problem; break;
    case NlaOutcome::silent:
      line.summary = "no answer to the first CredSSP token within " + ms_words(n.ms);
      break;
    case NlaOutcome::malformed: line.summary = "the answer is not CredSSP: " + n.problem; break;
    case NlaOutcome::not_tried:
    case NlaOutcome::waiting: return {Stage::nla, Outcome::skipped, "not known", 0};
  }
  return line;
}

}  // namespace

std::vector<StageLine> ladder(const evidence::CaseFile& c, const causes::Diagnosis& d) {
  std::vector<StageLine> lines = {name_line(c), tcp_line(c), x224_line(c), tls_line(c), nla_line(c)};
  if (from_files(c)) lines.push_back(session_line(c));
  lines.push_back(udp_line(c));
  lines.push_back(path_line(c));
  for (StageLine& line : lines) {
    bool doubted = std::any_of(d.causes.begin(), d.causes.end(),
                               [&](auto& r) { return causes::stage_of(r) == line.stage; });
    bool lies_across = line.stage == Stage::udp || line.stage == Stage::path;
    bool quiet = line.outcome == Outcome::passed || (lies_across && line.outcome == Outcome::skipped);
    if (quiet && doubted) line.outcome = Outcome::warning;
  }
  return lines;
}

}  // namespace rdpdoctor::report
