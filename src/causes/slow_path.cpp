// Told by a session: the path is too slow for a session.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause slow_path() {
  return {
      .id = "slow-path",
      .title = "The path is too slow.",
      .stage = Stage::path,
      .machine = Machine::path,
      .explanation =
          "Latency or bandwidth is so poor that answers come after the client or the host has given up, or "
          "that a session is not usable: satellite and mobile links, a full uplink, a VPN that goes around "
          "the world, or a large picture over little bandwidth.",
      .tell_apart =
          "The round trip shown at tcp says how far the host is; loss shows as retransmissions "
          "(packet-loss). Only a session or a measured transfer tells the bandwidth.",
      .advice = {"On the client: close what fills the link; try from another network or at another time.",
                 "On the client: choose fewer colours, a smaller desktop and no redirection of drives and "
                 "printers.",
                 "On the VPN: use the nearest entry point, or split tunnelling where policy allows it."},
      .article = Article::names_it,
      .article_note =
          "Slow paths have codes of their own (0x108 and 0x704, time-outs); by itself 0x904 does not mean "
          "slow.",
      .codes = {{"disconnect", 0x108, Certainty::possible, "the connect did not come up in time"},
                {"disconnect", 0x704, Certainty::possible, "an answer did not come in time"},
                {"error-info", 0x4, Certainty::possible, "the logon took longer than the host allows"}},
      .judge = needs_credentials,
  };
}

}  // namespace rdpdoctor::causes
