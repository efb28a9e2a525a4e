#include "probe/control_plan.h"

#include <algorithm>

namespace rdpdoctor::probe {
namespace {

using evidence::CaseFile;
using evidence::Connection;
using evidence::TcpOutcome;

// What a Windows host has open most often (file sharing, RPC, web, SSH, remote management), the first ones on
// nearly every machine of a domain.
constexpr std::uint16_t control_ports[] = {445, 135, 443, 22, 5985};

// A SYN that was lost is repeated after one second ([RFC 6298] 2.1), and its answer needs a round trip.
constexpr double long_silence_ms = 1300;

// The network, or the host, has said no, or nothing at all for long. What this machine itself forbids, or
// where it has no route, another port would meet as well.
bool worth_a_control(const CaseFile& c, const Connection& conn) {
  switch (conn.tcp.outcome) {
    case TcpOutcome::refused:
    case TcpOutcome::timed_out:
    case TcpOutcome::host_unreachable:
    case TcpOutcome::network_unreachable:
    case TcpOutcome::prohibited: return true;
    case TcpOutcome::failed: return conn.tcp.icmp.get() != nullptr;
    case TcpOutcome::pending: return long_silence_ms <= c.run.ms - conn.started_ms;
    default: return false;
  }
}

}  // namespace

std::vector<ControlWish> next_controls(const CaseFile& c) {
  if (c.target.addresses.empty() || !c.controls.empty()) return {};
  const std::string& address = c.target.addresses.front();
  bool opened = std::ranges::any_of(c.connections, [](const Connection& conn) {
    return conn.tcp.outcome == TcpOutcome::connected || conn.tcp.outcome == TcpOutcome::reset;
  });
  bool wanted = std::ranges::any_of(c.connections, [&](const Connection& conn) {
    return conn.asked.address == address && worth_a_control(c, conn);
  });
  if (opened || !wanted) return {};
  std::vector<ControlWish> list;
  for (std::uint16_t port : control_ports) {
    if (port != c.target.port) list.push_back({address, port});
  }
  return list;
}

}  // namespace rdpdoctor::probe
