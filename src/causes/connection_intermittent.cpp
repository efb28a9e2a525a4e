// Judges whether the same request to the same address sometimes passes and sometimes does not.
#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.h"
#include "causes/engine/burst.h"
#include "causes/engine/path_views.h"
#include "causes/engine/requests.h"
#include "causes/engine/tcp_views.h"
#include "causes/engine/token_bucket.h"
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
    const Connection& first = *split->failed.front();
    bool at_once = first.tcp.outcome == evidence::TcpOutcome::reset;
    return Seen{Stage::x224, *split, "ended before the Connection Confirm",
                at_once ? tcp_words(first) : x224_ending_words(first)};
  }
  if (auto split = split_at_tls(c))
    return Seen{Stage::tls, *split, "ended before the ServerHello", tls_ending_words(*split->failed.front())};
  return std::nullopt;
}

std::string_view stage_word(Stage stage) {
  return stage == Stage::tcp ? "tcp" : stage == Stage::x224 ? "x224" : "tls";
}

// P(X <= k) for X of n attempts that each fail with probability p.
double at_most(std::size_t k, std::size_t n, double p) {
  double term = std::pow(1 - p, static_cast<double>(n)), sum = 0;
  for (std::size_t i = 0; i <= k && i <= n; ++i) {
    sum += term;
    term *= static_cast<double>(n - i) / static_cast<double>(i + 1) * p / (1 - p);
  }
  return sum;
}

// "that fits one ill machine of 2 to 5 behind the address": the counts of machines of which one ill one gives
// such a share without much luck; "" when none does.
std::string fitting_counts(std::size_t failed, std::size_t all) {
  constexpr std::size_t most = 8;
  constexpr double luck = 0.1;
  std::size_t first = 0, last = 0;
  for (std::size_t machines = 2; machines <= most; ++machines) {
    double p = 1.0 / static_cast<double>(machines);
    bool fits = at_most(failed, all, p) >= luck && 1 - at_most(failed - 1, all, p) >= luck;
    if (!fits) continue;
    if (first == 0) first = machines;
    last = machines;
  }
  if (first == 0) return "";
  std::string count = last == most    ? fmt::format("{} or more", first)
                      : first == last ? std::to_string(first)
                                      : fmt::format("{} to {}", first, last);
  return fmt::format("{} fits one ill machine of {} behind the address", share(failed, all), count);
}

// What the answers say of who gave them, when they say more than one thing: which machines are well.
std::optional<EvidenceLine> backends(const CaseFile& c, const std::string& address) {
  std::set<std::string> names, certificates;
  Connections answered = finished(c, [&](auto& conn) { return conn.asked.address == address; });
  for (const Connection* conn : answered) {
    const auto& nla = conn->nla;
    std::string name = nla.dns_computer_name.empty() ? nla.netbios_computer_name : nla.dns_computer_name;
    if (!name.empty()) names.insert(name);
    if (!conn->tls.chain.empty())
      certificates.insert(conn->tls.chain.front().sha256_thumbprint.substr(0, 16));
  }
  certificates.erase("");
  auto listed = [](const std::set<std::string>& list) { return join({list.begin(), list.end()}, ", "); };
  if (names.size() > 1)
    return EvidenceLine{"probe", fmt::format("{} machines answer: {}", names.size(), listed(names))};
  if (certificates.size() > 1)
    return EvidenceLine{"probe",
                        fmt::format("the answers show {} certificates, so several machines answer: {}",
                                    certificates.size(), listed(certificates))};
  return std::nullopt;
}

