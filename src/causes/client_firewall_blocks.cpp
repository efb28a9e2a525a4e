// Judges connects that this machine's own policy forbade; what forbids mstsc.exe alone takes a look at the
// client.
#include "causes/engine/tcp_views.h"
#include "causes/engine/untold.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

bool forbidden_here(const Connection& c) {
  return c.tcp.outcome == evidence::TcpOutcome::not_permitted;
}

Verdict judge(const CaseFile& c) {
  Connections tried = tcp_tried_main(c);
  if (!all_of(tried, forbidden_here)) return needs_client(c);
  return Found{tried.size() > 1 ? Certainty::proven : Certainty::likely,
               {{source("tcp", tried),
                 fmt::format("{}, {}", tcp_words(*tried.front()), share(tried.size(), tried.size()))}},
               true,
               "A firewall or policy on this machine forbids the connection."};
}

}  // namespace

Cause client_firewall_blocks() {
  return {
      .id = "client-firewall-blocks",
      .title = "A firewall on the client forbids the connection.",
      .stage = Stage::tcp,
      .machine = Machine::client,
      .explanation =
          "An outbound rule of the client's firewall, for the program mstsc.exe, for the port or for "
          "everything, stops the connection before a packet leaves, or drops the stream in the middle.",
      .tell_apart =
          "Other programs on the client reach the port and mstsc does not: a rule for the program. The "
          "firewall's own log (pfirewall.log, or Security event 5157) names the drop; silence from the "
          "network is port-filtered.",
      .advice = {"On the client, PowerShell, the rules that block:   Get-NetFirewallRule -Direction Outbound "
                 "-Action Block -Enabled True | Select-Object DisplayName,Profile",
                 "On the client, as administrator, record drops as Security event 5157 (off again: "
                 "/failure:disable):   auditpol /set /subcategory:\"Filtering Platform Connection\" "
                 "/failure:enable",
                 "On the client: narrow that one rule. An allowing rule beside it does not beat it; don't "
                 "turn the firewall off."},
      .article = Article::names_it,
      .article_note =
          "It wants \"rdp.exe\" allowed. No such program is part of Windows: the client is mstsc.exe (or "
          "msrdc.exe, or the Windows App).",
      .fixes = {"allow-mstsc-through-firewall"},
      .codes = {{"disconnect", 0x904, Certainty::possible,
                 "a rule that drops the stream ends the client's connection"},
                {"extended", 0x7, Certainty::possible,
                 "a rule that drops the stream cuts the connection early"},
                {"disconnect", 0x204, Certainty::possible, "the connect was forbidden on the client"},
                {"winsock", 10013, Certainty::likely, "the client's own policy forbids it"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
