// Judges by the builds of host and client whether an update with a known fault in Remote Desktop is
// installed, or one is missing that clients insist on.
#include <algorithm>

#include "base/text.h"
#include "causes/engine/client_views.h"
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

bool is_listed(std::uint32_t build) {
  return std::ranges::any_of(codes::update_regressions, [&](auto& row) { return row.build == build; });
}

Verdict judge_host(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  std::optional<std::uint32_t> build = build_of(*host);
  if (!build) return needs_reading(host->system.build);
  std::optional<std::uint32_t> rev = revision(*host, *build);
  if (is_listed(*build) && !rev) return needs("which updates are installed: UBR could not be read");
  for (const UpdateRegression& row : codes::update_regressions)
    if (rev && hits(row, *host, *build, *rev)) return found_row(c, *host, row, *build, *rev);
  return excluded(fmt::format("no known fault of an update is in build {} ({})", *host->system.build.get(),
                              host->system.build.source));
}

// Where the client was looked at, only what hurts connections from a machine counts.
Verdict judge_client(const ClientFacts& client) {
  const std::optional<Build> build = build_of(client);
  if (!build) return needs_reading(client.build);
  if (is_listed(build->number) && !build->revision)
    return needs("which updates the client has: its UBR could not be read");
  for (const UpdateRegression& row : codes::update_regressions) {
    const bool here = row.side == RegressionSide::client && row.build == build->number;
    if (!here || *build->revision < row.first || row.fixed <= *build->revision) continue;
    Found found{Certainty::possible,
                {line(client.build, fmt::format("the client's build is {}.{}; {}", build->number,
                                                *build->revision, row.symptom)),
                 {std::string(row.source), fmt::format("{} mends it", row.fix)}},
                false,
                fmt::format("{} is installed on the client, an update with a known fault in Remote Desktop.",
                            row.update)};
    found.note = true;
    return found;
  }
  return excluded(fmt::format("no known fault of an update is in the client's build {} ({})",
                              *client.build.get(), client.build.source));
}

// What either machine has is there; that there is none takes a look at both.
Verdict judge(const CaseFile& c) {
  Verdict host = judge_host(c);
  const ClientFacts* client = client_of(c);
  if (!client) return host;
  Verdict here = judge_client(*client);
  auto* of_host = std::get_if<Found>(&host);
  auto* of_client = std::get_if<Found>(&here);
  if (of_host && of_client)
    of_host->evidence.insert(of_host->evidence.end(), of_client->evidence.begin(), of_client->evidence.end());
  if (of_host) return host;
  if (of_client) return here;
  if (std::holds_alternative<Untested>(host)) {
    if (auto* needs = std::get_if<Untested>(&here))
      std::ranges::move(needs->needs, std::back_inserter(std::get<Untested>(host).needs));
    return host;
  }
  auto* because = std::get_if<Excluded>(&here);
  return because ? Verdict{excluded(std::get<Excluded>(host).because + "; " + because->because)} : here;
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
