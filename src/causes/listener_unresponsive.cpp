// Judges connections that stay open without a whole X.224 Connection Confirm.
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
  return Found{standard.size() > 1 ? Certainty::likely : Certainty::possible, std::move(lines), true, "", {}};
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
          "log. Data that a filter swallows after the handshake looks the same too: then another TCP "
          "service on the host shows it as well. Closed instead of silent is forwarder-without-host.",
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
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
