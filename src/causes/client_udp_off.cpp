// Judges whether the client is set to TCP alone: a loss of comfort, no reason why a connection fails.
#include <algorithm>

#include "causes/engine/client_views.h"
#include "causes/engine/udp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

Verdict judge(const CaseFile& c) {
  const ClientFacts* client = client_of(c);
  if (!client) return needs_client_look();
  const evidence::NumberFact& fact = client->disable_udp;
  if (unreadable(fact)) return needs_reading(fact);
  const std::uint32_t* off = fact.get();
  if (!off || *off == 0)
    return excluded(
        fmt::format("UDP is {} on this client ({})", off ? "left on" : "not switched off", fact.source));
  Found found{
      Certainty::proven,
      {line(fact, fmt::format("UDP is switched off ({}): sessions use TCP alone, which shows on lossy and "
                              "slow lines{}",
                              *off, policy_words(fact)))},
      false};
  const Exchanges tried = udp_tried(c);
  const Exchanges answered = filter(tried, udp_answered);
  if (!answered.empty()) {
    found.evidence.push_back({"probe udp", fmt::format("the host answers on UDP, {} of {} datagrams",
                                                       answered.size(), tried.size())});
  } else if (!tried.empty()) {
    // As it is advised where UDP does not get through.
    found.note = true;
    found.evidence.push_back({"probe udp", "UDP does not reach this host, so nothing is lost by it here"});
  }
  return found;
}

}  // namespace

Cause client_udp_off() {
  return {
      .id = "client-udp-off",
      .title = "The client is set to use TCP alone.",
      .stage = Stage::udp,
      .machine = Machine::client,
      .explanation =
          "fClientDisableUDP 1, the policy \"Turn Off UDP On Client\", keeps this client to TCP. Connections "
          "come "
          "about as before; on lossy or slow lines picture and sound are worse than with UDP. It is the cure "
          "where "
          "UDP is filtered or badly translated on the way, and is often left behind when that has passed.",
      .tell_apart =
          "The value names it. It explains no connection that fails: UDP begins after the logon. Where UDP "
          "does not "
          "reach the host (udp-blocked) it is as it should be.",
      .advice =
          {"On the client, what is set:   reg query \"HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows "
           "NT\\Terminal "
           "Services\\Client\" /v fClientDisableUDP",
           "On the client, as administrator, where UDP gets through (undo: reg add with the same key and "
           "/v, /t REG_DWORD /d 1):   reg delete \"HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal "
           "Services\\Client\" /v fClientDisableUDP /f",
           "On the client, which policy sets it, to be changed there:   gpresult /h C:\\gpresult.html"},
      .article = Article::names_it,
      .article_note =
          "It tells readers to set this value against 0x904. It can't help there: UDP starts after the "
          "logon.",
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
