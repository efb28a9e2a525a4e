#include "causes/engine/negotiation_views.h"

#include "fmt/core.h"

namespace rdpdoctor::causes {

using evidence::X224Outcome;

namespace {

bool from_probe(const Connection& c) {
  return c.source.empty() || c.source == "probe";
}

bool asks(const Connection& c, std::uint32_t protocols) {
  return (c.asked.protocols.value_or(0) & protocols) == protocols;
}

// Clients try one set of protocols after another, and some try several at a time: what counts is how they
// come out. One that asked for what the host demands is not refused for having tried without it as well.
bool asked_otherwise_too(const CaseFile& c, const Connection& refused, std::uint32_t demanded) {
  constexpr double at_a_time_ms = 10'000;
  return any_of(finished(c), [&](const Connection& other) {
    bool same = !from_probe(other) && client_address(other) == client_address(refused);
    bool more = asks(other, demanded) && !asks(refused, demanded);
    bool near = refused.started_ms < other.started_ms + (more ? at_a_time_ms : 0);
    return same && near && other.x224.outcome == X224Outcome::confirmed;
  });
}

}  // namespace

Refusals refusals(const CaseFile& c, bool (*which)(std::uint32_t code), std::uint32_t offered) {
  auto refused = [&](const Connection& conn) {
    return conn.x224.outcome == X224Outcome::negotiation_failure && which(conn.x224.failure_code.value_or(0));
  };
  Refusals out;
  Connections standard = filter(standards(c), from_probe);
  auto refused_in_full = [&](const Connection& conn) { return refused(conn) && asks(conn, offered); };
  if (all_of(standard, refused_in_full)) out.ours = standard;
  for (const Connection* conn : finished(c, [&](auto& k) { return !from_probe(k) && refused(k); })) {
    (asked_otherwise_too(c, *conn, offered) ? out.resolved : out.clients).push_back(conn);
  }
  return out;
}

std::vector<EvidenceLine> refusal_lines(const CaseFile& c, const Connections& refused) {
  std::vector<EvidenceLine> lines;
  if (refused.empty()) return lines;
  const Connection& first = *refused.front();
  std::string asked =
      first.asked.protocols ? fmt::format("the request 0x{:X}", *first.asked.protocols) : "the request";
  lines.push_back(
      {source("x224", refused), fmt::format("the host answers {} with {}, {} of {}", asked,
                                            x224_ending_words(first), refused.size(), refused.size())});
  for (const Connection* conn : finished(c)) {
    if (!conn->asked.what.starts_with("set ") || conn->x224.outcome != X224Outcome::confirmed) continue;
    lines.push_back({source("x224", *conn),
                     fmt::format("it does confirm the request 0x{:X}, with protocol 0x{:X}",
                                 conn->asked.protocols.value_or(0), conn->x224.selected.value_or(0))});
  }
  return lines;
}

Verdict not_refused(const CaseFile& c) {
  auto confirmed = [](const Connection& conn) { return conn.x224.outcome == X224Outcome::confirmed; };
  Connections answered = filter(standards(c), confirmed);
  if (answered.empty()) answered = filter(standards(c), x224_answered);
  if (answered.empty()) return needs_probe();
  return excluded("the answer was " + x224_ending_words(*answered.front()) + " (" +
                  source("x224", *answered.front()) + ")");
}

}  // namespace rdpdoctor::causes
