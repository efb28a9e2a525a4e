// Judges whether connections are dropped for their number: several at once, or all after the first ones.
#include "causes/engine/burst.h"
#include "causes/engine/log_views.h"
#include "causes/engine/path_views.h"
#include "causes/engine/requests.h"
#include "causes/engine/tcp_views.h"
#include "causes/engine/token_bucket.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

Found used_up(const Turn& turn) {
  std::size_t all = turn.before.size() + turn.after.size();
  return Found{turn.certain ? Certainty::likely : Certainty::possible,
               {{source("x224", turn.before),
                 fmt::format("the first {} of {} such connections were answered", turn.before.size(), all)},
                {source("x224", turn.after),
                 fmt::format("every later one was dropped, {}", share(turn.after.size(), all))}},
               true,
               "",
               {}};
}

// One connection at a time passes, so this stops nobody who makes only one.
std::optional<Verdict> crowded(const CaseFile& c, const std::optional<Split>& split, Stage stage,
                               std::string_view word) {
  if (!split) return std::nullopt;
  Alone alone = made_alone(c, *split);
  if (!alone.failed.empty()) {
    return excluded(
        fmt::format("an attempt fails with no other beside it, too ({})", source(word, alone.failed)));
  }
  if (alone.passed.empty()) return needs(need::burst);
  std::size_t beside = split->passed.size() + split->failed.size() - alone.passed.size();
  return Found{alone.clears ? Certainty::likely : Certainty::possible,
               {{source(word, split->failed),
                 fmt::format("of those made beside others, {} failed", share(split->failed.size(), beside))},
                {source(word, alone.passed), fmt::format("of those made alone, {} passed",
                                                         share(alone.passed.size(), alone.passed.size()))}},
               false,
               "The host drops connections when several come at once.",
               stage};
}

// A limit would have let through just those that passed; so may chance.
std::optional<Verdict> by_bucket(const CaseFile& c, const std::optional<Split>& split, Stage stage,
                                 std::string_view word) {
  if (!split || stage == Stage::tls || !bucket_explains(c, *split)) return std::nullopt;
  if (enough_loss(loss(c))) return std::nullopt;  // loss takes any of them
  std::size_t all = split->passed.size() + split->failed.size();
  return Found{Certainty::possible,
               {{source(word, split->failed),
                 fmt::format("{} such connections were dropped, and none of the first ones",
                             share(split->failed.size(), all))},
                {"probe",
                 "each came and went as a limit on new connections would have it; one of several machines "
                 "being ill may do as much; to tell:   rdpdoctor diagnose HOST --burst 16"}},
               true,
               "",
               stage};
}

// Both ends: the host logged connections that ended before it answered, and counted many incomplete ones
// then.
std::optional<Found> counted_by_host(const CaseFile& c) {
  Connections cut = filter(in_host_log(c), [](const Connection& conn) {
    return failed_at(conn) == Stage::x224 && conn.x224.bytes == 0;
  });
  if (cut.empty()) return std::nullopt;
  for (const Event& e : c.events) {
    if (!is_event(e, "TerminalServices-RemoteConnectionManager", 1006) || !failure_near(c, e, 5)) continue;
    return Found{Certainty::possible,
                 {{source("x224", cut), "ended before one byte of an answer, though the host logged it (" +
                                            host_log_words(cut) + ")"}},
                 true,
                 "",
                 {}};
  }
  return std::nullopt;
}

Verdict judge(const CaseFile& c) {
  if (standards(c).empty()) return needs_probe();
  if (auto counted = counted_by_host(c)) return *counted;
  if (auto verdict = after_burst(c)) return *verdict;
  // Rounds of a watch are a pause apart: a host that answers no more has other reasons than their number.
  if (c.run.light) return needs(need::burst);
  if (too_slow(speed(c)) && queues(c)) return excluded("the link is slow: its full queue drops any of them");
  if (auto turn = later_ones_dropped(c)) return used_up(*turn);
  struct At {
    std::optional<Split> split;
    Stage stage;
    std::string_view word;
  };
  for (const At& at : {At{split_at_tcp(c), Stage::tcp, "tcp"}, At{split_at_x224(c), Stage::x224, "x224"},
                       At{split_at_tls(c), Stage::tls, "tls"}}) {
    auto verdict = crowded(c, at.split, at.stage, at.word);
    if (verdict && std::holds_alternative<Found>(*verdict)) return *verdict;
    if (auto bucket = by_bucket(c, at.split, at.stage, at.word)) return *bucket;
    if (verdict) return *verdict;
  }
  return needs(need::burst);
}

}  // namespace

Cause connection_limit() {
  return {
      .id = "connection-limit",
      .title = "The host or its firewall limits new connections.",
      .stage = Stage::x224,
      .machine = Machine::host,
      .explanation =
          "Windows counts connections that have not logged on yet and refuses more of them beyond a limit; "
          "firewalls and intrusion filters limit new connections by source. Password guessing from the "
          "internet fills the limit, so that real users are refused at random times. The host then logs "
          "event 1006 (many incomplete connections) in RemoteConnectionManager/Admin.",
      .tell_apart =
          "Attempts made alone pass and some of several at once are dropped, or the first pass and every "
          "later "
          "one is dropped until a pause heals it. One of several backends being broken is "
          "connection-intermittent: attempts made alone fail too, and not in a "
          "row at the end. Dropped from the very first connection is a forwarder without host. The burst "
          "(--burst 16) proves it: some of many made together are dropped, and one alone passes after it.",
      .advice =
          {"On the client: wait a minute and try once, without repeats.",
           "On the host, PowerShell as administrator, whether the limit was hit:   Get-WinEvent "
           "-FilterHashtable @{LogName='Microsoft-Windows-TerminalServices-RemoteConnectionManager/Admin'; "
           "Id=1006} -MaxEvents 5",
           "On the host, PowerShell as administrator, who connects:   Get-WinEvent -FilterHashtable "
           "@{LogName='Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational'; Id=131} -MaxEvents 50",
           "On the firewall or in the cloud console: don't expose the port to the internet: a VPN, an RD "
           "Gateway, or the few sources that need it.",
           "On the host, whether somebody set a low limit:   reg query "
           "\"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\" /v MaxOutstandingConnections"},
      .article = Article::names_it,
      .article_note =
          "The limiter exists, but the default of MaxOutstandingConnections is not documented, so raising it "
          "is guesswork: it can help only when event 1006 shows that the limit was hit.",
      .fixes = {"raise-outstanding-connections"},
      .codes = {{"disconnect", 0x904, Certainty::possible,
                 "the limiter closes the socket of a connection it does not want"},
                {"extended", 0x7, Certainty::possible, "the host turned the connection away"},
                {"winsock", 10054, Certainty::possible, "the limiter resets the connection"}},
      .events = {{"TerminalServices-RemoteConnectionManager", 1006, "", Certainty::likely,
                  "the host counted many incomplete connections", EventWeight::note}},
      .signs = {{"event-1006", Certainty::likely, "the host's log names the incomplete connections"},
                {"mstsc-internal-error", Certainty::possible,
                 "a host that drops connections while busy is shown as an internal error"},
                {"freerdp-server-refused", Certainty::possible,
                 "reported to come and go with the number of attempts"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
