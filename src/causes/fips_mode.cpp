// Judges whether the host runs in FIPS mode: no fault, and worth knowing.
#include "causes/engine/policy_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

constexpr std::uint32_t level_fips = 4;  // MinEncryptionLevel

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  const evidence::NumberFact& fips = host->tls.fips;
  if (unreadable(fips)) return needs_reading(fips);
  if (absent(fips)) {
    return excluded_if_whole(*host, "SYSTEM", fmt::format("FIPS mode is not set ({})", fips.source));
  }
  if (*fips.get() == 0) return excluded(fmt::format("FIPS mode is off ({})", fips.source));
  Found found{Certainty::possible, {line(fips, fmt::format("FIPS mode is on ({})", *fips.get()))}, false};
  found.note = true;
  const evidence::ListenerFacts* listener = rdp_listener(*host);
  const std::uint32_t* layer = listener ? listener->security_layer.get() : nullptr;
  const std::uint32_t* level = listener ? listener->min_encryption_level.get() : nullptr;
  if (layer && *layer == 0) {
    found.note = false;
    found.evidence.push_back(line(listener->security_layer,
                                  "the listener uses RDP's own security, of which FIPS mode leaves one "
                                  "level: clients without it are turned away"));
    if (level && *level != level_fips)
      found.evidence.push_back(line(listener->min_encryption_level,
                                    fmt::format("the level that is set, {}, does not count then", *level)));
  } else {
    found.evidence.push_back(
        {fips.source, "clients of today work with it: only old or narrow ones share no suite"});
  }
  temper(*host, "SYSTEM", found);
  return found;
}

}  // namespace

Cause fips_mode() {
  return {
      .id = "fips-mode",
      .title = "The host is in FIPS mode.",
      .stage = Stage::tls,
      .machine = Machine::host,
      .topic = Topic::tls,
      .explanation =
          "FIPS mode lets Windows use approved algorithms only. Remote Desktop works in it: TLS keeps its "
          "AES suites, and clients of today have them. What it breaks is old clients, other programs' "
          "clients with a narrow choice of suites, and listeners set to RDP's own security, which then "
          "take the FIPS level alone whatever MinEncryptionLevel says.",
      .tell_apart =
          "The value names it; that it is the reason is another matter: if current Windows clients fail as "
          "well, look for another cause first. tls-cipher-mismatch shows what is shared on the wire.",
      .advice =
          {"On the host, whether it is set (Enabled 1):   reg query "
           "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\FIPSAlgorithmPolicy",
           "Where rules demand FIPS mode: leave it on, and update the client.",
           "On the host: secpol.msc > Local Policies > Security Options > System cryptography: Use FIPS "
           "compliant algorithms; restart after a change.",
           "On the host, as administrator, which policy sets it:   gpresult /h C:\\gpresult.html"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
