// Judges whether the host's certificate begins only in the future.
#include "causes/engine/certificates.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

// A certificate made this minute by a host whose clock is a little ahead mends itself while one looks at it.
constexpr std::int64_t tolerated_ms = std::int64_t{5} * 60 * 1000;

Found not_yet(const CaseFile& c, const SeenCertificate& seen, Instant now) {
  Instant begin = seen.leaf->not_before;
  Found found{Certainty::proven, {}, true, ""};
  found.evidence.push_back(
      certificate_line(seen, fmt::format("{} is valid only from {}, in {} by our clock", named(*seen.leaf),
                                         to_rfc3339(begin), span_words(begin.ms - now.ms))));
  if (auto both = clocks(c)) {
    bool agrees = both->host < begin;
    if (!agrees) found.certainty = Certainty::likely;
    found.evidence.push_back(
        {source("nla", *both->where),
         agrees ? "the host's own clock says so too: " + to_rfc3339(both->host)
                : fmt::format("but by the host's own clock ({}) it is valid: see clock-skew",
                              to_rfc3339(both->host))});
  }
  return found;
}

Verdict judge(const CaseFile& c) {
  std::optional<Instant> now = our_clock(c);
  if (!now && !host_certificates(c).empty()) return needs(need::clocks);
  auto fault = [&](const SeenCertificate& seen) -> std::optional<Found> {
    if (seen.leaf->not_before.ms <= now->ms + tolerated_ms) return std::nullopt;
    return not_yet(c, seen, *now);
  };
  return judge_certificates(c, fault, [](const evidence::Certificate& leaf) {
    return fmt::format("{} is valid since {}", named(leaf), date_of(leaf.not_before));
  });
}

}  // namespace

Cause certificate_not_yet_valid() {
  return {
      .id = "certificate-not-yet-valid",
      .title = "The host's certificate is not valid yet.",
      .stage = Stage::tls,
      .machine = Machine::host,
      .explanation =
          "The certificate's first day lies in the future. It was made or issued by a machine whose clock "
          "ran ahead, the host's clock was set back afterwards (an empty CMOS battery, a restored "
          "snapshot), or the client's own clock is behind. Clients that insist on a valid certificate "
          "refuse it.",
      .tell_apart =
          "Compare three clocks: ours, the host's own (in its NTLM challenge) and the certificate's first "
          "day. If the host's clock is past that day and ours is not, the clocks are the matter: "
          "clock-skew.",
      .advice = {"On both machines, which clock is wrong, and by how much:   w32tm /query /status",
                 "On the one that is wrong, as administrator:   w32tm /resync",
                 "On the host, once its clock is right, self-made certificate: have Windows make a new one:  "
                 " rdpdoctor explain certificate-key-unusable",
                 "For a certificate of your own: have it issued again with the right dates."},
      .article = Article::names_it,
      .article_note = "It speaks of expired certificates; one from the future fails in the same way.",
      .fixes = {"sync-clock", "regenerate-certificate"},
      .codes = {{"disconnect", 0x1B07, Certainty::possible,
                 "the client found the certificate outside its dates"},
                {"disconnect", 0x907, Certainty::possible, "the client did not accept the certificate"},
                {"tls-alert", 45, Certainty::possible, "the certificate is outside its dates"},
                {"schannel", 0x80090328, Certainty::possible, "the certificate is outside its dates"},
                {"schannel", 0x800B0101, Certainty::possible, "the certificate is outside its dates"},
                {"freerdp", 0x20008, Certainty::possible, "the certificate was not accepted"}},
      .signs = {{"mstsc-certificate-expired", Certainty::possible,
                 "the dates of the certificate do not fit"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
