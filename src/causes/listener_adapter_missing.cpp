// Judges whether the listener is bound to a network adapter that this Windows does not have.
#include "causes/engine/policy_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

Found gone(const evidence::ListenerFacts& listener) {
  const std::uint32_t adapter = *listener.adapter.get();
  Found found{Certainty::likely,
              {line(listener.adapter,
                    fmt::format("LanAdapter is {}: the listener is bound to that adapter alone", adapter))},
              true,
              ""};
  const std::string* guid = listener.adapter_guid.get();
  found.evidence.push_back(
      line(listener.adapter_exists,
           guid ? fmt::format("Windows knows no adapter {}, which that number stands for", *guid)
                : fmt::format("no adapter has the number {}", adapter)));
  return found;
}

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  const evidence::ListenerFacts* listener = rdp_listener(*host);
  if (!listener) return needs_inspection();
  const evidence::NumberFact& fact = listener->adapter;
  if (unreadable(fact)) return needs_reading(fact);
  const std::uint32_t* adapter = fact.get();
  if (!adapter)
    return excluded_if_whole(*host, "SYSTEM",
                             fmt::format("LanAdapter is not set: all adapters ({})", fact.source));
  if (*adapter == 0)
    return excluded(fmt::format("the listener is on all adapters: LanAdapter is 0 ({})", fact.source));
  if (unreadable(listener->adapter_exists)) return needs_reading(listener->adapter_exists);
  const bool* exists = listener->adapter_exists.get();
  if (exists && *exists)
    return excluded(fmt::format("Windows knows the adapter that LanAdapter {} stands for ({})", *adapter,
                                listener->adapter_exists.source));
  if (std::string doubts = doubts_of(*host, "SYSTEM"); !doubts.empty())
    return needs(fmt::format("a whole SYSTEM hive: {}", doubts));
  return gone(*listener);
}

}  // namespace

Cause listener_adapter_missing() {
  return {
      .id = "listener-adapter-missing",
      .title = "The listener is bound to a network adapter that is not there.",
      .stage = Stage::tcp,
      .machine = Machine::host,
      .topic = Topic::listener,
      .explanation =
          "LanAdapter 0 has the listener on all adapters; another number binds it to one, by the table "
          "lanatable, which gives each adapter's GUID its number. When that adapter is replaced, a virtual "
          "machine is moved to another host or a disk to another machine, the new adapter has another GUID "
          "and the listener has none left.",
      .tell_apart =
          "The host answers on other ports and refuses this one, as with port-closed; after LanAdapter 0 "
          "and a restart of the service it works. An adapter that was taken out but that Windows still "
          "remembers can't be told from one that is there by the registry alone.",
      .advice =
          {"On the host, the adapters that are there:   Get-NetAdapter -IncludeHidden",
           "On the host, what the listener is bound to (0: all):   reg query "
           "\"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp\" /v "
           "LanAdapter",
           "On the host, as administrator, all adapters again (undo: the old number):   reg add "
           "\"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp\" /v "
           "LanAdapter "
           "/t REG_DWORD /d 0 /f",
           "On the host's console, as administrator (it ends all sessions):   Restart-Service TermService "
           "-Force"},
      .article = Article::misses,
      .fixes = {"restore-listener-defaults"},
      .codes = {{"disconnect", 0x204, Certainty::possible, "nothing listens at the host's address"}},
      .covers = {"port-closed"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