std::vector<EvidenceLine> lines(const CaseFile& c, const Seen& seen, const Alone& alone) {
  const auto& [stage, split, ended, how] = seen;
  std::string_view word = stage_word(stage);
  std::size_t all = split.passed.size() + split.failed.size();
  std::vector<EvidenceLine> out;
  out.push_back({source(word, split.failed),
                 fmt::format("{} such connections {} ({})", share(split.failed.size(), all), ended, how)});
  out.push_back({source(word, split.passed), fmt::format("the same request to the same address passed, {}",
                                                         share(split.passed.size(), all))});
  if (std::size_t n = alone.failed.size() + alone.passed.size(); n > 0) {
    out.push_back({"probe", fmt::format("of those made with no other beside them, {} failed",
                                        share(alone.failed.size(), n))});
  }
  if (auto who = backends(c, split.passed.front()->asked.address)) out.push_back(std::move(*who));
  return out;
}

// Losses among the connections that were answered: then the failing ones may be loss as well.
bool lossy(const Loss& path) {
  return path.repeating.size() >= 2 || (path.echoes_lost >= 2 && path.echoes_lost * 20 >= path.echoes_sent);
}

Found found(const CaseFile& c, const Seen& seen, const Alone& alone, Certainty certainty) {
  Found out{certainty, lines(c, seen, alone), true, "", seen.stage};
  std::size_t failed = seen.split.failed.size(), all = failed + seen.split.passed.size();
  out.headline = fmt::format("The connection fails only sometimes: {}.", share(failed, all));
  bool in_turn = later_ones_dropped(c).has_value();
  if (seen.stage != Stage::tls && (in_turn || bucket_explains(c, seen.split))) {
    out.certainty = Certainty::possible;
    out.evidence.push_back({"probe",
                            "the first ones passed and later ones not: a limit on new connections would look "
                            "the same (connection-limit); to tell:   rdpdoctor diagnose HOST --burst 16"});
  } else if (std::string fitting = fitting_counts(failed, all); all >= 4 && !fitting.empty()) {
    out.evidence.push_back({"probe", fitting});
  }
  if (Loss path = loss(c); lossy(path)) {
    out.certainty = std::max(out.certainty, Certainty::likely);
    out.evidence.push_back(
        {"probe", "packets are lost on connections that pass, too: see packet-loss first"});
  }
  return out;
}

bool repeated(const CaseFile& c) {
  return standards(c).size() > 1;
}

bool limit_proven(const CaseFile& c) {
  auto verdict = after_burst(c);
  const Found* limit = verdict ? std::get_if<Found>(&*verdict) : nullptr;
  return limit && limit->certainty == Certainty::proven;
}

// Only an attempt that failed with nothing beside it shows that chance, and not the crowd, decides.
Verdict judge(const CaseFile& c) {
  auto seen = differences(c);
  if (!seen && repeated(c))
    return excluded("repeats of the same request went alike (" + source("tcp", standards(c)) + ")");
  if (!seen) return needs(need::repeats);
  if (limit_proven(c)) return excluded("the burst shows a limit on new connections, which drops some");
  auto turn = later_ones_dropped(c);
  if (turn && turn->certain) {
    return excluded(fmt::format("the first {} passed and every later one was dropped ({})",
                                turn->before.size(), source("x224", turn->after)));
  }
  Alone alone = made_alone(c, seen->split);
  if (turn && c.run.light) return needs(need::repeats);
  if (turn) return found(c, *seen, alone, Certainty::possible);
  if (!alone.failed.empty()) return found(c, *seen, alone, Certainty::proven);
  if (alone.clears) {
    return excluded(fmt::format("made alone, {} pass ({})", share(alone.passed.size(), alone.passed.size()),
                                source(stage_word(seen->stage), alone.passed)));
  }
  if (!alone.passed.empty()) return found(c, *seen, alone, Certainty::possible);
  return found(c, *seen, alone, seen->stage == Stage::tls ? Certainty::proven : Certainty::likely);
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
          "The request is repeated with nothing beside it, and the share that fails says of how many "
          "machines "
          "behind the address one may be ill. "
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
      .signs = {{"mstsc-connection-lost", Certainty::possible, "an open connection broke off"},
                {"event-termdd", Certainty::possible, "the host ended a connection in its middle"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
