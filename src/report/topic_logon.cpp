// "logon rights of 9 accounts; NTLM allowed; session host, licences per user".
#include "base/text.h"
#include "fmt/core.h"
#include "report/topics.h"

namespace rdpdoctor::report {
namespace {

std::string ntlm(const evidence::NumberFact& fact) {
  if (!fact.get()) return fact.is.state == Presence::absent ? "NTLM allowed" : "NTLM's policy can't be read";
  switch (*fact.get()) {
    case 0: return "NTLM allowed";
    case 1: return "NTLM refused for domain accounts";
    case 2: return "NTLM refused";
    default: return fmt::format("NTLM restricted ({})", *fact.get());
  }
}

std::string licensing(const evidence::LogonPolicyFacts& logon) {
  const std::uint32_t* role = logon.session_host.get();
  if (!role || *role == 0) return "";
  const std::uint32_t* mode = logon.licensing_mode.get();
  if (mode && *mode == 2) return "session host, licences per device";
  if (mode && *mode == 4) return "session host, licences per user";
  return "session host without licensing mode";
}

}  // namespace

StageLine logon_line(const evidence::HostFacts& h) {
  const evidence::LogonPolicyFacts& logon = h.logon;
  StageLine line{.outcome = Outcome::skipped, .summary = "not looked at", .topic = evidence::Topic::logon};
  if (logon.rights.is.state == Presence::not_looked) return line;
  const auto* rights = logon.rights.get();
  bool all_read = rights && logon.restrict_receiving_ntlm.is.state != Presence::unreadable;
  std::vector<std::string> parts;
  parts.push_back(rights ? "logon rights of " + count_of(rights->size(), "account")
                         : std::string("logon rights can't be read"));
  parts.push_back(ntlm(logon.restrict_receiving_ntlm));
  if (std::string words = licensing(logon); !words.empty()) parts.push_back(std::move(words));
  line.outcome = all_read ? Outcome::passed : Outcome::skipped;
  line.summary = join(parts, "; ");
  return line;
}

}  // namespace rdpdoctor::report
