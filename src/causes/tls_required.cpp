// Judges RDP_NEG_FAILURE 1: the host wants TLS and the client did not offer it.
#include "causes/engine/negotiation_views.h"

namespace rdpdoctor::causes {
namespace {

bool demands_tls(std::uint32_t code) {
  return code == 1;
}

Verdict judge(const CaseFile& c) {
  if (!probed(c)) return needs_probe();
  Refusals refused = refusals(c, demands_tls, asks_ssl);
  if (!refused.ours.empty()) {
    return Found{Certainty::proven, refusal_lines(c, refused.ours), true,
                 "The host demands TLS and refuses a request that offers it."};
  }
  if (!refused.clients.empty()) return Found{Certainty::proven, refusal_lines(c, refused.clients), true, ""};
  if (const Connection* rdp = attempt(c, "set rdp");
      rdp && rdp->x224.outcome == evidence::X224Outcome::confirmed) {
    return excluded("the host also confirms RDP's own security (" + source("x224", *rdp) + ")");
  }
  return needs(need::capture);
}

}  // namespace

Cause tls_required() {
  return {
      .id = "tls-required",
      .title = "The host requires TLS and the client does not offer it.",
      .stage = Stage::x224,
      .machine = Machine::client,
      .explanation =
          "The host's security layer is set to TLS, and the request offered only RDP's own old encryption. "
          "Old clients, old thin clients and some proxies ask so.",
      .tell_apart =
          "The host answers RDP_NEG_FAILURE 1 to a request without SSL and confirms one with it. A host "
          "that wants NLA answers 5 instead.",
      .advice =
          {"On the client: update it, or turn on TLS in it (mstsc and FreeRDP offer it by default).",
           "On a proxy in between: let it offer TLS, or better NLA.",
           "Leave the host's security layer as it is: RDP's own encryption does not prove who the host is."},
      .article = Article::names_it,
      .article_note =
          "The article counts the security layer among the causes of 0x904. Such a refusal has its own "
          "answer (failure 1) and is not a closed socket.",
      .codes = {{"negotiation-failure", 1, Certainty::likely, "the host demands TLS"},
                {"freerdp", 0x2000C, Certainty::possible, "no common protocol was found"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
