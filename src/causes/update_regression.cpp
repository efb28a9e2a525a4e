// Judges by the host's build whether an update with a known fault in Remote Desktop is installed, or one is
// missing that clients insist on.
#include "base/text.h"
#include "causes/engine/policy_views.h"
#include "codes/update_regressions.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

using codes::RegressionSide;
using codes::UpdateRegression;

std::optional<std::uint32_t> revision_of(std::string_view build) {
  std::size_t dot = build.find('.');
  return dot == std::string_view::npos ? std::nullopt : decimal<std::uint32_t>(build.substr(dot + 1));
}

// UBR, and where it is missing the newest cumulative update that is installed.
std::optional<std::uint32_t> revision(const HostFacts& host, std::uint32_t build) {
  const std::string* told = host.system.build.get();
  if (auto own = told ? revision_of(*told) : std::nullopt) return own;
  std::optional<std::uint32_t> newest;
  for (const evidence::TextFact& rollup : host.updates.rollups) {
    const std::string* text = rollup.get();
    if (!text || !text->starts_with(fmt::format("{}.", build))) continue;
    if (auto r = revision_of(*text); r && (!newest || *newest < *r)) newest = r;
  }
  return newest;
}

bool is_server(const HostFacts& host) {
  const std::string* product = host.system.product.get();
  return product && product->contains("Server");
}

bool hits(const UpdateRegression& row, const HostFacts& host, std::uint32_t build, std::uint32_t rev) {
  return row.build == build && row.first <= rev && rev < row.fixed && (!row.servers_only || is_server(host));
}

// The host refuses nothing where NLA is not asked for.
bool without_nla(const HostFacts& host) {
  const evidence::ListenerFacts* listener = rdp_listener(host);
  const std::uint32_t* nla = listener ? listener->user_authentication.get() : nullptr;
  return nla && *nla == 0;
}

std::string headline(const UpdateRegression& row) {
  switch (row.side) {
    case RegressionSide::missing:
      return fmt::format("The host lacks {}, and clients of today insist on it.", row.update);
    case RegressionSide::client:
      return fmt::format("{} is installed: connections from this machine may fail, those to it don't.",
                         row.update);
    case RegressionSide::host: break;
  }
  return fmt::format("{} is installed, an update with a known fault in Remote Desktop.", row.update);
}

Found found_row(const CaseFile& c, const HostFacts& host, const UpdateRegression& row, std::uint32_t build,
                std::uint32_t rev) {
  Found found{Certainty::likely, {}, false, headline(row)};
  found.evidence.push_back(
      line(host.system.build, fmt::format("the build is {}.{}; {}", build, rev, row.symptom)));
  found.evidence.push_back({std::string(row.source), fmt::format("{} mends it", row.fix)});
  if (row.side == RegressionSide::client) {
    found.certainty = Certainty::possible;
    found.note = true;
  } else if (row.side == RegressionSide::missing) {
    found.explains = !without_nla(host);
  } else {
    found.explains = failing_stage(c) == Stage::session;
  }
  temper(host, "SOFTWARE", found);
  return found;
}

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  std::optional<std::uint32_t> build = build_of(*host);
  if (!build) return needs_reading(host->system.build);
  std::optional<std::uint32_t> rev = revision(*host, *build);
  bool listed = false;
  for (const UpdateRegression& row : codes::update_regressions) listed = listed || row.build == *build;
  if (listed && !rev) return needs("which updates are installed: UBR could not be read");
  for (const UpdateRegression& row : codes::update_regressions)
    if (listed && hits(row, *host, *build, *rev)) return found_row(c, *host, row, *build, *rev);
  return excluded(fmt::format("no known fault of an update is in build {} ({})", *host->system.build.get(),
                              host->system.build.source));
}

}  // namespace

Cause update_regression() {
  return {
      .id = "update-regression",
      .title =
          "An update with a known fault in Remote Desktop is installed, or one that clients expect is not.",
      .stage = Stage::session,
      .machine = Machine::host,
      .topic = Topic::updates,
      .explanation =
          "Now and then an update of Windows breaks something of Remote Desktop, and a later one mends it; "
          "Microsoft lists such faults among the known issues of each version. A host that got the one and "
          "not the other has the fault. Since May 2018 the reverse exists, too: clients refuse hosts that "
          "lack the CredSSP update of March 2018.",
      .tell_apart =
          "It is told by the build alone, so it says what may be, and its symptom must fit what is seen. If "
          "it began on the day of the update, and other hosts with the same build have it, it is this.",
      .advice =
          {"On the host, its build (the last number is the update's revision):   winver",
           "On the host: install the latest cumulative update, by Windows Update or the catalog, and "
           "restart.",
           "Where that is not possible at once, on the client, without UDP until then: the policy "
           "\"Turn Off UDP On Client\", which helps against some freezes.",
           "Last resort, on the host, as administrator, and for a short time (undo: install it again):  "
           " wusa /uninstall /kb:NUMBER"},
      .article = Article::names_it,
      .article_note = "It blames updates without naming one. Only a known fault of the very build counts.",
      .signs = {{"black-screen", Certainty::possible, "some updates had such a fault"},
                {"mstsc-credssp-oracle", Certainty::possible,
                 "the host may lack the CredSSP update of March 2018"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
