#include "causes/engine/session_views.h"

#include <algorithm>

#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {

using evidence::Ending;
using evidence::SessionFacts;
using evidence::SessionOutcome;

namespace {

// A logon's messages, MCS, licensing and the capabilities are smaller; the first screen is larger. Both
// sizes are estimates, so what rests on them alone is never more than possible.
constexpr std::uint64_t first_screen = 20'000;
// CredSSP's three answers by the host, with Kerberos tickets or a long list of names in them.
constexpr std::uint64_t largest_logon = 8'000;
constexpr double logon_ms = 60'000;
constexpr std::uint32_t asks_nla = 0x2 | 0x8;  // PROTOCOL_HYBRID, PROTOCOL_HYBRID_EX
constexpr std::uint32_t user_requested = 3;    // rn-user-requested [T.125] 7

bool by_host(const Connection& c) {
  return c.ending == Ending::fin || c.ending == Ending::reset;
}

// Set Error Info that reports what somebody wanted, [MS-RDPBCGR] 2.2.5.1.1: disconnect or logoff by an
// administrator's tool or the user.
bool wanted_end(std::uint32_t error_info) {
  return error_info == 0x0 || error_info == 0x1 || error_info == 0x2 || error_info == 0xB ||
         error_info == 0xC;
}

// Logon notifications that ask or tell the user something and are no end, 2.2.10.1.1.4.1.1.
bool is_notice(std::uint32_t value) {
  return value == 0x3 || value == 0xFFFFFFF8 || value == 0xFFFFFFFB || value == 0xFFFFFFFC ||
         value == 0xFFFFFFFD || value == 0xFFFFFFFE;
}

}  // namespace

bool session_went_on(const Connection& c) {
  if (!c.session) return false;
  const SessionFacts& s = *c.session;
  if (s.outcome == SessionOutcome::refused) return false;
  if (s.outcome == SessionOutcome::active || s.logon_seen) return true;
  return s.outcome == SessionOutcome::unreadable && first_screen <= s.bytes_from_host;
}

bool session_cut_short(const Connection& c) {
  if (!c.session || session_went_on(c)) return false;
  const SessionFacts& s = *c.session;
  if (s.outcome == SessionOutcome::refused) return true;
  if (s.error_info && !wanted_end(*s.error_info)) return true;
  if (s.early_authorization.value_or(0) != 0) return true;
  bool asked_for = s.ended_by_client || s.mcs_reason.value_or(0) == user_requested;
  return by_host(c) && !asked_for && s.ms <= logon_ms;
}

std::vector<SessionCode> session_codes(const CaseFile& c) {
  std::vector<SessionCode> out;
  for (const Connection& conn : c.connections) {
    if (!conn.session) continue;
    const SessionFacts& s = *conn.session;
    auto add = [&](std::string_view family, std::optional<std::uint32_t> value) {
      if (value) out.push_back({&conn, family, *value});
    };
    if (s.error_info && !wanted_end(*s.error_info)) add("error-info", s.error_info);
    if (s.early_authorization.value_or(0) != 0) add("early-authorization", s.early_authorization);
    if (s.logon_error_type && !is_notice(*s.logon_error_type)) add("logon-error", s.logon_error_type);
    // Beside a LOGON_MSG_ type the data is a session's number.
    bool plain = s.logon_error_type.value_or(0) < 0xFFFFFFF8 || s.logon_error_type == 0xFFFFFFFF;
    if (plain && s.logon_error_data && !is_notice(*s.logon_error_data)) {
      add("logon-error", s.logon_error_data);
    }
    // The type may be an NTSTATUS.
    if (s.logon_error_type && (*s.logon_error_type >> 28) == 0xC) add("ntstatus", s.logon_error_type);
  }
  return out;
}

Connections ended_in_hidden_logon(const CaseFile& c) {
  return finished(c, [](const Connection& conn) {
    bool nla = (conn.x224.selected.value_or(0) & asks_nla) != 0;
    bool hidden = conn.session && conn.session->outcome == SessionOutcome::unreadable && !nla_tried(conn);
    return nla && hidden && by_host(conn) && conn.session->bytes_from_host <= largest_logon &&
           0 < conn.session->bytes_from_client && conn.session->ms <= logon_ms;
  });
}

bool hidden_logon_unanswered(const Connection& c) {
  return c.session && c.session->bytes_from_host == 0;
}

std::string hidden_logon_words(const Connections& list) {
  const SessionFacts& s = *list.front()->session;
  return fmt::format("{}, after {} bytes from the client and {} from the host in {}",
                     share(list.size(), list.size()), s.bytes_from_client, s.bytes_from_host, ms_words(s.ms));
}

Verdict possible_in_hidden_logon(const CaseFile& c, std::string_view why, Verdict fallback) {
  Connections ended =
      filter(ended_in_hidden_logon(c), [](const Connection& conn) { return !hidden_logon_unanswered(conn); });
  if (ended.empty() || any_of(finished(c), session_went_on)) return fallback;
  return Found{Certainty::possible,
               {{source("nla", ended), "the host ends the connection during the encrypted logon (" +
                                           hidden_logon_words(ended) + "): " + std::string(why)}},
               true,
               "",
               Stage::nla};
}

}  // namespace rdpdoctor::causes
