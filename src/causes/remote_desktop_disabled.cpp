// Judges the switch of Remote Desktop as a whole: fDenyTSConnections, where a policy wins over Settings.
#include "causes/engine/policy_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

// Windows' setup writes the value (1). That nothing is there is no state that Windows makes, and the policy's
// own text says that connections are not allowed by default: that is no reading, so never proven.
// [TerminalServer.admx, "Allow users to connect remotely by using Remote Desktop Services"]
Verdict not_set(const HostFacts& host, const evidence::NumberFact& fact) {
  if (std::string doubts = doubts_of(host, "SYSTEM"); !doubts.empty())
    return needs(fmt::format("a whole SYSTEM hive: {}", doubts));
  return Found{Certainty::possible,
               {line(fact,
                     "fDenyTSConnections is not there, neither as a setting nor as a policy; Windows "
                     "writes it when it is set up, and without it connections are not allowed by "
                     "default")},
               true,
               ""};
}

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  const evidence::NumberFact& fact = host->remote_desktop.deny_connections;
  if (auto off = by_setting_alone(fact, 1, "fDenyTSConnections is 1")) return *off;
  if (unreadable(fact)) return needs_reading(fact);
  const std::uint32_t* deny = fact.get();
  if (!deny) return not_set(*host, fact);
  if (*deny == 0) {
    std::string because = fmt::format("Remote Desktop is on: fDenyTSConnections is 0 ({})", fact.source);
    // Of a damaged SOFTWARE a policy may be missing that turns it off.
    return fact.by_policy ? Verdict(excluded(because)) : excluded_if_whole(*host, "SOFTWARE", because);
  }
  Found found{*deny == 1 ? Certainty::proven : Certainty::likely,
              {line(fact, fmt::format("fDenyTSConnections is {}{}", *deny, policy_words(fact)))},
              true,
              fact.by_policy ? "A policy has turned Remote Desktop off." : ""};
  if (fact.by_policy && fact.local && *fact.local == 0)
    found.evidence.push_back({fact.local_source, "0: the setting of the machine is on, and does not count"});
  temper(*host, fact.by_policy ? "SOFTWARE" : "SYSTEM", found);
  if (!fact.by_policy) temper(*host, "SOFTWARE", found);
  return found;
}

}  // namespace

Cause remote_desktop_disabled() {
  return {
      .id = "remote-desktop-disabled",
      .title = "Remote Desktop is turned off on the host.",
      .stage = Stage::tcp,
      .machine = Machine::host,
      .topic = Topic::remote_desktop,
      .explanation =
          "fDenyTSConnections 1 keeps the listener from being made: nothing listens on the port. It is so on "
          "a Windows on which nobody has turned Remote Desktop on. A policy of the same name wins over the "
          "setting, so a machine can look as if it were on in Settings and be off, and a change made there "
          "is undone.",
      .tell_apart =
          "From the wire it is port-closed, or port-filtered where the firewall's rules for Remote Desktop, "
          "which Settings turns on and off with it, are off too. A service that does not run "
          "(service-stopped) or a listener of its own switched off (listener-disabled) look the same there; "
          "the registry tells them apart.",
      .advice =
          {"On the host: Settings > System > Remote Desktop: turn it on; it opens the firewall too.",
           "On the host, which policy sets it (Remote Desktop Session Host > Connections), to be changed "
           "there:   gpresult /h policies.html",
           "On the host, as administrator, where there is no Settings (undo: the same with 1):   reg add "
           "\"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\" /v fDenyTSConnections /t REG_DWORD "
           "/d 0 /f",
           "On the host, PowerShell as administrator, then its firewall rules (undo: "
           "Disable-NetFirewallRule):   Enable-NetFirewallRule -Group '@FirewallAPI.dll,-28752'"},
      .article = Article::names_it,
      .article_note =
          "The article looks at Settings only: a policy over it is not mentioned. It would give 0x204, as "
          "no connection is made.",
      .fixes = {"enable-remote-desktop"},
      .codes = {{"disconnect", 0x204, Certainty::possible, "nothing listens where Remote Desktop is off"}},
      .covers = {"port-closed"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
