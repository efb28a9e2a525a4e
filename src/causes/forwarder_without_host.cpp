// Judges connections that are accepted and then ended before a whole answer, however they ask.
#include "causes/engine/control_views.h"
#include "causes/engine/log_views.h"
#include "causes/engine/reset_senders.h"
#include "causes/engine/tcp_views.h"
#include "evidence/host_log.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

using evidence::X224Outcome;

std::string headcount(const Connections& list) {
  Connections resets = filter(list, [](const Connection& conn) {
    return conn.tcp.outcome == evidence::TcpOutcome::reset ||
           conn.x224.outcome == evidence::X224Outcome::reset;
  });
  if (resets.empty()) return "FIN";
  return resets.size() == list.size() ? "RST" : fmt::format("{} by RST, the others by FIN", resets.size());
}

bool hello_first(const Connection& c) {
  return c.asked.tls == "first";
}

bool cut(const Connection& c) {
  return cut_before_answer(c) || cut_within_answer(c);
}

// Connections that began an answer and ended within it: someone is there, but it is not known who.
Found within_answer(const Connections& requests) {
  const Connection& first = *filter(requests, cut_within_answer).front();
  return Found{Certainty::possible,
               {{source("x224", requests),
                 fmt::format("the connection ended within its answer, after {} {} of it ({}), {}",
                             first.x224.bytes, first.x224.bytes == 1 ? "byte" : "bytes",
                             x224_ending_words(first), share(requests.size(), requests.size()))},
                {"probe",
                 "a host that breaks down while it answers, or another program (not-rdp), would look "
                 "the same"}},
               true,
               "What accepts the connection ends it within its answer.",
               {}};
}

std::vector<EvidenceLine> repetitions(const CaseFile& c, const Connections& requests) {
  std::vector<EvidenceLine> lines;
  lines.push_back(
      {source("x224", requests), fmt::format("accepted, then ended before one byte came back ({}), {}",
                                             headcount(requests), share(requests.size(), requests.size()))});
  if (const Connection* plain = attempt(c, "no negotiation"); plain && cut(*plain))
    lines.push_back({source("x224", *plain), "the same for a request without any security protocols"});
  if (const Connection* bare = attempt(c, "no cookie"); bare && cut(*bare))
    lines.push_back({source("x224", *bare), "the same without a routing cookie"});
  return lines;
}

// Where the parts of the connection came from, when packets could be watched.
std::vector<EvidenceLine> distances(const CaseFile& c, const Connections& requests) {
  std::vector<EvidenceLine> lines;
  ResetSenders senders = request_resets(c);
  if (!senders.behind.empty()) {
    lines.push_back(
        {source("x224", senders.behind), sender_words(senders.behind, standards(c).size()) +
                                             ": something on the way accepts before it has reached anyone"});
  }
  if (std::string nearer = accepted_nearer_words(c, requests); !nearer.empty())
    lines.push_back({source("tcp", requests), nearer + ": something on the way accepts for it"});
  return lines;
}

// Whose log it is, and of which time: that it is this host's may be all that is wrong.
EvidenceLine log_words(const CaseFile& c) {
  auto log = evidence::host_log(c);
  if (!log) return {"logs", "the host's own log"};
  return {log->source, fmt::format("the log of {}, from {} to {}, has no connection at that time",
                                   log->computer.empty() ? "the host" : log->computer, minute_of(log->first),
                                   minute_of(log->last))};
}

// The host's own log says that nothing arrived, though the client's connection was accepted.
std::optional<Found> by_host_log(const CaseFile& c) {
  static constexpr std::string_view no_trace =
      "the host's own log covers the time and has no trace of it: the connection ends at something before it";
  if (never_reached_the_host(c)) {
    Connections missing = not_in_host_log(c);
    return Found{Certainty::likely,
                 {{source("tcp", missing),
                   fmt::format("accepted, {}, and {}", share(missing.size(), missing.size()), no_trace)},
                  log_words(c)},
                 true,
                 "The connection is accepted by something else and never reaches the host."};
  }
  std::string attempt = attempt_not_in_host_log(c);
  if (attempt.empty()) return std::nullopt;
  return Found{Certainty::possible,
               {{attempt, std::string("the client tried then, and ") + std::string(no_trace)},
                log_words(c),
                {"logs",
                 "a firewall or port that drops the connection, and a program on the client that blocks "
                 "it, would leave the same logs"}},
               true,
               "The client's connection never reached the host."};
}

