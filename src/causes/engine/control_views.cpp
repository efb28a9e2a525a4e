#include "causes/engine/control_views.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {

using evidence::Control;
using evidence::Echo;
using evidence::EchoOutcome;
using evidence::Icmp;
using evidence::TcpOutcome;

namespace {

constexpr std::uint32_t small_echo = 100;

void add(const Control& control, SignsOfLife& out) {
  const Icmp* icmp = control.tcp.icmp.get();
  if (control.tcp.outcome == TcpOutcome::connected || control.tcp.outcome == TcpOutcome::reset) {
    out.open.push_back(control.port);
  } else if (icmp && icmp->from != control.address) {
    out.denied.push_back(fmt::format("{} by ICMP {}/{}{}", control.port, icmp->type, icmp->code,
                                     icmp->from.empty() ? "" : " from " + icmp->from));
  } else if (icmp || control.tcp.outcome == TcpOutcome::refused) {
    out.refusing.push_back(control.port);
  } else if (control.tcp.outcome == TcpOutcome::timed_out) {
    out.silent.push_back(control.port);
  } else if (control.tcp.outcome == TcpOutcome::host_unreachable ||
             control.tcp.outcome == TcpOutcome::network_unreachable ||
             control.tcp.outcome == TcpOutcome::prohibited) {
    out.denied.push_back(fmt::format("{} as unreachable", control.port));
  }
}

template <class List>
std::string ports(const List& list) {
  std::vector<std::string> words;
  for (auto port : list) words.push_back(std::to_string(port));
  return join(words, ", ");
}

bool here(const CaseFile& c, const std::string& address) {
  std::string main = main_address(c);
  return main.empty() || main == address;
}

void add_echoes(const CaseFile& c, SignsOfLife& out) {
  for (const Echo& echo : c.echoes) {
    if (!here(c, echo.address) || small_echo < echo.packet_bytes) continue;
    if (echo.outcome == EchoOutcome::not_permitted || echo.outcome == EchoOutcome::failed)
      out.echo_problem = echo.problem.empty() ? "not permitted" : echo.problem;
    // One under way may have been answered already; silence it is only once it is over.
    auto answered = static_cast<std::uint32_t>(echo.answers_ms.size());
    if (echo.outcome != EchoOutcome::done && answered == 0) continue;
    out.echo_tried = true;
    out.echoes_sent += echo.sent;
    out.echoes_answered += answered;
  }
}

}  // namespace

SignsOfLife signs_of_life(const CaseFile& c) {
  SignsOfLife out;
  for (const Control& control : c.controls) {
    if (here(c, control.address)) add(control, out);
  }
  add_echoes(c, out);
  return out;
}

std::string answering_words(const SignsOfLife& signs) {
  std::vector<std::string> words;
  if (!signs.open.empty())
    words.push_back(ports(signs.open) + (signs.open.size() == 1 ? " connects" : " connect"));
  if (!signs.refusing.empty())
    words.push_back(ports(signs.refusing) + (signs.refusing.size() == 1 ? " refuses" : " refuse"));
  if (signs.echoes_answered > 0)
    words.push_back(
        fmt::format("ICMP echo is answered, {}", share(signs.echoes_answered, signs.echoes_sent)));
  return join(words, ", ");
}

std::string silent_words(const SignsOfLife& signs) {
  std::string out;
  if (!signs.silent.empty()) {
    out = (signs.silent.size() == 1 ? "port " : "ports ") + ports(signs.silent);
  }
  bool echo = signs.echo_tried && signs.echoes_answered == 0;
  if (!echo) return out;
  return out + (out.empty() ? "" : " and ") + "ICMP echo";
}

std::optional<std::uint32_t> echo_ttl(const CaseFile& c) {
  for (const Echo& echo : c.echoes) {
    if (here(c, echo.address) && !echo.answer_ttls.empty()) return echo.answer_ttls.front();
  }
  return std::nullopt;
}

namespace {

// The TTL of the RST that refused each connection, when all are alike.
std::uint32_t refusing_ttl(const Connections& refused) {
  std::set<std::uint32_t> seen;
  for (const Connection* conn : refused) {
    const auto* packets = conn->tcp.packets.get();
    if (packets && !packets->resets.empty()) seen.insert(packets->resets.front().ttl);
  }
  return seen.size() == 1 ? *seen.begin() : 0;
}

std::uint32_t syn_ack_ttl(const CaseFile& c) {
  for (const Control& control : c.controls) {
    const auto* packets = control.tcp.packets.get();
    if (packets && packets->syn_ack_ttl != 0 && here(c, control.address)) return packets->syn_ack_ttl;
  }
  return 0;
}

}  // namespace

std::string accepted_nearer_words(const CaseFile& c, const Connections& accepted) {
  auto echo = echo_ttl(c);
  std::uint32_t accepting = 0;
  for (const Connection* conn : accepted) {
    const auto* packets = conn->tcp.packets.get();
    if (!packets || packets->syn_ack_ttl == 0) continue;
    if (accepting != 0 && accepting != packets->syn_ack_ttl) return "";
    accepting = packets->syn_ack_ttl;
  }
  if (!echo || compare_ttl(accepting, *echo) != Compared::nearer) return "";
  return fmt::format("what accepts is {}, what answers ICMP echo at that address is {}", hop_words(accepting),
                     hop_words(*echo));
}

RefusalSender refusal_sender(const CaseFile& c, const Connections& refused) {
  RefusalSender out;
  out.unwatched = any_of(refused, [](auto& conn) { return conn.tcp.packets.state == Presence::unreadable; });
  out.reset_ttl = refusing_ttl(refused);
  if (out.reset_ttl == 0) return out;
  // A translated address answers echoes itself, and refuses itself what it forwards nowhere, while an open
  // port leads to a machine behind it: so the echo decides where there is one.
  auto echo = echo_ttl(c);
  out.by_echo = echo.has_value();
  out.host_ttl = echo.value_or(syn_ack_ttl(c));
  out.where = compare_ttl(out.reset_ttl, out.host_ttl);
  // Systems may answer echoes with another TTL to begin with than their TCP.
  if (out.by_echo && out.where == Compared::beside) out.where = Compared::same;
  return out;
}

}  // namespace rdpdoctor::causes
