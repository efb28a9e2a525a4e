#include "causes/engine/nla_views.h"

#include <map>

#include "causes/engine/tcp_views.h"
#include "codes/registry.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {

using evidence::NlaOutcome;

namespace {

constexpr std::uint32_t protocol_ssl = 0x1;  // [MS-RDPBCGR] 2.2.1.2.1

std::string ending_words(const Connection& c) {
  switch (c.nla.outcome) {
    case NlaOutcome::challenged: return "a challenge";
    case NlaOutcome::refused: return "an errorCode";
    case NlaOutcome::closed: return "FIN";
    case NlaOutcome::reset: return "RST";
    case NlaOutcome::silent: return "silence";
    case NlaOutcome::malformed: return "something that is not CredSSP";
    case NlaOutcome::alert: {
      if (!c.nla.alert) return "a TLS alert";
      return fmt::format("alert {} {}", *c.nla.alert, codes::name_or_empty("tls-alert", *c.nla.alert));
    }
    case NlaOutcome::not_tried:
    case NlaOutcome::waiting: break;
  }
  return "nothing known";
}

}  // namespace

Connections nla_rounds(const CaseFile& c) {
  std::string address = main_address(c);
  return finished(c, [&](const Connection& conn) {
    return nla_tried(conn) && (address.empty() || conn.asked.address == address);
  });
}

bool nla_answered(const Connection& c) {
  return c.nla.outcome == NlaOutcome::challenged || c.nla.outcome == NlaOutcome::refused;
}

std::string nla_endings(const Connections& list) {
  std::map<std::string, std::size_t> counts;
  for (const Connection* c : list) ++counts[ending_words(*c)];
  std::string out;
  for (const auto& [words, n] : counts)
    out += fmt::format("{}{}, {}", out.empty() ? "" : "; ", words, share(n, list.size()));
  return out;
}

Verdict no_nla_round(const CaseFile& c) {
  if (!probed(c)) return needs_probe();
  bool tls_only = any_of(standards(c), [](const Connection& conn) {
    bool no_credssp = conn.x224.selected.value_or(0) <= protocol_ssl;
    return conn.x224.outcome == evidence::X224Outcome::confirmed && no_credssp;
  });
  if (tls_only) return excluded("the host does not use NLA");
  return needs(need::further);
}

}  // namespace rdpdoctor::causes
