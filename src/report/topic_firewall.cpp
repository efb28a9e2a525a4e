// "on; port 3389 is admitted in Domain, Private; limited in Public; 512 rules".
#include "base/text.h"
#include "causes/engine/firewall_views.h"
#include "fmt/core.h"
#include "report/topics.h"

namespace rdpdoctor::report {
namespace {

using causes::Gate;

std::string gates(const evidence::HostFacts& h, bool& unknown) {
  std::vector<causes::Passage> all = causes::passages(h, causes::tcp_number);
  std::string out;
  auto add = [&](Gate gate, std::string_view word) {
    std::vector<std::string> names;
    for (const causes::Passage& p : all)
      if (p.gate == gate) names.push_back(p.profile);
    if (names.empty()) return;
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", word,
                       names.size() == all.size() ? "every profile" : join(names, ", "));
  };
  add(Gate::open, "admitted in");
  add(Gate::limited, "for some in");
  add(Gate::shut, "shut in");
  add(Gate::unknown, "not known for");
  for (const causes::Passage& p : all) unknown = unknown || p.gate == Gate::unknown;
  return fmt::format("port {} {}", causes::listener_port(h), out);
}

}  // namespace

StageLine firewall_line(const evidence::HostFacts& h) {
  StageLine line{.outcome = Outcome::skipped, .summary = "not looked at", .topic = evidence::Topic::firewall};
  if (h.firewall.profiles.empty()) return line;
  bool unknown = false;
  std::vector<std::string> parts;
  if (std::string off = causes::firewall_off(h); !off.empty())
    parts.emplace_back("off, so that its rules don't matter");
  else
    parts.push_back(gates(h, unknown));
  if (const std::uint32_t* rules = h.firewall.rules.get()) parts.push_back(count_of(*rules, "rule"));
  if (!h.firewall.products.empty()) parts.push_back("also " + join(h.firewall.products, ", "));
  line.outcome = unknown ? Outcome::skipped : Outcome::passed;
  line.summary = join(parts, "; ");
  return line;
}

}  // namespace rdpdoctor::report
