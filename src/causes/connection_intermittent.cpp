// Judges whether the same request to the same address sometimes passes and sometimes does not.
#include "causes/engine/requests.h"
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

Verdict found(const Split& split, std::string_view stage, std::string_view ended, const std::string& how) {
  std::size_t all = split.passed.size() + split.failed.size();
  return Found{Certainty::proven,
               {{source(stage, split.failed),
                 fmt::format("{} such connections {} ({})", share(split.failed.size(), all), ended, how)},
                {source(stage, split.passed), fmt::format("the same request to the same address passed, {}",
                                                          share(split.passed.size(), all))}},
               true,
               fmt::format("The connection fails only sometimes: {}.", share(split.failed.size(), all))};
}

bool repeated(const CaseFile& c) {
  return standards(c).size() > 1;
}

Verdict judge(const CaseFile& c) {
  if (auto split = split_at_tcp(c))
    return found(*split, "tcp", "did not connect", tcp_words(*split->failed.front()));
  if (auto split = split_at_x224(c)) {
    return found(*split, "x224", "ended before the Connection Confirm",
                 x224_ending_words(*split->failed.front()));
  }
  if (auto split = split_at_tls(c))
    return found(*split, "tls", "ended before the ServerHello", tls_ending_words(*split->failed.front()));
  if (repeated(c))
    return excluded("repeats of the same request went alike (" + source("tcp", standards(c)) + ")");
  return needs(need::repeats);
}

}  // namespace

Cause connection_intermittent() {
  return {
      .id = "connection-intermittent",
      .title = "The connection fails only sometimes.",
      .stage = Stage::tcp,
      .machine = Machine::path,
      .explanation =
          "The same request to the same address passed a stage in some attempts and failed in others. "
          "Behind such an address are often several machines of which one is ill (load balancer, DNS or NAT "
          "pool), a path with loss, a firewall that loses its state, or a host at the edge of its "
          "resources.",
      .tell_apart =
          "What tells them apart is what the failures share: one source address or port, one backend (the "
          "certificate or computer name of the answers differs), the time, or parallel connections (then "
          "connection-limit).",
      .advice = {"On the client: try again, and note the time and the address of the attempts that fail:   "
                 "rdpdoctor diagnose HOST",
                 "On the balancer or NAT: test each backend by its own address, and take the ill one out:   "
                 "rdpdoctor diagnose BACKEND",
                 "On the path: look in the firewall's log for dropped or timed-out states at those times."},
      .codes = {{"disconnect", 0x904, Certainty::possible,
                 "the attempt met the failing backend or path, and its socket was closed"},
                {"extended", 0x7, Certainty::possible,
                 "the attempt met a backend that turns connections away"},
                {"disconnect", 0x204, Certainty::possible, "the attempt met the failing backend or path"},
                {"disconnect", 0x108, Certainty::possible, "the attempt met the failing backend or path"},
                {"disconnect", 0x704, Certainty::possible, "the attempt met the failing backend or path"},
                {"disconnect", 0x304, Certainty::possible, "sending failed in that attempt"},
                {"disconnect", 0x404, Certainty::possible, "receiving failed in that attempt"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
