// Judges which protocol the listener RDP-Tcp loads: Windows' own, or what another product put in its place.
#include <algorithm>

#include "base/text.h"
#include "causes/engine/policy_views.h"
#include "evidence/windows_own.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

using evidence::ListenerFacts;

bool is_own(std::string_view object) {
  std::string_view bare = trim(object);
  return std::ranges::any_of(evidence::own_protocol_objects,
                             [&](auto own) { return equal_ignoring_case(bare, own); });
}

EvidenceLine object_line(const ListenerFacts& listener, bool own) {
  return line(listener.protocol_object,
              fmt::format("the listener loads {}{}", printable(*listener.protocol_object.get(), 80),
                          own ? ", which is Windows' own" : ", which is not Windows' own"));
}

void add_backup(const ListenerFacts& listener, Found& found) {
  if (listener.backup_object.get())
    found.evidence.push_back(
        line(listener.backup_object, fmt::format("Citrix has set {} aside here: its agent was installed",
                                                 printable(*listener.backup_object.get(), 80))));
}

// Class or file gone: nothing can be loaded.
Verdict cannot_load(const HostFacts& host, const ListenerFacts& listener, bool own) {
  bool no_class = absent(listener.protocol_server);
  Found found{no_class ? Certainty::likely : Certainty::proven, {object_line(listener, own)}, true, ""};
  if (no_class) {
    if (std::string doubts = doubts_of(host, "SOFTWARE"); !doubts.empty())
      return needs(fmt::format("a whole SOFTWARE hive: {}", doubts));
    found.evidence.push_back(line(listener.protocol_server, "no library is registered for it"));
  } else {
    found.evidence.push_back(
        line(listener.protocol_server_exists, "the library that is registered is not there"));
  }
  if (own)
    found.headline = "The library of the listener's protocol is missing.";
  else
    found.headline = "The listener loads the protocol of a product that is gone.";
  add_backup(listener, found);
  temper(host, "SYSTEM", found);
  return found;
}

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  const ListenerFacts* listener = rdp_listener(*host);
  if (!listener) return needs_inspection();
  const evidence::TextFact& fact = listener->protocol_object;
  if (unreadable(fact)) return needs_reading(fact);
  if (!fact.get() && absent(listener->exists)) return excluded("there is no listener, so it loads nothing");
  if (!fact.get())
    return needs(fmt::format("what Windows loads without LoadableProtocol_Object ({})", fact.source));
  if (unreadable(listener->protocol_server)) return needs_reading(listener->protocol_server);
  bool own = is_own(*fact.get());
  if (absent(listener->protocol_server)) return cannot_load(*host, *listener, own);
  if (unreadable(listener->protocol_server_exists)) return needs_reading(listener->protocol_server_exists);
  if (!*listener->protocol_server_exists.get()) return cannot_load(*host, *listener, own);
  if (own)
    return excluded(
        fmt::format("the listener loads Windows' own protocol, and its library is there ({})", fact.source));
  Found found{Certainty::proven,
              {object_line(*listener, own), line(listener->protocol_server,
                                                 "its library, which is there: that product answers here and "
                                                 "decides who gets in")},
              false,
              "Another product's protocol answers on the listener.",
              {},
              true};
  add_backup(*listener, found);
  temper(*host, "SYSTEM", found);
  return found;
}

}  // namespace

Cause listener_foreign_protocol() {
  return {
      .id = "listener-foreign-protocol",
      .title = "The listener loads a protocol that is not Windows' own.",
      .stage = Stage::tcp,
      .machine = Machine::host,
      .topic = Topic::listener,
      .explanation =
          "LoadableProtocol_Object of RDP-Tcp names the COM class that answers. Citrix' agent puts its own "
          "there and keeps Windows' under CitrixBackupRdpTcpLoadableProtocolObject; while the agent is "
          "installed that is as it should be. When it was removed by halves, the class or its library is "
          "gone and the name stays: the service can't make the listener. A listener of another product "
          "beside RDP-Tcp (ICA-Tcp, RDP-Sxs) is none of this.",
      .tell_apart =
          "qwinsta does not list RDP-Tcp as Listen, and from the wire the port is closed (port-closed). A "
          "product that is there and turns people away does so after the logon: session-denied, "
          "logon-right-missing.",
      .advice =
          {"On the host, whether RDP-Tcp listens:   qwinsta",
           "On the host: if the product (Citrix Virtual Delivery Agent) is meant to be there, repair or "
           "reinstall it; if not, run its cleanup utility.",
           "On the host, as administrator, keep what is there:   reg export "
           "\"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp\" rdp-tcp.reg",
           "On the host, as administrator, Windows' own, since Windows 8:   reg add "
           "\"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp\" /v "
           "LoadableProtocol_Object /d {5828227c-20cf-4408-b73f-73ab70b8849f} /f",
           "On the host's console, as administrator (it ends all sessions):   Restart-Service TermService "
           "-Force"},
      .article = Article::misses,
      .fixes = {"restore-listener-defaults"},
      .codes = {{"disconnect", 0x204, Certainty::possible, "the service could not make its listener"}},
      .covers = {"port-closed", "listener-unresponsive"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
