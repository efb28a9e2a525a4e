// Judges whether a policy keeps the client on UDP where UDP does not get through. No value makes a client
// insist on UDP: 0 lets it try, and overrules who switched it off.
#include <algorithm>

#include "causes/engine/client_views.h"
#include "causes/engine/log_views.h"
#include "causes/engine/udp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

// What shows that the client's UDP fails: no datagram of the probe is answered, or its own log says so
// (1104).
std::optional<EvidenceLine> udp_fails(const CaseFile& c) {
  constexpr std::size_t enough = 3;  // one or two may be lost
  const Exchanges tried = udp_tried(c);
  if (enough <= tried.size() && filter(tried, udp_answered).empty())
    return EvidenceLine{"probe udp", fmt::format("no answer on UDP to {} datagrams", tried.size())};
  const auto failed = std::ranges::find_if(
      c.events, [](const Event& e) { return is_event(e, "TerminalServices-ClientActiveXCore", 1104); });
  if (failed == c.events.end()) return std::nullopt;
  return EvidenceLine{source(*failed), "ClientActiveXCore 1104: the client could not set up its UDP side"};
}

Verdict judge(const CaseFile& c) {
  const ClientFacts* client = client_of(c);
  if (!client) return needs_client_look();
  const evidence::NumberFact& fact = client->disable_udp;
  if (unreadable(fact)) return needs_reading(fact);
  const std::uint32_t* value = fact.get();
  if (!value || *value != 0)
    return excluded(value ? fmt::format("UDP is switched off on this client ({})", fact.source)
                          : fmt::format("no value keeps this client on UDP ({})", fact.source));
  if (!fact.by_policy) return excluded(fmt::format("no policy keeps this client on UDP ({})", fact.source));
  const auto fails = udp_fails(c);
  const bool overruled = fact.local.value_or(0) != 0;
  if (!fails && !overruled) return excluded("a policy keeps UDP on, and nothing shows that UDP fails");
  Found found{
      fails && overruled ? Certainty::likely : Certainty::possible,
      {line(fact,
            "fClientDisableUDP is 0 by policy: the client tries UDP for every session, which can't be "
            "switched off on it alone")},
      false};
  if (overruled)
    found.evidence.push_back(
        {fact.local_source, fmt::format("the machine's own value, {}, would switch UDP off and "
                                        "does not count",
                                        *fact.local)});
  if (fails) found.evidence.push_back(*fails);
  return found;
}

}  // namespace

Cause client_udp_forced() {
  return {
      .id = "client-udp-forced",
      .title = "A policy keeps the client on UDP.",
      .stage = Stage::udp,
      .machine = Machine::client,
      .explanation =
          "The policy \"Turn Off UDP On Client\", set to Disabled, writes fClientDisableUDP 0: the client "
          "tries UDP "
          "beside TCP for every session, whatever was chosen on the machine itself. It is also what Windows "
          "does "
          "where nothing is set, and right as a rule. Where UDP is filtered, lost or badly translated on the "
          "way, "
          "sessions pause at their start, freeze or break off, and nobody on the client can switch it off.",
      .tell_apart =
          "The value names it; only a UDP that fails makes it matter (udp-blocked, udp-lossy, client event "
          "1104). It "
          "explains no connection that fails before the logon: UDP begins after that, and TCP goes on "
          "without it.",
      .advice = {"On the client, what is set:   reg query \"HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows "
                 "NT\\Terminal "
                 "Services\\Client\" /v fClientDisableUDP",
                 "On the client, which policy sets it:   gpresult /h C:\\gpresult.html",
                 "In that policy: \"Turn Off UDP On Client\" to Enabled for clients on such a path, or mend "
                 "the path: "
                 "admit UDP 3389 as TCP is."},
      .article = Article::names_it,
      .article_note = "It blames UDP for 0x904, which comes before UDP is even tried.",
      .fixes = {"force-tcp"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
