#include "causes/engine/reset_senders.h"

#include <algorithm>

#include "causes/engine/tcp_views.h"
#include "causes/engine/tls_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {

using evidence::SeenPackets;
using evidence::TcpOutcome;
using evidence::TlsOutcome;
using evidence::X224Outcome;

ResetSender reset_sender(const Connection& c) {
  ResetSender out;
  const SeenPackets* seen = c.tcp.packets.get();
  // What comes after the first RST answers packets of ours that were under way.
  if (!seen || seen->resets.empty()) return out;
  out.reset_ttl = seen->resets.front().ttl;
  out.by_data = !seen->data_ttl.empty();
  out.host_ttl = out.by_data ? seen->data_ttl.front() : seen->syn_ack_ttl;
  // A path that changes under the connection shows several; any of them is the host's own.
  if (std::ranges::count(seen->data_ttl, out.reset_ttl) > 0) {
    out.where = Compared::same;
    out.host_ttl = out.reset_ttl;
  } else if (seen->data_ttl.size() <= 1) {
    out.where = compare_ttl(out.reset_ttl, out.host_ttl);
  }
  return out;
}

ResetSenders reset_senders(const Connections& ended_by_reset) {
  ResetSenders out;
  for (const Connection* c : ended_by_reset) {
    ResetSender sender = reset_sender(*c);
    switch (sender.where) {
      case Compared::not_told:
        out.unwatched = out.unwatched || c->tcp.packets.state == Presence::unreadable;
        break;
      case Compared::same: out.host.push_back(c); break;
      case Compared::beside: out.beside.push_back(c); break;
      case Compared::nearer: out.elsewhere.push_back(c); break;
      case Compared::farther: (sender.by_data ? out.elsewhere : out.behind).push_back(c); break;
    }
  }
  return out;
}

ResetSenders hello_resets(const CaseFile& c) {
  return reset_senders(
      filter(whole_hellos(c), [](auto& conn) { return conn.tls.outcome == TlsOutcome::reset; }));
}

ResetSenders request_resets(const CaseFile& c) {
  return reset_senders(filter(standards(c), [](auto& conn) {
    return conn.tcp.outcome == TcpOutcome::reset || (tcp_up(conn) && conn.x224.outcome == X224Outcome::reset);
  }));
}

bool all_from_elsewhere(const ResetSenders& senders) {
  return senders.elsewhere.size() >= 2 && senders.host.empty() && senders.beside.empty() &&
         senders.behind.empty();
}

bool all_from_host(const ResetSenders& senders) {
  return !senders.host.empty() && senders.elsewhere.empty() && senders.beside.empty() &&
         senders.behind.empty() && !senders.unwatched;
}

std::string sender_words(const Connections& some, std::size_t of_all) {
  ResetSender first = reset_sender(*some.front());
  std::string how_often = share(some.size(), of_all);
  if (first.where == Compared::same) {
    return fmt::format("the RST carries the host's own TTL: both are {}, {}", hop_words(first.reset_ttl),
                       how_often);
  }
  return fmt::format(
      "the RST came from {}, {} is {}, {}", hop_words(first.reset_ttl),
      first.where == Compared::farther && !first.by_data ? "what accepted the connection" : "the host",
      hop_words(first.host_ttl), how_often);
}

}  // namespace rdpdoctor::causes
