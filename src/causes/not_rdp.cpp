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

bool unanswered(const Connection& c) {
  return cut_before_answer(c) || (c.x224.outcome == X224Outcome::silent && c.x224.bytes == 0);
}
bool known(const Connection& c) {
  return !c.x224.spoke.empty() && c.x224.spoke != "unknown";
}

// What one of them said is a direct reading; bytes that nobody knows become sure by coming again.
Found named(const CaseFile& c, const Connections& list, std::size_t tried) {
  Connections told = filter(list, known);
  const Connection& first = told.empty() ? *list.front() : *told.front();
  std::string what = told.empty() ? "bytes of no protocol known here" : first.x224.spoke;
  std::string detail = first.x224.spoke_detail.empty() ? "" : ": " + printable(first.x224.spoke_detail, 120);
  bool sure = list.size() > 1 || !told.empty();
  Found found{sure ? Certainty::proven : Certainty::likely, {}, true, "", {}};
  std::string to = first.asked.tls == "first" ? " for a ClientHello as the first bytes" : "";
  found.evidence.push_back({source("x224", list), fmt::format("{} came back{}{}, {}", what, to, detail,
                                                              share(list.size(), tried))});
  if (told.empty()) {
    found.evidence.push_back({source("x224", first), "first bytes: " + first.x224.first_bytes});
  } else if (what == "TLS") {
    found.headline = fmt::format("A TLS server (not RDP) answers on port {}.", c.target.port);
  } else {
    found.headline = fmt::format("{} answers on port {}, not Remote Desktop.", what, c.target.port);
  }
  return found;
}

Found wants_proxy_header(const Connection& proxied, const Connections& standard) {
  bool silent = any_of(standard, [](auto& conn) { return conn.x224.outcome == X224Outcome::silent; });
  std::string_view without = silent ? "no byte comes back" : "the connection ends before one byte";
  return Found{Certainty::proven,
               {{source("x224", proxied),
                 "with a PROXY protocol header first, the answer is " + x224_ending_words(proxied)},
                {source("x224", standard),
                 fmt::format("without it, {}, {}", without, share(standard.size(), standard.size()))}},
               true,
               "The port wants a PROXY protocol header before it speaks RDP.",
               {}};
}

Found broken_x224(const Connections& standard) {
  const Connection& first = *standard.front();
  Found found{Certainty::likely, {}, true, "The answer is X.224, as of RDP, but broken.", {}};
  found.evidence.push_back(
      {source("x224", standard),
       fmt::format("an X.224 answer came and is broken: {}, {}", printable(first.x224.problem),
                   share(standard.size(), standard.size()))});
  if (!first.x224.first_bytes.empty())
    found.evidence.push_back({source("x224", first), "its bytes: " + first.x224.first_bytes});
  return found;
}

// RDP confirmed, and what came where TLS should begin is something else.
std::optional<Verdict> no_tls_follows(const CaseFile& c) {
  std::string address = main_address(c);
  Connections hellos =
      finished(c, [&](const Connection& conn) { return tls_tried(conn) && conn.asked.address == address; });
  auto not_tls = [](auto& conn) { return conn.tls.outcome == evidence::TlsOutcome::not_tls; };
  if (!all_of(hellos, not_tls)) return std::nullopt;
  std::string problem = hellos.front()->tls.problem;
  if (!problem.empty()) problem = " (" + printable(problem) + ")";
  return Found{Certainty::possible,
               {{source("tls", hellos), fmt::format("bytes that are not TLS came after the Confirm{}, {}",
                                                    problem, share(hellos.size(), hellos.size()))},
                {"probe", "whether the host or something in the path sends them can't be told from here"}},
               true,
               "What follows the Connection Confirm is not TLS.",
               Stage::tls};
}

Verdict judge(const CaseFile& c) {
  Connections standard = standards(c);
  const Connection* proxied = attempt(c, "proxy header");
  if (standard.empty()) return needs_probe();
  Connections tried = tcp_tried_main(c);
  Connections answered =
      filter(tried, [](const Connection& conn) { return x224_answered(conn) && !conn.asked.proxy_header; });
  if (proxied && x224_answered(*proxied) && answered.empty() && all_of(standard, unanswered))
    return wants_proxy_header(*proxied, standard);
  Connections others = filter(tried, other_program);
  if (!others.empty() && !any_of(tried, x224_answered)) return named(c, others, tried.size());
  if (auto found = no_tls_follows(c)) return *found;
  if (all_of(standard, broken)) return broken_x224(standard);
  if (!answered.empty()) return excluded("RDP answers (" + source("x224", answered) + ")");
  return needs_probe();
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
          "a PROXY protocol header first and closes, or stays silent, on everything else.",
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
      .signs = {{"mstsc-security-error", Certainty::possible, "the other end's security data made no sense"},
                {"mstsc-protocol-error", Certainty::possible, "what came was not the protocol"},
                {"mstsc-invalid-token", Certainty::possible,
                 "what came was not what the security package expects"},
                {"negotiation-failed", Certainty::possible, "what answers may not be Remote Desktop"},
                {"openssl-not-tls", Certainty::possible, "the other end does not speak TLS here"},
                {"login-limit", Certainty::possible, "another program holds the port"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
