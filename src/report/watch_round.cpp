#include "report/watch_round.h"

#include <algorithm>

#include "evidence/fields.h"

namespace rdpdoctor::report {
namespace {

using evidence::Connection;
using evidence::NameOutcome;
using evidence::NlaOutcome;
using evidence::Stage;
using evidence::TcpOutcome;
using evidence::TlsOutcome;
using evidence::X224Outcome;

std::string joined(Stage stage, std::string_view how) {
  std::string out = std::string(name_of(stage)) + "-" + std::string(how);
  std::ranges::replace(out, '_', '-');
  return out;
}

void stopped(WatchRound& r, Stage stage, std::string_view how) {
  r.stage = stage;
  r.outcome = joined(stage, how);
}

void judge_connection(WatchRound& r, const Connection& c) {
  bool tls = c.tls.outcome != TlsOutcome::not_tried;
  bool nla = c.nla.outcome != NlaOutcome::not_tried;
  if (c.tcp.outcome != TcpOutcome::connected)
    stopped(r, Stage::tcp, name_of(c.tcp.outcome));
  else if (c.x224.outcome != X224Outcome::confirmed)
    stopped(r, Stage::x224, name_of(c.x224.outcome));
  else if (tls && c.tls.outcome != TlsOutcome::completed)
    stopped(r, Stage::tls, name_of(c.tls.outcome));
  else if (nla && c.nla.outcome != NlaOutcome::challenged)
    stopped(r, Stage::nla, name_of(c.nla.outcome));
}

void copy_facts(WatchRound& r, const Connection& c) {
  r.address = c.asked.address;
  r.ms = c.ended_ms;
  if (c.tcp.outcome == TcpOutcome::connected) r.connect_ms = c.tcp.connect_ms;
  if (auto* v = c.tcp.least_rtt_ms.get()) r.rtt_ms = *v;
  if (auto* v = c.tcp.rtt_ms.get(); v && !r.rtt_ms) r.rtt_ms = *v;
  if (auto* v = c.tcp.mss.get()) r.mss = *v;
  if (auto* v = c.tcp.path_mtu.get()) r.path_mtu = *v;
  if (auto* v = c.tcp.retransmits.get()) r.retransmits = *v;
  if (!c.tls.chain.empty()) r.certificate = c.tls.chain.front().sha1_thumbprint;
  r.computer = c.nla.dns_computer_name.empty() ? c.nla.netbios_computer_name : c.nla.dns_computer_name;
}

}  // namespace

const Connection* used_connection(const evidence::CaseFile& c) {
  auto up = std::ranges::find_if(c.connections,
                                 [](const Connection& k) { return k.tcp.outcome == TcpOutcome::connected; });
  if (up != c.connections.end()) return &*up;
  return c.connections.empty() ? nullptr : &c.connections.front();
}

WatchRound watch_round(const evidence::CaseFile& c, std::size_t number) {
  WatchRound r{.number = number, .at = c.run.started, .outcome = "healthy"};
  const Connection* used = used_connection(c);
  if (used) {
    copy_facts(r, *used);
    judge_connection(r, *used);
    for (const Connection& k : c.connections) {
      if (&k == used) break;
      if (k.tcp.outcome != TcpOutcome::connected) r.dead.push_back(k.asked.address);
    }
    return r;
  }
  bool named = c.name.outcome == NameOutcome::resolved || c.name.outcome == NameOutcome::literal;
  r.ms = c.name.ms;
  // With a name and without a connection, the time was over before one was begun.
  if (named)
    stopped(r, Stage::tcp, "not_tried");
  else
    stopped(r, Stage::name, c.name.outcome == NameOutcome::not_tried ? "timed_out" : name_of(c.name.outcome));
  return r;
}

}  // namespace rdpdoctor::report
