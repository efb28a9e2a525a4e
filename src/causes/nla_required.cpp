// Judges RDP_NEG_FAILURE 5: the host wants Network Level Authentication and the client did not offer it.
#include "causes/engine/negotiation_views.h"

namespace rdpdoctor::causes {
namespace {

bool demands_nla(std::uint32_t code) {
  return code == 5;
}

Verdict judge(const CaseFile& c) {
  if (!probed(c)) return needs_probe();
  Refusals refused = refusals(c, demands_nla, asks_hybrid);
  if (!refused.ours.empty()) {
    return Found{Certainty::proven, refusal_lines(c, refused.ours), true,
                 "The host demands NLA and refuses a request that offers it."};
  }
  if (!refused.clients.empty()) return Found{Certainty::proven, refusal_lines(c, refused.clients), true, ""};
  if (const Connection* plain = attempt(c, "set ssl"); plain && tls_chosen(*plain)) {
    return excluded("the host confirms TLS without NLA (" + source("x224", *plain) + ")");
  }
  return needs(need::capture);
}

}  // namespace

Cause nla_required() {
  return {
      .id = "nla-required",
      .title = "The host requires Network Level Authentication and the client does not offer it.",
      .stage = Stage::x224,
      .machine = Machine::client,
      .explanation =
          "The host accepts only connections that log on before the session is made (NLA, CredSSP), and the "
          "client's request did not offer that: an old or restricted client, a proxy that can't pass it on, "
          "or a setting such as enablecredsspsupport:i:0 in the .rdp file. The host's demand is right and "
          "should stay.",
      .tell_apart =
          "The host answers RDP_NEG_FAILURE 5 to a request without HYBRID; that is normal for every host "
          "with NLA and a fault only when the real client asks so. If the host answers 5 even to a request "
          "with HYBRID, its own configuration is inconsistent.",
      .advice =
          {"On the client: remove enablecredsspsupport:i:0 from the .rdp file.",
           "On the client: use one that can do NLA (every mstsc since Windows Vista, FreeRDP, Windows App).",
           "On a proxy or jump host in between: turn on NLA (HYBRID) there, or update it.",
           "Leave NLA on at the host: without it anyone who reaches the port gets a logon screen."},
      .article = Article::names_it,
      .article_note =
          "The article treats a mismatch of NLA as a cause of 0x904. Windows has codes of its own for it "
          "(0xB09, failure 5); only a proxy that can't do NLA and closes gives 0x904. Turning NLA off is no "
          "cure.",
      .codes = {{"negotiation-failure", 5, Certainty::likely, "the host demands NLA"},
                {"disconnect", 0xB09, Certainty::likely,
                 "the host demands NLA and the client does not offer it"},
                {"freerdp", 0x2001E, Certainty::likely, "the host demands NLA"},
                {"freerdp", 0x2000C, Certainty::possible, "no common protocol was found"}},
      .signs = {{"mstsc-nla-required", Certainty::likely, "the client says that the host demands NLA"},
                {"gnome-only-nla", Certainty::likely, "the host takes NLA only"},
                {"mstsc-function-not-supported", Certainty::possible,
                 "NLA could not be completed by this client"},
                {"negotiation-failed", Certainty::possible, "the host may demand NLA"},
                {"freerdp-server-refused", Certainty::possible, "the host may demand NLA"},
                {"xrdp-client-left", Certainty::possible, "a client that wants NLA leaves"}},
      .settings = {{"enablecredsspsupport", "0", "this file switches NLA off"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
