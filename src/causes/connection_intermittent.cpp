// Judges whether the same request to the same address sometimes passes and sometimes does not.
#include "causes/engine/requests.h"
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

struct Seen {
  Stage stage;
  Split split;
  std::string_view ended;
  std::string how;
};

std::optional<Seen> differences(const CaseFile& c) {
  if (auto split = split_at_tcp(c))
    return Seen{Stage::tcp, *split, "did not connect", tcp_words(*split->failed.front())};
  if (auto split = split_at_x224(c)) {
    return Seen{Stage::x224, *split, "ended before the Connection Confirm",
                x224_ending_words(*split->failed.front())};
  }
  if (auto split = split_at_tls(c))
    return Seen{Stage::tls, *split, "ended before the ServerHello", tls_ending_words(*split->failed.front())};
  return std::nullopt;
}

std::string_view stage_word(Stage stage) {
  return stage == Stage::tcp ? "tcp" : stage == Stage::x224 ? "x224" : "tls";
}

Found found(const Seen& seen, const Alone& alone, Certainty certainty) {
  const auto& [stage, split, ended, how] = seen;
  std::string_view word = stage_word(stage);
  std::size_t all = split.passed.size() + split.failed.size();
  Found out{certainty, {}, true, "", stage};
  out.evidence.push_back(
      {source(word, split.failed),
       fmt::format("{} such connections {} ({})", share(split.failed.size(), all), ended, how)});
  out.evidence.push_back(
      {source(word, split.passed),
       fmt::format("the same request to the same address passed, {}", share(split.passed.size(), all))});
  if (std::size_t n = alone.failed.size() + alone.passed.size(); n > 0) {
    out.evidence.push_back({"probe", fmt::format("of those made with no other beside them, {} failed",
                                                 share(alone.failed.size(), n))});
  }
  out.headline = fmt::format("The connection fails only sometimes: {}.", share(split.failed.size(), all));
  return out;
}

bool repeated(const CaseFile& c) {
  return standards(c).size() > 1;
}

// Only an attempt that failed with nothing beside it shows that chance, and not the crowd, decides.
Verdict judge(const CaseFile& c) {
  auto seen = differences(c);
  if (!seen && repeated(c))
    return excluded("repeats of the same request went alike (" + source("tcp", standards(c)) + ")");
  if (!seen) return needs(need::repeats);
  auto turn = later_ones_dropped(c);
  if (turn && turn->certain) {
    return excluded(fmt::format("the first {} passed and every later one was dropped ({})",
                                turn->before.size(), source("x224", turn->after)));
  }
  if (turn) return needs(need::repeats);
  Alone alone = made_alone(c, seen->split);
  if (!alone.failed.empty()) return found(*seen, alone, Certainty::proven);
  if (alone.clears) {
    return excluded(fmt::format("made alone, {} pass ({})", share(alone.passed.size(), alone.passed.size()),
                                source(stage_word(seen->stage), alone.passed)));
  }
  if (!alone.passed.empty()) return found(*seen, alone, Certainty::possible);
  return found(*seen, alone, seen->stage == Stage::tls ? Certainty::proven : Certainty::likely);
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
          "certificate or computer name of the answers differs), the time, or parallel connections: when "
          "each "
          "attempt made alone passes and only some of several at once fail, it is connection-limit.",
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
