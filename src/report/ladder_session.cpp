#include "report/ladder_session.h"

#include <algorithm>

#include "base/text.h"
#include "causes/engine/views.h"
#include "codes/registry.h"
#include "fmt/core.h"

namespace rdpdoctor::report {
namespace {

using evidence::Connection;
using evidence::SessionFacts;
using evidence::SessionOutcome;

std::string coded(std::string_view family, std::uint32_t value) {
  std::string_view name = codes::name_or_empty(family, value);
  return fmt::format("0x{:X}{}{}", value, name.empty() ? "" : " ", name);
}

std::string size_words(std::uint64_t bytes) {
  if (bytes < 10'000) return fmt::format("{} bytes", bytes);
  auto n = static_cast<double>(bytes);
  return bytes < 1'000'000 ? fmt::format("{:.0f} KB", n / 1e3) : fmt::format("{:.1f} MB", n / 1e6);
}

std::string time_words(double ms) {
  return ms < 120'000 ? fmt::format("{:.1f} s", ms / 1000) : span_words(static_cast<std::int64_t>(ms));
}

std::string ending_words(const Connection& k) {
  using evidence::Ending;
  switch (k.ending) {
    case Ending::local: return k.seen && k.seen->client_reset ? "the client resets it" : "the client ends it";
    case Ending::fin: return "the host ends it";
    case Ending::reset: return "the host's side resets it";
    case Ending::timed_out: return "it ends in silence";
    case Ending::open:
    case Ending::unfinished:
    case Ending::error: break;
  }
  return "its end is not in the files";
}

// What either side said of the end, the most telling first.
std::vector<std::string> told(const SessionFacts& s) {
  std::vector<std::string> out;
  if (s.early_authorization.value_or(0) != 0)
    out.push_back("early authorization " + coded("early-authorization", *s.early_authorization));
  if (s.gcc_result.value_or(0) != 0) out.push_back(fmt::format("GCC result {}", *s.gcc_result));
  if (s.mcs_result.value_or(0) != 0) out.push_back(fmt::format("MCS result {}", *s.mcs_result));
  if (s.licensing_error && *s.licensing_error != 7)
    out.push_back(fmt::format("licensing error 0x{:X}", *s.licensing_error));
  if (s.logon_error_type || s.logon_error_data)
    out.push_back(fmt::format("logon error 0x{:X}/0x{:X}", s.logon_error_type.value_or(0),
                              s.logon_error_data.value_or(0)));
  if (s.error_info) out.push_back("Set Error Info " + coded("error-info", *s.error_info));
  if (!s.redirected_to.empty()) out.push_back("redirected to " + s.redirected_to);
  if (s.mcs_reason)
    out.push_back(fmt::format("Disconnect Provider Ultimatum of the {}, reason {}",
                              s.ended_by_client ? "client" : "host", *s.mcs_reason));
  return out;
}

std::string flow_words(const Connection& k) {
  const SessionFacts& s = *k.session;
  return fmt::format("{} from the host and {} to it in {}, then {}", size_words(s.bytes_from_host),
                     size_words(s.bytes_from_client), time_words(s.ms), ending_words(k));
}

int farness(SessionOutcome o) {
  switch (o) {
    case SessionOutcome::active: return 3;
    case SessionOutcome::refused: return 2;
    case SessionOutcome::unreadable: return 1;
    case SessionOutcome::begun: return 0;
  }
  return 0;
}

// The one that got farthest, and of those the longest.
const Connection* representative(const evidence::CaseFile& c) {
  const Connection* best = nullptr;
  for (const Connection& k : c.connections) {
    if (!k.session) continue;
    auto rank = [](const Connection& x) {
      return std::pair(farness(x.session->outcome), x.session->bytes_from_host);
    };
    if (!best || rank(*best) < rank(k)) best = &k;
  }
  return best;
}

}  // namespace

StageLine session_line(const evidence::CaseFile& c) {
  StageLine line{evidence::Stage::session, Outcome::skipped, "not reached", 0};
  const Connection* k = representative(c);
  if (!k) return line;
  const SessionFacts& s = *k->session;
  line.ms = s.ms;
  std::string said = join(told(s), "; ");
  switch (s.outcome) {
    case SessionOutcome::active:
      line.outcome = Outcome::passed;
      line.summary = "the session begins: " + flow_words(*k);
      break;
    case SessionOutcome::refused:
      line.outcome = Outcome::failed;
      line.summary = said.empty() ? "refused: " + ending_words(*k) : "refused: " + said;
      return line;
    case SessionOutcome::unreadable: line.summary = "encrypted: " + flow_words(*k); break;
    case SessionOutcome::begun: line.summary = "begun, and no more of it seen: " + ending_words(*k); break;
  }
  if (!said.empty()) line.summary += "; " + said;
  return line;
}

}  // namespace rdpdoctor::report
