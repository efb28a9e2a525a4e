#include "causes/engine/tcp_views.h"

#include "fmt/core.h"

namespace rdpdoctor::causes {

using evidence::Icmp;
using evidence::TcpOutcome;
using evidence::X224Outcome;

Connections tcp_tried(const CaseFile& c) {
  return finished(c, [](const Connection& conn) {
    return conn.tcp.outcome != TcpOutcome::not_tried && conn.tcp.outcome != TcpOutcome::pending;
  });
}

Connections tcp_tried_main(const CaseFile& c) {
  std::string address = main_address(c);
  return filter(tcp_tried(c), [&](const Connection& conn) { return conn.asked.address == address; });
}

bool syn_unanswered(const Connection& c) {
  return c.tcp.outcome == TcpOutcome::timed_out;
}

bool rejected_by_icmp(const Connection& c) {
  if (tcp_up(c)) return false;
  if (c.tcp.outcome == TcpOutcome::prohibited) return true;
  const Icmp* icmp = c.tcp.icmp.get();
  if (!icmp) return false;
  // [RFC 792], [RFC 1812] 5.2.7.1: protocol and port unreachable, net, host and communication prohibited.
  // [RFC 4443] 3.1 likewise.
  bool v4 = icmp->type == 3 &&
            (icmp->code == 2 || icmp->code == 3 || icmp->code == 9 || icmp->code == 10 || icmp->code == 13);
  bool v6 = icmp->type == 1 && (icmp->code == 1 || icmp->code == 4 || icmp->code == 5 || icmp->code == 6);
  return is_ipv6(c.asked.address) ? v6 : v4;
}

bool unreachable(const Connection& c) {
  bool says_so = c.tcp.outcome == TcpOutcome::host_unreachable ||
                 c.tcp.outcome == TcpOutcome::network_unreachable || c.tcp.outcome == TcpOutcome::no_route;
  return says_so && !rejected_by_icmp(c);
}

bool refused_by_reset(const Connection& c) {
  return c.tcp.outcome == TcpOutcome::refused && !rejected_by_icmp(c);
}

bool cut_before_answer(const Connection& c) {
  if (c.tcp.outcome == TcpOutcome::reset) return true;
  bool cut = c.x224.outcome == X224Outcome::closed || c.x224.outcome == X224Outcome::reset;
  return tcp_up(c) && cut && c.x224.bytes == 0;
}

bool cut_within_answer(const Connection& c) {
  bool cut = c.x224.outcome == X224Outcome::closed || c.x224.outcome == X224Outcome::reset;
  return tcp_up(c) && cut && c.x224.bytes > 0;
}

bool is_ipv6(std::string_view address) {
  return address.find(':') != std::string_view::npos;
}

std::string tcp_words(const Connection& c) {
  std::string how;
  switch (c.tcp.outcome) {
    case TcpOutcome::connected: return "connected in " + ms_words(c.tcp.connect_ms);
    case TcpOutcome::refused: how = "refused in " + ms_words(c.tcp.connect_ms); break;
    case TcpOutcome::reset: how = "accepted and reset at once"; break;
    case TcpOutcome::timed_out:
      how = fmt::format("no answer to the SYN in {:.0f} ms", c.tcp.connect_ms);
      break;
    case TcpOutcome::host_unreachable: how = "host unreachable"; break;
    case TcpOutcome::network_unreachable: how = "network unreachable"; break;
    case TcpOutcome::prohibited: how = "administratively prohibited"; break;
    case TcpOutcome::no_route: how = "no route from this machine"; break;
    case TcpOutcome::not_permitted: how = "this machine's own policy forbids the connection"; break;
    case TcpOutcome::failed:
      how = rejected_by_icmp(c) ? "refused in " + ms_words(c.tcp.connect_ms)
                                : fmt::format("socket error {}", c.tcp.os_error);
      break;
    case TcpOutcome::not_tried:
    case TcpOutcome::pending: return "not known";
  }
  if (const Icmp* icmp = c.tcp.icmp.get()) {
    how += fmt::format(", by ICMP {}/{}", icmp->type, icmp->code);
    if (!icmp->from.empty()) how += " from " + icmp->from;
  }
  return how;
}

std::string tcp_end_words(const Connection& c) {
  if (rejected_by_icmp(c)) return "it was refused by ICMP: " + tcp_words(c);
  if (unreachable(c)) return "the network could not deliver the SYN: " + tcp_words(c);
  switch (c.tcp.outcome) {
    case TcpOutcome::refused:
      if (c.tcp.icmp.state == Presence::absent) return "it was refused by RST, not by ICMP";
      return "it was refused at once, by RST as far as this system tells";
    case TcpOutcome::timed_out: return "nothing answered the SYN, neither RST nor ICMP";
    case TcpOutcome::reset: return "it was accepted and then reset";
    default: return "it ended here: " + tcp_words(c);
  }
}

std::string ms_words(double ms) {
  if (ms < 0.01) return "less than 0.01 ms";
  return ms < 9.95 ? fmt::format("{:.2g} ms", ms) : fmt::format("{:.0f} ms", ms);
}

std::string share(std::size_t part, std::size_t whole) {
  return fmt::format("{} of {}", part, whole);
}

Connections told_by_icmp(const Connections& tried, const Predicate& signature) {
  if (!any_of(tried, signature)) return tried;
  return filter(tried, [](const Connection& c) { return !syn_unanswered(c); });
}

std::optional<Verdict> not_constantly(const Connections& tried, const Predicate& signature) {
  if (tried.empty()) return needs_probe();
  if (Connections up = filter(tried, tcp_up); !up.empty()) {
    return excluded("TCP connects (" + source("tcp", *up.front()) + ")");
  }
  for (const Connection* conn : tried) {
    if (!signature(*conn)) return excluded(tcp_end_words(*conn) + " (" + source("tcp", *conn) + ")");
  }
  return std::nullopt;
}

}  // namespace rdpdoctor::causes
