#include "evidence/client_attempts.h"

#include <ranges>

#include "base/text.h"

namespace rdpdoctor::evidence {
namespace {

constexpr std::string_view provider = "TerminalServices-ClientActiveXCore";

// 1 the user's own disconnect, 2 by the user at the host, 263 the client's own way of going on to the next
// step: reasons that stand in the log of every healthy client.
bool is_no_fault(std::uint32_t reason) {
  return reason == 1 || reason == 2 || reason == 263;
}

// The attempt that an event of this source continues: the last one begun that has not ended.
ClientAttempt* open_attempt(std::vector<ClientAttempt>& attempts, const Event& e) {
  for (ClientAttempt& attempt : std::views::reverse(attempts)) {
    if (attempt.begun->source == e.source) return attempt.ended ? nullptr : &attempt;
  }
  return nullptr;
}

}  // namespace

std::string value_of(const Event& e, std::string_view name) {
  for (const EventValue& v : e.data) {
    if (equal_ignoring_case(v.name, name)) return v.value;
  }
  return e.data.size() == 1 && e.data[0].name.empty() ? e.data[0].value : "";
}

bool ClientAttempt::failed() const {
  if (!ended || !reason) return false;
  return reached ? 3 < *reason && !is_no_fault(*reason) : !is_no_fault(*reason);
}

std::vector<ClientAttempt> client_attempts(const CaseFile& c) {
  std::vector<ClientAttempt> attempts;
  for (const Event& e : c.events) {
    if (!equal_ignoring_case(e.provider, provider)) continue;
    if (e.id == 1024) {
      attempts.push_back({&e, nullptr, nullptr, value_of(e, "Value"), std::nullopt});
      continue;
    }
    ClientAttempt* attempt = open_attempt(attempts, e);
    if (!attempt) continue;
    if (e.id == 1025 || e.id == 1027) attempt->reached = &e;
    if (e.id == 1026) {
      attempt->ended = &e;
      attempt->reason = decimal<std::uint32_t>(trim(value_of(e, "Value")));
    }
  }
  return attempts;
}

}  // namespace rdpdoctor::evidence
