// Judges what answers on the port when it is not Remote Desktop, or Remote Desktop that waits for a PROXY
// header.
#include "base/text.h"
#include "causes/engine/requests.h"
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

using evidence::X224Outcome;

bool other_program(const Connection& c) {
  return c.x224.outcome == X224Outcome::not_rdp;
}
bool broken(const Connection& c) {
  return c.x224.outcome == X224Outcome::malformed && !unending_answer(c);
}

Found named(const CaseFile& c, const Connections& list) {
  const Connection& first = *list.front();
  bool known = !first.x224.spoke.empty() && first.x224.spoke != "unknown";
  std::string what = known ? first.x224.spoke : "bytes of no protocol known here";
  std::string detail = first.x224.spoke_detail.empty() ? "" : ": " + printable(first.x224.spoke_detail, 120);
  Found found{list.size() > 1 || known ? Certainty::proven : Certainty::likely, {}, true, ""};
  found.evidence.push_back({source("x224", list), fmt::format("{} came back{}, {}", what, detail,
                                                              share(list.size(), list.size()))});
  if (!known) found.evidence.push_back({source("x224", first), "first bytes: " + first.x224.first_bytes});
  if (known) found.headline = fmt::format("{} answers on port {}, not Remote Desktop.", what, c.target.port);
  return found;
}

Verdict judge(const CaseFile& c) {
  Connections standard = standards(c);
  const Connection* proxied = attempt(c, "proxy header");
  if (standard.empty()) return needs_probe();
  if (all_of(standard, other_program)) return named(c, standard);
  if (any_of(standard, x224_answered))
    return excluded("RDP answers (" + source("x224", filter(standard, x224_answered)) + ")");
  if (proxied && x224_answered(*proxied) && all_of(standard, cut_before_answer)) {
    return Found{Certainty::proven,
                 {{source("x224", *proxied),
                   "with a PROXY protocol header first, the answer is " + x224_ending_words(*proxied)},
                  {source("x224", standard), "without it, the connection ends before one byte, " +
                                                 share(standard.size(), standard.size())}},
                 true,
                 "The port wants a PROXY protocol header before it speaks RDP."};
  }
  if (!all_of(standard, broken)) return needs_probe();
  return Found{Certainty::likely,
               {{source("x224", standard),
                 "the answer begins like RDP and is broken: " + printable(standard.front()->x224.problem)}},
               true,
               "What answers on the port does not speak RDP correctly."};
}

}  // namespace

Cause not_rdp() {
  return {
      .id = "not-rdp",
      .title = "Another program answers on the port, not Remote Desktop.",
      .stage = Stage::x224,
      .machine = Machine::host,
      .explanation =
          "The first bytes that came back are not TPKT and X.224, with which every RDP server begins. "
          "Another program holds the port, a port forwarding leads to the wrong service or machine, or a "
          "captive portal or proxy answers for the host. A special case is a server or balancer that wants "
          "a PROXY protocol header first and closes on everything else.",
      .tell_apart =
          "The first bytes name the program (HTTP, SSH, TLS at once, SMB, VNC). Nothing at all before the "
          "close is forwarder-without-host; an answer that begins as RDP and never ends is "
          "listener-unresponsive.",
      .advice = {"On the client: check host name and port (3389 unless it was moved).",
                 "On the host, PowerShell, who holds the port:   Get-Process -Id (Get-NetTCPConnection "
                 "-LocalPort 3389 -State Listen).OwningProcess",
                 "On the router, tunnel or balancer: check where the port leads.",
                 "If a PROXY header is wanted: turn PROXY protocol off on one side, or on at the other, so "
                 "that both agree.",
                 "On the host: move the other program to another port, then from the console, as it ends "
                 "sessions:   Restart-Service TermService -Force"},
      .article_note =
          "The article speaks of a port that a Windows update blocked. Nothing confirms that; a port taken "
          "by another program is real, and shows in the first bytes.",
      .fixes = {"restore-listener-port"},
      .codes = {{"disconnect", 0x904, Certainty::possible,
                 "the other program closed the connection on what it could not read"},
                {"disconnect", 0x406, Certainty::possible, "the answer was not what RDP expects"},
                {"freerdp", 0x2000C, Certainty::possible, "no negotiation came about"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
