// What differs between two runs, stage by stage.
#include <algorithm>

#include "base/text.h"
#include "evidence/fields.h"
#include "fmt/core.h"
#include "report/comparison_facts.h"

namespace rdpdoctor::report {
namespace {

using evidence::Stage;

// Text from a file, safe to print and short enough to read.
std::string safe(const std::string& text) {
  return printable(text, 160);
}

const StageLine* line_of(const Report& r, Stage stage) {
  auto found = std::ranges::find(r.stages, stage, &StageLine::stage);
  return found == r.stages.end() ? nullptr : &*found;
}

bool ended_badly(const StageLine& line) {
  return line.outcome == Outcome::failed;
}
bool reached(const StageLine& line) {
  return line.outcome != Outcome::skipped;
}

// One fails where the other passes.
void stage_outcomes(std::vector<Difference>& out, const RunFacts& a, const RunFacts& b) {
  for (Stage stage : {Stage::name, Stage::tcp, Stage::x224, Stage::tls, Stage::nla}) {
    const StageLine* left = line_of(*a.report, stage);
    const StageLine* right = line_of(*b.report, stage);
    if (!left || !right || !reached(*left) || !reached(*right)) continue;
    if (ended_badly(*left) == ended_badly(*right)) continue;
    std::string text = fmt::format("{} fails from {} and passes from {}", name_of(stage),
                                   ended_badly(*left) ? "A" : "B", ended_badly(*left) ? "B" : "A");
    out.push_back({stage, safe(left->summary), safe(right->summary), text, true});
  }
}

void addresses(std::vector<Difference>& out, const RunFacts& a, const RunFacts& b) {
  const auto& left = a.report->evidence.target;
  const auto& right = b.report->evidence.target;
  if (left.addresses.empty() || right.addresses.empty()) return;
  auto sorted = [](std::vector<std::string> list) {
    std::ranges::sort(list);
    return list;
  };
  bool by_name = !left.is_address && !right.is_address;
  if (sorted(left.addresses) == sorted(right.addresses)) return;
  bool disjoint = disjoint_addresses(a.report->evidence, b.report->evidence);
  std::string text = disjoint ? (by_name ? "the name means other addresses" : "other addresses were used")
                              : "not all addresses are the same";
  out.push_back({Stage::name, safe(join(left.addresses, ", ")), safe(join(right.addresses, ", ")), text,
                 disjoint && !same_certificate(a, b)});
}

std::string certificate_words(const RunFacts& f) {
  const auto& c = *f.certificate;
  std::string print = c.sha1_thumbprint.empty() ? c.sha256_thumbprint : c.sha1_thumbprint;
  std::string out = fmt::format("{} issued by {}, {}", c.subject, c.issuer, print.substr(0, 16));
  return safe(f.inspector.empty() ? out : out + ", " + f.inspector);
}

void certificates(std::vector<Difference>& out, const RunFacts& a, const RunFacts& b) {
  if (!other_certificate(a, b)) return;
  bool renewed = renewed_between(a, b);
  std::string text = "another certificate";
  if (renewed)
    text += ", renewed between the two runs";
  else if (a.inspector != b.inspector)
    text += fmt::format(": {} opens TLS on the way from {}", a.inspector.empty() ? b.inspector : a.inspector,
                        a.inspector.empty() ? "B" : "A");
  else if (!a.computer.empty() && equal_ignoring_case(a.computer, b.computer))
    text += " from a machine of the same name: TLS opened on the way, or two machines behind one name";
  out.push_back({Stage::tls, certificate_words(a), certificate_words(b), text, !renewed});
}

void computers(std::vector<Difference>& out, const RunFacts& a, const RunFacts& b) {
  if (a.computer.empty() || b.computer.empty() || equal_ignoring_case(a.computer, b.computer)) return;
  out.push_back({Stage::nla, safe(a.computer), safe(b.computer), "another machine answers", true});
}

void round_trips(std::vector<Difference>& out, const RunFacts& a, const RunFacts& b) {
  if (!a.rtt_ms || !b.rtt_ms) return;
  double low = std::min(*a.rtt_ms, *b.rtt_ms);
  double high = std::max(*a.rtt_ms, *b.rtt_ms);
  if (high < 2 * low || high - low < 20) return;
  out.push_back({Stage::path, fmt::format("{:.4g} ms", *a.rtt_ms), fmt::format("{:.4g} ms", *b.rtt_ms),
                 fmt::format("the way from {} is longer", *a.rtt_ms > *b.rtt_ms ? "A" : "B"), false});
}

void packet_sizes(std::vector<Difference>& out, const RunFacts& a, const RunFacts& b) {
  auto words = [](const RunFacts& f) {
    std::string text =
        f.path_mtu ? fmt::format("path MTU {}", *f.path_mtu) : std::string("path MTU not known");
    return f.mss ? text + fmt::format(", MSS {}", *f.mss) : text;
  };
  bool mtu = a.path_mtu && b.path_mtu && *a.path_mtu != *b.path_mtu;
  bool mss = a.mss && b.mss && *a.mss != *b.mss;
  if (!mtu && !mss) return;
  out.push_back({Stage::path, words(a), words(b), "the two ways take packets of different size", false});
}

void losses(std::vector<Difference>& out, const RunFacts& a, const RunFacts& b) {
  auto share = [](const RunFacts& f) {
    return f.sent == 0 ? 0 : static_cast<double>(f.repeated) / static_cast<double>(f.sent);
  };
  auto words = [](const RunFacts& f) { return fmt::format("{} of {} sent again", f.repeated, f.sent); };
  constexpr double much = 0.05;
  constexpr std::uint64_t enough = 3;
  auto lossy = [&](const RunFacts& f) { return f.repeated >= enough && share(f) >= much; };
  if (a.sent == 0 || b.sent == 0 || lossy(a) == lossy(b)) return;
  out.push_back({Stage::path, words(a), words(b),
                 fmt::format("the way from {} loses packets", lossy(a) ? "A" : "B"), true});
}

void udp(std::vector<Difference>& out, const RunFacts& a, const RunFacts& b) {
  if (a.udp.empty() || b.udp.empty() || (a.udp == "answered") == (b.udp == "answered")) return;
  out.push_back({Stage::udp, a.udp, b.udp,
                 fmt::format("UDP passes from {} only", a.udp == "answered" ? "A" : "B"), true});
}

}  // namespace

std::vector<Difference> differences(const RunFacts& a, const RunFacts& b) {
  std::vector<Difference> out;
  for (auto look :
       {stage_outcomes, addresses, certificates, computers, round_trips, packet_sizes, losses, udp})
    look(out, a, b);
  std::ranges::stable_sort(out, {}, &Difference::stage);
  return out;
}

}  // namespace rdpdoctor::report