Verdict judge(const CaseFile& c) {
  if (auto found = by_host_log(c)) return *found;
  Connections tried = tcp_tried_main(c);
  if (tried.empty() || standards(c).empty()) return needs_probe();
  if (Connections answered = filter(tried, x224_answered); !answered.empty()) {
    return excluded("RDP answers (" + source("x224", *answered.front()) + ")");
  }
  if (Connections logged = in_host_log(c); !logged.empty()) {
    return excluded("the host's own log has the connection (" + host_log_words(logged) + ")");
  }
  if (!all_of(standards(c), cut))
    return excluded("not every connection is accepted and then ended before a whole answer");
  Connections requests = filter(tried, [](const Connection& conn) { return !hello_first(conn); });
  Connections told = filter(tried, [](auto& conn) { return conn.x224.outcome == X224Outcome::not_rdp; });
  if (!told.empty()) {
    return excluded("another program answers: " + x224_ending_words(*told.front()) + " (" +
                    source("x224", *told.front()) + ")");
  }
  // A server that reads a whole TPKT first waits for ever on a PROXY header: that is no difference.
  if (ResetSenders senders = request_resets(c); all_from_elsewhere(senders)) {
    return excluded("what resets is not what accepts: " +
                    sender_words(senders.elsewhere, senders.elsewhere.size()));
  }
  bool alike = all_of(requests, [](auto& conn) { return cut(conn) || conn.asked.proxy_header; });
  requests = filter(requests, cut);
  Connections hellos = filter(tried, hello_first);
  if (any_of(requests, cut_within_answer)) return within_answer(requests);
  std::vector<EvidenceLine> lines = repetitions(c, requests);
  for (EvidenceLine& line : distances(c, requests)) lines.push_back(std::move(line));
  bool not_tls = all_of(hellos, cut_before_answer);
  if (not_tls) {
    lines.push_back({source("x224", hellos), "the same for a TLS ClientHello as the very first bytes"});
  } else {
    lines.push_back({"probe", "another program that hangs up on an RDP request (not-rdp) is not excluded"});
  }
  lines.push_back(
      {"probe",
       "a broken service behind an open listener is not excluded from here: the host's logs would tell"});
  bool sure = requests.size() > 2 && not_tls && alike;
  return Found{sure ? Certainty::likely : Certainty::possible, std::move(lines), true, "", {}};
}

}  // namespace

Cause forwarder_without_host() {
  return {
      .id = "forwarder-without-host",
      .title = "Something accepts the connection, but no Remote Desktop host is behind it.",
      .stage = Stage::x224,
      .machine = Machine::path,
      .explanation =
          "The TCP connection opens, and is then closed or reset before one RDP byte, every time and "
          "whatever is asked. That is what a tunnel, port forwarding, jump host or load balancer does when "
          "it has accepted for a host that it then can't reach: the backend is off, its port closed, the "
          "tunnel's other end not connected or not authenticated. The client sees its socket closed, which "
          "is what 0x904 says.",
      .tell_apart =
          "Rivals: the host's limit for incomplete connections (then first attempts pass and a pause "
          "helps), a broken service behind an open listener (then the host logs event 131 in RdpCoreTS for "
          "each attempt; a forwarder leaves the host's logs empty), a demand for a PROXY header (tried), "
          "another program that hangs up on what it can't read "
          "(not-rdp; a TLS server is tried). "
          "From beside the host, or on the host itself against 127.0.0.1, a healthy listener answers.",
      .advice =
          {"On the forwarder (tunnel, jump host, balancer, router): check its target's address and port, and "
           "its health check.",
           "On the forwarder's own machine, or beside the host, what answers there:   rdpdoctor diagnose "
           "TARGET:3389",
           "On the host, PowerShell as administrator; nothing at that time means that nothing arrived:   "
           "Get-WinEvent -FilterHashtable "
           "@{LogName='Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational'; Id=131} -MaxEvents 5",
           "With a tunnel service: check that its other end is connected and that access authentication is "
           "done; try another version of it."},
      .article_note =
          "Yet every report of 0x904 with 0x7 that can be read at first hand had a tunnel or jump proxy in "
          "the path.",
      .codes = {{"disconnect", 0x904, Certainty::possible,
                 "the forwarder closes the client's socket when it can't reach its host"},
                {"extended", 0x7, Certainty::possible,
                 "first-hand reports of 0x904 with 0x7 are of tunnels and jump proxies", true},
                {"winsock", 10054, Certainty::possible, "the forwarder resets the connection"},
                {"freerdp", 0x2000D, Certainty::possible, "the connection ended at once"},
                {"freerdp", 0x2000C, Certainty::possible, "no negotiation came about"}},
      .signs = {{"mstsc-internal-error", Certainty::possible,
                 "a connection that the forwarder closes is shown as an internal error"},
                {"mstsc-connection-lost", Certainty::possible,
                 "the open connection was closed from the other end"},
                {"read-reset", Certainty::possible, "a forwarder without a host resets"},
                {"read-closed", Certainty::possible, "a forwarder without a host closes"},
                {"freerdp-server-refused", Certainty::possible,
                 "the other end closed while the connection was set up"},
                {"openssl-not-tls", Certainty::possible, "a forwarder answered with words of its own"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
