// Told by its codes, by credentials and by the host's registry: the Remote Desktop licence exchange fails.
#include <algorithm>

#include "base/text.h"
#include "causes/engine/policy_views.h"
#include "causes/engine/untold.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

// RCM\Licensing Core: LicensingMode.
constexpr std::uint32_t remote_administration = 1, per_device = 2, per_user = 4, not_configured = 5;

// Only the role RD Session Host needs licences: TSAppCompat is 1 with it. Several sessions of Windows 10 and
// 11 come with their own.
std::optional<std::string> needs_none(const HostFacts& host) {
  const evidence::NumberFact& role = host.logon.session_host;
  if (!role.get() || *role.get() == 0)
    return fmt::format("the role RD Session Host is not there, and without it no licences matter ({})",
                       role.source);
  const std::string* type = host.logon.product_type.get();
  if (type && equal_ignoring_case(*type, "WinNT"))
    return fmt::format("a client Windows needs no such licences ({})", host.logon.product_type.source);
  return std::nullopt;
}

// When the grace period ends stands in an encrypted value, so how long this still goes well can't be told.
Found incomplete(const HostFacts& host, EvidenceLine what, std::string headline) {
  Found found{Certainty::possible, {std::move(what)}, false, std::move(headline)};
  const Fact<bool>& grace = host.logon.grace_period;
  found.evidence.push_back(
      line(grace, grace.get()     ? "the grace period of 120 days has begun; its end is stored encrypted"
                  : absent(grace) ? "no grace period has begun yet"
                                  : "whether the grace period has begun could not be read"));
  temper(host, "SYSTEM", found);
  return found;
}

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_credentials(c);
  const evidence::LogonPolicyFacts& facts = host->logon;
  if (unreadable(facts.session_host)) return needs_reading(facts.session_host);
  if (auto because = needs_none(*host))
    return excluded_unless_told(c, "licensing", excluded_if_whole(*host, "SYSTEM", *because),
                                needs_credentials(c));
  if (unreadable(facts.licensing_mode)) return needs_reading(facts.licensing_mode);
  if (unreadable(facts.license_servers)) return needs_reading(facts.license_servers);
  const std::uint32_t* mode = facts.licensing_mode.get();
  if (!mode || *mode == 0 || *mode == remote_administration || *mode == not_configured) {
    return incomplete(*host,
                      line(facts.licensing_mode,
                           mode ? fmt::format("LicensingMode is {}: not configured", *mode)
                                : std::string("no licensing mode is set, on a host with the role RD Session "
                                              "Host")),
                      "The session host has no licensing mode.");
  }
  if (*mode != per_device && *mode != per_user)
    return needs(fmt::format("what LicensingMode {} means ({})", *mode, facts.licensing_mode.source));
  const std::vector<std::string>* servers = facts.license_servers.get();
  bool named = servers && std::ranges::any_of(*servers, [](auto& name) { return !trim(name).empty(); });
  if (!named) {
    return incomplete(*host,
                      line(facts.license_servers,
                           "no licence server is named; Windows may still find one in "
                           "its domain"),
                      "The session host has no licence server set.");
  }
  return excluded_unless_told(c, "licensing",
                              excluded(fmt::format("licensing mode {} and a licence server are set ({})",
                                                   *mode, facts.licensing_mode.source)),
                              needs_credentials(c));
}

}  // namespace

