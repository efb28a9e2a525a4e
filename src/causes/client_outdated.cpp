// Judges whether the client lacks the CredSSP update of 2018, which some hosts insist on. Age alone is no
// fault.
#include <algorithm>

#include "base/text.h"
#include "causes/engine/client_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

// The first version of TSpkg.dll with the change, as build and revision. [Microsoft, "CredSSP updates for
// CVE-2018-0886", KB4295591] Later releases have it from their first day.
struct Minimum {
  std::uint32_t build = 0;
  std::uint32_t revision = 0;
};
constexpr Minimum minimums[] = {{7601, 24117}, {9200, 22432}, {9600, 18999},
                                {14393, 2248}, {15063, 1088}, {16299, 431}};
constexpr std::uint32_t windows_10 = 10240, force_updated_clients = 0;

const Minimum* minimum_of(std::uint32_t build) {
  const auto* at = std::ranges::find(minimums, build, &Minimum::build);
  return at == std::end(minimums) ? nullptr : at;
}

// 18999 of "6.3.9600.18999", when it is of that build: Remote Desktop's own updates of old releases have
// others.
std::optional<std::uint32_t> library_revision(const ClientFacts& client, std::uint32_t build) {
  const std::string* version = client.library_version.get();
  if (!version) return std::nullopt;
  const auto parts = split(*version, '.');
  if (parts.size() != 4 || decimal<std::uint32_t>(parts[2]) != build) return std::nullopt;
  return decimal<std::uint32_t>(parts[3]);
}

// Since Windows 10 all parts have the revision of the last cumulative update; before, each has its own.
struct Installed {
  std::optional<std::uint32_t> revision;
  std::string source;
};
Installed installed(const ClientFacts& client, const Build& build) {
  if (windows_10 <= build.number) return {build.revision, client.build.source};
  return {library_revision(client, build.number), client.library_version.source};
}

// The host refuses clients without the update.
const evidence::NumberFact* host_insists(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return nullptr;
  const std::uint32_t* oracle = host->logon.encryption_oracle.get();
  return oracle && *oracle == force_updated_clients ? &host->logon.encryption_oracle : nullptr;
}

Found outdated(const CaseFile& c, const Minimum& minimum, const Installed& has) {
  Found found{Certainty::possible,
              {{has.source, fmt::format("the revision is {}; the CredSSP update of 2018 came with {}.{}",
                                        *has.revision, minimum.build, minimum.revision)}},
              false,
              "The client lacks the CredSSP update of 2018, which some hosts insist on."};
  if (const evidence::NumberFact* insists = host_insists(c)) {
    found.certainty = Certainty::likely;
    found.explains = true;
    found.headline = "The client lacks the CredSSP update of 2018, and the host insists on it.";
    found.evidence.push_back(
        line(*insists, "AllowEncryptionOracle is 0: the host refuses clients without it"));
  }
  return found;
}

Verdict judge(const CaseFile& c) {
  const ClientFacts* client = client_of(c);
  if (!client) return needs_client_look();
  const std::optional<Build> build = build_of(*client);
  if (!build) return needs_reading(client->build);
  const Minimum* minimum = minimum_of(build->number);
  if (!minimum)
    return excluded(fmt::format("no host demands a later version than build {} ({})", build->number,
                                client->build.source));
  const Installed has = installed(*client, *build);
  if (!has.revision)
    return needs(fmt::format("which updates the client has: the revision of build {} could not be read",
                             build->number));
  if (minimum->revision <= *has.revision)
    return excluded(
        fmt::format("{}.{} has the CredSSP update of 2018 ({})", build->number, *has.revision, has.source));
  return outdated(c, *minimum, has);
}

}  // namespace

Cause client_outdated() {
  return {
      .id = "client-outdated",
      .title = "The client lacks an update that hosts insist on.",
      .stage = Stage::nla,
      .machine = Machine::client,
      .explanation =
          "In 2018 CredSSP was changed against CVE-2018-0886. A host with AllowEncryptionOracle 0 (Force "
          "Updated "
          "Clients) refuses clients without that change; other hosts still take them. Clients since Windows "
          "10 1803 "
          "and Server 2019 have it from their first day. That a client is old is no fault by itself: no "
          "other "
          "version of the client is known to be refused.",
      .tell_apart =
          "The build's revision, or that of mstscax.dll, is below the first one with the change. If the "
          "host's "
          "CredSSP version is below 5 it is the host that is old: credssp-version-mismatch.",
      .advice = {"On the client, its build (the last number is the update's revision):   winver",
                 "On the client: install the current Windows updates, and restart.",
                 "Do not lower AllowEncryptionOracle on the host: it is there to refuse such clients."},
      .codes = {{"schannel", 0x80090302, Certainty::possible,
                 "the function that was asked for is not supported"}},
      .signs = {{"mstsc-credssp-oracle", Certainty::possible,
                 "the client may lack the CredSSP update of 2018"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
