// Judges whether the host takes connections without Network Level Authentication. It never explains a
// failure.
#include "causes/engine/policy_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  const evidence::ListenerFacts* listener = rdp_listener(*host);
  if (!listener) return needs_inspection();
  const evidence::NumberFact& fact = listener->user_authentication;
  if (auto off =
          by_setting_alone(fact, 0, "UserAuthentication is 0: the logon screen is shown to everybody")) {
    off->explains = false;
    return *off;
  }
  if (unreadable(fact)) return needs_reading(fact);
  const std::uint32_t* nla = fact.get();
  if (!nla)
    return excluded_if_whole(
        *host, "SYSTEM",
        fmt::format("UserAuthentication is not set: Windows' own default ({})", fact.source));
  if (*nla == 1)
    return excluded(fmt::format("the host demands NLA: UserAuthentication is 1 ({})", fact.source));
  if (*nla != 0)
    return needs(fmt::format("what Windows makes of UserAuthentication {} ({})", *nla, fact.source));
  Found found{Certainty::proven,
              {line(fact, fmt::format("UserAuthentication is 0: the logon screen is shown to everybody{}",
                                      policy_words(fact)))},
              false,
              ""};
  if (fact.by_policy && fact.local && *fact.local == 1)
    found.evidence.push_back(
        {fact.local_source, "1: the setting of the machine demands it, and does not count"});
  temper(*host, fact.by_policy ? "SOFTWARE" : "SYSTEM", found);
  return found;
}

}  // namespace

Cause nla_off() {
  return {
      .id = "nla-off",
      .title = "The host takes connections without Network Level Authentication.",
      .stage = Stage::nla,
      .machine = Machine::host,
      .topic = Topic::listener,
      .explanation =
          "With UserAuthentication 0 a client gets a session and its logon screen before it has said who it "
          "is. It makes no connection fail; it was the default up to Windows 7, and is often left behind by "
          "an attempt to get around a failing logon. Whoever reaches the port can use up sessions and try "
          "what attacks the service before a logon.",
      .tell_apart =
          "A weakening and no reason for a failure. The other way round, a client that can't do NLA is "
          "turned away where it is demanded: nla-required.",
      .advice = {"On the host: Settings > System > Remote Desktop > Advanced settings: require Network Level "
                 "Authentication; make sure first that you can log on with it.",
                 "On the host, which policy sets it, to be changed there:   gpresult /h policies.html",
                 "On the host, as administrator, demand it again (undo: the same with 0):   reg add "
                 "\"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp\" /v "
                 "UserAuthentication /t REG_DWORD /d 1 /f"},
      .article = Article::wrong,
      .article_note =
          "The article has NLA turned off as a remedy. It hides why a logon fails, and lets everybody who "
          "reaches the port have a logon screen: turn it on again.",
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