Cause licensing() {
  return {
      .id = "licensing",
      .title = "The Remote Desktop licence exchange fails.",
      .stage = Stage::session,
      .machine = Machine::host,
      .topic = Topic::logon,
      .explanation =
          "A Remote Desktop Session Host hands every client a licence, and could not: no licence server is "
          "set or reachable, the grace period of 120 days is over, the mode is not set or the server has no "
          "licences of that kind left. Administrative connections (two, without the role) need none.",
      .tell_apart =
          "The code comes after logon. Host events 1069, 50280 to 50285 and the tool lsdiag.msc say what is "
          "missing; if only one client fails, its own store may be damaged: client-license-store.",
      .advice =
          {"On the host, as administrator, what is missing (RD Licensing Diagnoser):   lsdiag.msc",
           "On an administrator's client, to get in meanwhile without a licence:   mstsc /admin /v:HOST",
           "In the host's policy or deployment properties: set licence server and mode (per user or per "
           "device).",
           "On the licence server: check that its service runs, that it is activated, and that licences are "
           "left."},
      .article_note =
          "Deleting MSLicensing, as pages about 0x904 advise, has nothing to do with a closed socket.",
      .codes = {{"disconnect", 0x808, Certainty::likely, "the licence exchange failed"},
                {"disconnect", 0x908, Certainty::likely, "the licence exchange took too long"},
                {"disconnect", 0x3, Certainty::possible, "the host ended the connection"},
                {"extended", 0x100, Certainty::likely, "licensing failed inside the host"},
                {"extended", 0x101, Certainty::likely, "the host found no licence server"},
                {"extended", 0x102, Certainty::likely, "no licence was left"},
                {"extended", 0x106, Certainty::likely, "the licence exchange broke off"},
                {"extended", 0x10A, Certainty::likely, "the host is not licensed for remote connections"},
                {"error-info", 0x100, Certainty::likely, "licensing failed inside the host"},
                {"error-info", 0x101, Certainty::likely, "the host found no licence server"},
                {"error-info", 0x102, Certainty::likely, "no licence was left"},
                {"error-info", 0x106, Certainty::likely, "the licence exchange broke off"},
                {"error-info", 0x10A, Certainty::likely, "the host is not licensed for remote connections"},
                {"extended", 0x103, Certainty::possible, "a licensing message was not valid"},
                {"extended", 0x107, Certainty::possible, "the client broke the licence exchange off"},
                {"extended", 0x108, Certainty::possible, "a licensing message was encrypted wrongly"},
                {"extended", 0x109, Certainty::possible, "the client's licence could not be upgraded"},
                {"error-info", 0x103, Certainty::possible, "a licensing message was not valid"},
                {"error-info", 0x107, Certainty::possible, "the client broke the licence exchange off"},
                {"error-info", 0x108, Certainty::possible, "a licensing message was encrypted wrongly"},
                {"error-info", 0x109, Certainty::possible, "the client's licence could not be upgraded"},
                {"ntstatus", 0xC0000259, Certainty::likely, "no licence was left"},
                {"freerdp", 0x2001C, Certainty::possible, "the session did not become active in time"}},
      .events = {{"TerminalServices-RemoteConnectionManager", 1069, "", Certainty::proven,
                  "the grace period is over and no licensing mode is set"},
                 {"TerminalServices-RemoteConnectionManager", 50280, "", Certainty::proven,
                  "the grace period is over and no licence server serves this host"},
                 {"TerminalServices-RemoteConnectionManager", 1004, "", Certainty::likely,
                  "the host could not issue a licence"},
                 {"TerminalServices-RemoteConnectionManager", 1011, "", Certainty::likely,
                  "the client's temporary licence has expired"},
                 {"TerminalServices-RemoteConnectionManager", 20497, "", Certainty::likely,
                  "the licence exchange took too long"},
                 {"TerminalServices-RemoteConnectionManager", 50285, "", Certainty::likely,
                  "the licence server's certificate for this host is not valid"},
                 {"TerminalServices-RemoteConnectionManager", 50284, "", Certainty::likely,
                  "the licence server is too old for this host"},
                 {"TerminalServices-RemoteConnectionManager", 50283, "", Certainty::possible,
                  "the licence server could not be reached", EventWeight::note},
                 {"TerminalServices-RemoteConnectionManager", 50282, "", Certainty::possible,
                  "no licence server is set", EventWeight::note},
                 {"TerminalServices-RemoteConnectionManager", 1068, "", Certainty::possible,
                  "the licensing mode is not set", EventWeight::note}},
      .signs = {{"licence-server-missing", Certainty::likely, "the words name the licence server"},
                {"licence-missing", Certainty::likely, "the words name the licences"},
                {"licence-protocol", Certainty::possible, "the licence exchange failed"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
