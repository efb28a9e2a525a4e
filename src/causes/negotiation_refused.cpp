// Judges the other refusals of the security negotiation: failure codes 4, 6 and unknown ones, and hosts
// that answer only requests of another form.
#include "causes/engine/negotiation_views.h"
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

bool other_code(std::uint32_t code) {
  return code == 0 || code == 4 || code >= 6;
}

bool dropped(const Connection& c) {
  return tcp_up(c) && !x224_answered(c);
}

// The standard request is dropped, a plainer one is answered.
std::optional<Verdict> only_plainer(const CaseFile& c, std::string_view what, std::string_view without) {
  const Connection* plainer = attempt(c, what);
  Connections standard = standards(c);
  if (!plainer || !x224_answered(*plainer) || standard.size() < 2 || !all_of(standard, dropped))
    return std::nullopt;
  return Found{Certainty::likely,
               {{source("x224", standard),
                 fmt::format("the usual request ends in {}, {}", x224_ending_words(*standard.front()),
                             share(standard.size(), standard.size()))},
                {source("x224", *plainer),
                 fmt::format("without {} the answer is {}", without, x224_ending_words(*plainer))}},
               true,
               fmt::format("RDP answers only requests without {}.", without)};
}

Verdict judge(const CaseFile& c) {
  Refusals refused = refusals(c, other_code, 0);
  const Connections& list = refused.ours.empty() ? refused.clients : refused.ours;
  if (!list.empty()) {
    return Found{Certainty::proven, refusal_lines(c, list), true,
                 fmt::format("The host refuses the security negotiation with code {}.",
                             list.front()->x224.failure_code.value_or(0))};
  }
  if (auto found = only_plainer(c, "no cookie", "a routing cookie")) return *found;
  if (auto found = only_plainer(c, "no negotiation", "an offer of security protocols")) return *found;
  return not_refused(c);
}

}  // namespace

Cause negotiation_refused() {
  return {
      .id = "negotiation-refused",
      .title = "The host refuses the security negotiation.",
      .stage = Stage::x224,
      .machine = Machine::host,
      .explanation =
          "The host speaks RDP and refuses what the client offers: it finds the request's flags "
          "inconsistent (4), wants TLS with a client certificate (6), gives a code that no specification "
          "names, or drops the requests that carry a negotiation or a routing cookie and answers those "
          "without.",
      .tell_apart =
          "The code is shown as it came. What the host does confirm, when asked for one protocol at a time, "
          "tells what it wants; a balancer or proxy in the path that rewrites requests shows the same.",
      .advice = {"On a proxy or balancer in between: connect past it to compare.",
                 "On the client: try the protocol that the host does confirm, if the evidence names one and "
                 "it is TLS or NLA.",
                 "On the host, what a policy sets (it wins):   reg query "
                 "\"HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services\"",
                 "On the host, the listener's values (SecurityLayer 2, UserAuthentication 1, "
                 "MinEncryptionLevel 2 or 3 are usual):   reg query "
                 "\"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp\""},
      .fixes = {"restore-listener-defaults"},
      .codes = {{"negotiation-failure", 4, Certainty::likely, "the host finds the request inconsistent"},
                {"negotiation-failure", 6, Certainty::likely, "the host wants TLS with user authentication"},
                {"freerdp", 0x2000C, Certainty::possible, "no common protocol was found"}},
      .signs = {{"negotiation-failed", Certainty::possible, "the negotiation failed"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
