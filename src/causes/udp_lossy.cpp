// Told by a UDP probe: the side channel answers and loses.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause udp_lossy() {
  return {
      .id = "udp-lossy",
      .title = "The session's UDP channel loses packets.",
      .stage = Stage::udp,
      .machine = Machine::path,
      .explanation =
          "The UDP side channel comes up and then loses datagrams, often only the large ones (VPN, tunnel, "
          "wrong MTU). The session freezes, or drops after about a minute, and comes back. Some pairs of "
          "versions (Windows 11 24H2 or Server 2025 against Server 2016) dropped UDP sessions by a fault of "
          "their own until updated.",
      .tell_apart =
          "The same session over TCP only is stable. Padded UDP probes of several sizes tell loss of large "
          "datagrams from loss of all.",
      .advice = {"On the client and the host: install current updates.",
                 "On the client, as administrator, TCP only, to compare (undo: reg delete with the same key "
                 "and /v):   reg add \"HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal "
                 "Services\\Client\" /v fClientDisableUDP /t REG_DWORD /d 1 /f",
                 "On the VPN or tunnel: correct its MTU, or keep UDP off for this path."},
      .article = Article::names_it,
      .article_note =
          "It fits sessions that freeze or drop, not a connection that ends before logon, as 0x904 with 0x7 "
          "does.",
      .fixes = {"force-tcp", "lower-interface-mtu"},
      .codes = {{"disconnect", 0x904, Certainty::possible,
                 "the session dropped after it had begun, then mostly with extended 0x0"}},
      .judge = needs_udp,
  };
}

}  // namespace rdpdoctor::causes
