#include "report/comparison.h"

#include <algorithm>

#include "base/text.h"
#include "causes/engine/views.h"
#include "evidence/fields.h"
#include "evidence/json.h"
#include "fmt/core.h"
#include "report/comparison_facts.h"

namespace rdpdoctor::report {
namespace {

using evidence::CaseFile;
using evidence::Stage;
using evidence::TcpOutcome;

struct Placed {
  Localized where = Localized::unknown;
  std::string why;
};

// Longer ago than this, what differs may be the time and not the place.
constexpr std::int64_t long_apart_ms = std::int64_t{60} * 60 * 1000;

std::string apart_words(const RunFacts& a, const RunFacts& b) {
  auto ms = apart_ms(a, b);
  return ms ? span_words(*ms) + " apart" : "at times that are not told";
}

bool name_failed(const RunFacts& f) {
  return f.stage == Stage::name;
}

// This machine's own routes or rules ended every attempt.
bool stopped_by_itself(const RunFacts& f) {
  const auto& list = f.report->evidence.connections;
  return !list.empty() && std::ranges::all_of(list, [](auto& k) {
    return k.tcp.outcome == TcpOutcome::no_route || k.tcp.outcome == TcpOutcome::not_permitted;
  });
}

bool comes_and_goes(const RunFacts& f) {
  return f.cause &&
         (f.cause->cause->id == "connection-intermittent" || f.cause->cause->id == "connection-limit");
}

// Whether the address that fails from one was reached by the other.
bool reached(const RunFacts& f, const std::string& address) {
  return std::ranges::any_of(f.report->evidence.connections,
                             [&](auto& k) { return k.asked.address == address && causes::x224_answered(k); });
}

std::string cause_words(const RunFacts& f) {
  return f.cause ? fmt::format(" ({})", f.cause->cause->id) : "";
}

Placed one_fails(const RunFacts& bad, const RunFacts& good, char bad_letter, char good_letter) {
  if (name_failed(bad)) {
    return {Localized::name,
            fmt::format("the name means something from {} and nothing from {}: look at the name "
                        "servers, the search list and the hosts file of {}",
                        good_letter, bad_letter, bad_letter)};
  }
  if (!bad.address.empty() && !reached(good, bad.address)) {
    return {Localized::name,
            fmt::format("they used different addresses: {} fails from {}, and {} never tried it", bad.address,
                        bad_letter, good_letter)};
  }
  if (comes_and_goes(bad))
    return {Localized::unknown, fmt::format("from {} it fails only sometimes{}, so {} may have been lucky",
                                            bad_letter, cause_words(bad), good_letter)};
  auto apart = apart_ms(bad, good);
  if (!apart || *apart > long_apart_ms) {
    return {Localized::unknown,
            fmt::format("the runs were made {}: the fault may have come or gone meanwhile",
                        apart_words(bad, good))};
  }
  if (stopped_by_itself(bad))
    return {Localized::client, fmt::format("the machine {} itself lets no attempt out", bad_letter)};
  if (bad.cause && bad.cause->cause->machine == causes::Machine::client)
    return {Localized::client, fmt::format("the host serves {}, and what fails from {} is the client's{}",
                                           good_letter, bad_letter, cause_words(bad))};
  return {Localized::path,
          fmt::format(
              "the same address serves {} and fails from {} at {}{}: it is the machine {}, its way to the "
              "host, a rule there that lets only some sources in, or another machine behind the same address",
              good_letter, bad_letter, bad.stage ? name_of(*bad.stage) : "some stage", cause_words(bad),
              bad_letter)};
}

Placed both_fail(const RunFacts& a, const RunFacts& b) {
  if (name_failed(a) && name_failed(b))
    return {Localized::name, "the name fails from both: the name or its zone, not one of the clients"};
  if (stopped_by_itself(a) && stopped_by_itself(b))
    return {Localized::client, "each machine itself lets no attempt out"};
  bool same_place = a.address == b.address || same_certificate(a, b);
  if (a.stage == b.stage && a.outcome == b.outcome && same_place) {
    return {
        Localized::host,
        fmt::format("the same failure from both, {}{}: the host, or what stands right before it, if A and B "
                    "were run in different places",
                    a.outcome, cause_words(a))};
  }
  return {Localized::unknown, fmt::format("both fail, in different ways: {}{} from A, {}{} from B", a.outcome,
                                          cause_words(a), b.outcome, cause_words(b))};
}

Placed both_pass(const RunFacts& a, const RunFacts& b, const std::vector<Difference>& list) {
  bool inspected = a.inspector != b.inspector && other_certificate(a, b);
  if (inspected)
    return {Localized::path,
            fmt::format("from {} the certificate is one that {} issues, from {} it is not",
                        a.inspector.empty() ? "B" : "A", a.inspector.empty() ? b.inspector : a.inspector,
                        a.inspector.empty() ? "A" : "B")};
  bool other_machine =
      (!a.computer.empty() && !b.computer.empty() && !equal_ignoring_case(a.computer, b.computer)) ||
      (other_certificate(a, b) && !renewed_between(a, b));
  bool other_address = disjoint_addresses(a.report->evidence, b.report->evidence);
  if (other_machine && other_address)
    return {Localized::name, "both pass, at different addresses and with different machines"};
  if (other_machine)
    return {
        Localized::unknown,
        "both pass, but not the same certificate or machine answers: several machines behind one address, or "
        "TLS opened on the way"};
  auto weak = std::ranges::find_if(
      list, [](auto& d) { return d.matters && (d.stage == Stage::udp || d.stage == Stage::path); });
  if (weak != list.end()) return {Localized::path, "both connect, but " + weak->text};
  const evidence::CaseFile &first = a.report->evidence, &second = b.report->evidence;
  bool same_run = !first.connections.empty() && first.run.started.ms == second.run.started.ms &&
                  evidence::to_json(first) == evidence::to_json(second);
  if (same_run)
    return {Localized::unknown, "A and B are the same run: it takes two, from two places or times"};
  return {Localized::unknown,
          fmt::format("both pass, {}: the fault comes and goes, or lies after the logon", apart_words(a, b))};
}

Placed place(const RunFacts& a, const RunFacts& b, const std::vector<Difference>& list) {
  if (!a.known || !b.known)
    return {Localized::unknown, fmt::format("{} holds no attempt that ended", a.known ? "B" : "A")};
  if (a.fails && b.fails) return both_fail(a, b);
  if (a.fails) return one_fails(a, b, 'A', 'B');
  if (b.fails) return one_fails(b, a, 'B', 'A');
  return both_pass(a, b, list);
}

std::string next_step(const RunFacts& a, const RunFacts& b, Localized where) {
  const RunFacts& bad = a.fails ? a : b;
  std::string letter = a.fails ? "A" : "B";
  std::string both = "run both again at the same time, and compare those";
  if (!a.fails && !b.fails)
    return where == Localized::unknown ? "watch it where it fails:   rdpdoctor watch HOST" : "";
  switch (where) {
    case Localized::name:
      return fmt::format(
          "where {} was made, ask another name server too:   rdpdoctor diagnose HOST --dns SERVER", letter);
    case Localized::path:
    case Localized::client:
      return fmt::format(
          "from another machine in the network of {}: if it fails too, it is the way, else the "
          "machine:   rdpdoctor diagnose HOST",
          letter);
    case Localized::host:
      return bad.cause ? fmt::format("what to do there:   rdpdoctor explain {}", bad.cause->cause->id) : "";
    case Localized::unknown: break;
  }
  return comes_and_goes(bad) ? "count it:   rdpdoctor watch HOST" : both;
}

bool shares_a_certificate(const CaseFile& a, const CaseFile& b) {
  for (const auto& x : a.connections) {
    for (const auto& y : b.connections) {
      if (x.tls.chain.empty() || y.tls.chain.empty()) continue;
      const auto& left = x.tls.chain.front().sha256_thumbprint;
      if (!left.empty() && left == y.tls.chain.front().sha256_thumbprint) return true;
    }
  }
  return false;
}

}  // namespace

std::string_view word(Localized where) {
  switch (where) {
    case Localized::client: return "client";
    case Localized::path: return "path";
    case Localized::host: return "host";
    case Localized::name: return "name";
    case Localized::unknown: break;
  }
  return "unknown";
}

std::optional<std::string> of_different_hosts(const CaseFile& a, const CaseFile& b) {
  bool named = equal_ignoring_case(a.target.host, b.target.host) && a.target.port == b.target.port;
  bool addressed = std::ranges::any_of(a.target.addresses, [&](auto& address) {
    return a.target.port == b.target.port && std::ranges::count(b.target.addresses, address) != 0;
  });
  if (named || addressed || shares_a_certificate(a, b)) return std::nullopt;
  return fmt::format("A is of {} port {}, B of {} port {}: no name, address or certificate in common",
                     printable(a.target.host, 80), a.target.port, printable(b.target.host, 80),
                     b.target.port);
}

Comparison compare(ComparedRun a, ComparedRun b) {
  Comparison out{std::move(a), std::move(b), {}, Localized::unknown, "", ""};
  RunFacts left = facts_of(out.a.report);
  RunFacts right = facts_of(out.b.report);
  out.differences = differences(left, right);
  Placed placed = place(left, right, out.differences);
  out.localizes = placed.where;
  out.why = printable(placed.why, 400);
  out.next = next_step(left, right, placed.where);
  return out;
}

bool Comparison::finds_something() const {
  auto healthy = [](const ComparedRun& run) {
    return run.report.diagnosis.health == causes::Health::healthy;
  };
  return !healthy(a) || !healthy(b) || std::ranges::any_of(differences, &Difference::matters);
}

}  // namespace rdpdoctor::report
