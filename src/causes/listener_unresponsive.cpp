// Judges connections that stay open without a whole X.224 Connection Confirm.
#include <algorithm>

#include "causes/engine/control_views.h"
#include "causes/engine/requests.h"
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

using evidence::X224Outcome;

bool unfinished_answer(const Connection& c) {
  return c.x224.outcome == X224Outcome::silent || unending_answer(c);
}

std::string how(const Connection& c) {
  if (unending_answer(c))
    return "an answer began that claims to be far longer than a Connection Confirm can be";
  if (c.x224.bytes == 0) return fmt::format("connected, and no byte came back in {:.0f} ms", c.x224.ms);
  return fmt::format("{} bytes of an answer came in {:.0f} ms, and never a whole one", c.x224.bytes,
                     c.x224.ms);
}

// Segments with data that had to be sent again: the host's system did not acknowledge our request. None when
// the kernel does not tell.
std::optional<std::uint32_t> data_repeats(const Connection& c) {
  const std::uint32_t* all = c.tcp.retransmits.get();
  const std::uint32_t* syn = c.tcp.syn_retransmits.get();
  if (!all || !syn) return std::nullopt;
  return *all - std::min(*all, *syn);
}

// Whether the request arrived, which the acknowledgements tell without a word of the program behind them.
bool vanished(const Connections& silent) {
  return all_of(silent,
                [](auto& conn) { return conn.x224.bytes == 0 && data_repeats(conn).value_or(0) > 1; });
}
bool delivered(const Connections& silent) {
  // Before its first repeat is due ([RFC 6298] 2.1: a second at the latest), none says nothing.
  return all_of(silent, [](auto& conn) { return data_repeats(conn) == 0U && conn.x224.ms > 1000; });
}

void weigh_delivery(const CaseFile& c, const Connections& silent, Found& found) {
  if (vanished(silent)) {
    found.certainty = Certainty::possible;
    found.headline = "The connection opens, and what is sent on it vanishes.";
    found.evidence.push_back({source("tcp", silent),
                              "the request was sent again and again and never acknowledged: a firewall that "
                              "accepts for the host, or drops what follows, comes before the service"});
  } else if (delivered(silent)) {
    found.evidence.push_back({source("tcp", silent),
                              "the request was acknowledged at once: it reached a system that answers TCP"});
  }
  if (std::string nearer = accepted_nearer_words(c, silent); !nearer.empty())
    found.evidence.push_back({source("tcp", silent), nearer + ": something on the way accepts for it"});
}

Verdict judge(const CaseFile& c) {
  Connections standard = standards(c);
  if (standard.empty() || !any_of(standard, tcp_up)) return needs_probe();
  Connections tried = tcp_tried_main(c);
  if (Connections answered = filter(tried, x224_answered); !answered.empty()) {
    return excluded("RDP answers (" + source("x224", *answered.front()) + ")");
  }
  auto ended = [](auto& conn) { return cut_before_answer(conn) || cut_within_answer(conn); };
  Connections cut = filter(standard, ended), unfinished = filter(standard, unfinished_answer);
  if (!cut.empty() && !unfinished.empty() && cut.size() + unfinished.size() == standard.size()) {
    return Found{Certainty::possible,
                 {{source("x224", unfinished),
                   how(*unfinished.front()) + ", " + share(unfinished.size(), standard.size())},
                  {source("x224", cut),
                   "the others were ended before a whole answer: " + x224_ending_words(*cut.front())}},
                 true,
                 "",
                 {}};
  }
  if (!all_of(standard, unfinished_answer))
    return excluded("the connection ends by itself: " + x224_ending_words(*standard.front()));
  std::vector<EvidenceLine> lines{
      {source("x224", standard), how(*standard.front()) + ", " + share(standard.size(), standard.size())}};
  if (const Connection* plain = attempt(c, "no negotiation"); plain && unfinished_answer(*plain)) {
    lines.push_back({source("x224", *plain), "the same for the plainest request there is"});
  }
  if (standard.front()->x224.outcome == X224Outcome::silent) {
    lines.push_back({"probe", fmt::format("the wait was {:.0f} ms each: a longer --timeout tells a slow host "
                                          "from a dead one",
                                          standard.front()->x224.ms)});
  }
  Found found{standard.size() > 1 ? Certainty::likely : Certainty::possible, std::move(lines), true, "", {}};
  weigh_delivery(c, standard, found);
  return found;
}

}  // namespace

Cause listener_unresponsive() {
  return {
      .id = "listener-unresponsive",
      .title = "The host accepts the connection and does not answer.",
      .stage = Stage::x224,
      .machine = Machine::host,
      .explanation =
          "TCP opens, the RDP request is delivered, and no whole answer comes until the wait ends: nothing, "
          "a few bytes, or an answer without end. The system accepts connections for a program that does "
          "not serve them: Remote Desktop Services hangs or starves (memory, handles, a stuck driver or "
          "security product), or a proxy holds the connection open for a host that does not answer it.",
      .tell_apart =
          "A forwarder that holds connections looks the same: look for event 131 in the host's RdpCoreTS "
          "log. Data that a filter swallows after the handshake is told by the kernel: it is never "
          "acknowledged "
          "and sent again and again. Closed instead of silent is forwarder-without-host.",
      .advice =
          {"On the host's console: is it usable? Check memory, processor and disk.",
           "On the host, PowerShell, hung or crashed services:   Get-WinEvent -FilterHashtable "
           "@{LogName='System'; ProviderName='Service Control Manager'; Id=7011,7031,7034} -MaxEvents 10",
           "On a forwarder or balancer in between: check its backend.",
           "On the host, PowerShell as administrator, from the console, as it ends sessions:   "
           "Restart-Service TermService -Force",
           "On the host: if that does not help, restart it, and look for the reason in the System and "
           "Application logs."},
      .fixes = {"restart-remote-desktop-services"},
      .codes = {{"disconnect", 0x108, Certainty::possible, "the client waited for an answer in vain"},
                {"disconnect", 0x704, Certainty::possible, "the client waited for an answer in vain"},
                {"freerdp", 0x2001C, Certainty::possible, "the connection did not come up in time"}},
      .events = {{"Application Error", 1000, "termsrv.dll", Certainty::possible, "the service crashed",
                  EventWeight::note},
                 {"Application Error", 1000, "rdpcorets.dll", Certainty::possible,
                  "the service's transport crashed", EventWeight::note}},
      .signs = {{"mstsc-time-allotted", Certainty::possible, "no answer in time"},
                {"read-reset", Certainty::possible, "a service that crashes resets its connections"},
                {"connect-timeout", Certainty::possible, "no answer in time"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
