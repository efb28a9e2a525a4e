// Judges whether the listener may have no connection at all: MaxInstanceCount 0.
#include "causes/engine/policy_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

constexpr std::uint32_t unlimited = 0xffffffff;

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  const evidence::ListenerFacts* listener = rdp_listener(*host);
  if (!listener) return needs_inspection();
  const evidence::NumberFact& fact = listener->max_instances;
  if (unreadable(fact)) return needs_reading(fact);
  const std::uint32_t* most = fact.get();
  if (!most)
    return excluded_if_whole(*host, "SYSTEM", fmt::format("MaxInstanceCount is not set ({})", fact.source));
  if (*most == unlimited)
    return excluded(fmt::format("the listener has no limit of connections ({})", fact.source));
  if (*most != 0)
    return excluded(fmt::format("the listener may have {} connections ({})", *most, fact.source));
  Found found{
      Certainty::likely,
      {line(fact, fmt::format("MaxInstanceCount is 0: no connection is let in{}", policy_words(fact)))},
      true,
      ""};
  temper(*host, fact.by_policy ? "SOFTWARE" : "SYSTEM", found);
  return found;
}

}  // namespace

Cause instance_limit_zero() {
  return {
      .id = "instance-limit-zero",
      .title = "The listener may have no connection: its limit is 0.",
      .stage = Stage::x224,
      .machine = Machine::host,
      .topic = Topic::listener,
      .explanation =
          "MaxInstanceCount is how many sessions the listener may have: 0xffffffff, which is Windows' own "
          "value, for no limit, and 999999 for the same in the policy \"Limit number of connections\". With "
          "0 "
          "there is no session that a connection could get. It comes from scripts that mean \"no limit\" by "
          "0.",
      .tell_apart =
          "It is there for everybody and from the first attempt on; a host that is full (session-limit) or "
          "counts incomplete connections (connection-limit) takes some. Windows Home and a client Windows "
          "take one user at a time, and don't get it by this value.",
      .advice = {"On the host, what is set, and by policy:   reg query "
                 "\"HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows "
                 "NT\\Terminal Services\" /v MaxInstanceCount",
                 "On the host, which policy sets it, to be changed there:   gpresult /h policies.html",
                 "On the host, as administrator, no limit again (undo: the same with 0):   reg add "
                 "\"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp\" /v "
                 "MaxInstanceCount /t REG_DWORD /d 0xffffffff /f"},
      .article = Article::misses,
      .fixes = {"lift-instance-limit"},
      .codes = {{"disconnect", 0x904, Certainty::possible,
                 "the host closes a connection that it may not have"},
                {"extended", 0x7, Certainty::possible, "the host turned the connection away"}},
      .covers = {"connection-limit", "session-limit"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
