// The questions that judges ask of event logs: whose log it is, what came after an event, and which of a
// connection's ends logged it. All pure.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "causes/engine/views.h"

namespace rdpdoctor::causes {

using evidence::Event;

[[nodiscard]] bool is_event(const Event& e, std::string_view provider, std::uint32_t id);
// Whether a value holds `words`, ignoring case ("0x8009030D", also written in decimal). "Name=value": the
// value of that name is exactly this; "=value": any value is.
[[nodiscard]] bool holds(const Event& e, std::string_view words);

// "System.evtx record 4711 (2026-11-20 02:14 UTC)"
[[nodiscard]] std::string source(const Event& e);
[[nodiscard]] std::string minute_of(Instant at);  // "2026-11-20 02:14 UTC"

// By the clock of the case: that of the capture (or the client) where events and connections were joined.
[[nodiscard]] Instant on_case_clock(const CaseFile& c, const Event& e);

// The computer that connects, and not the host: it has a client's log and none of a host's.
[[nodiscard]] bool is_client_computer(const CaseFile& c, std::string_view computer);

// Where a client's (or the probe's own) connection failed; nullopt when it passed all that it asked, or that
// is not known.
[[nodiscard]] std::optional<Stage> failed_at(const Connection& c);

// A failure that an event belongs to: a connection of the case, or an attempt in the client's own log.
struct Failure {
  const Connection* connection = nullptr;  // nullptr: an attempt
  std::optional<Stage> stage;              // of a connection
  std::string words;                       // "connection #3", "the client's attempt of 2026-11-20 02:14 UTC"
};
// That of the event itself; and one that began within `minutes` of it.
[[nodiscard]] std::optional<Failure> failure_of(const CaseFile& c, const Event& e);
[[nodiscard]] std::optional<Failure> failure_near(const CaseFile& c, const Event& e, int minutes);

// The first event after `e` on the same computer by which a connection got past `stage`: authentication for
// the stages before the session, a logon for the session. nullptr if none.
[[nodiscard]] const Event* success_after(const CaseFile& c, const Event& e, Stage stage);

// The last that any log of this computer tells of.
[[nodiscard]] std::optional<Instant> log_end(const CaseFile& c, std::string_view computer);

// Connections that came up by TCP and failed, and that the host's log does not have, although it covers the
// time.
[[nodiscard]] Connections not_in_host_log(const CaseFile& c);
// All that failed after TCP are among them: what fails is not the host's service.
[[nodiscard]] bool never_reached_the_host(const CaseFile& c);
// The same where nobody captured: the client's own log has a failed attempt of which the host's, which covers
// the time, has none. Where it stands, as a source; "" if there is no such attempt.
[[nodiscard]] std::string attempt_not_in_host_log(const CaseFile& c);
// Connections that the host's log has; "RdpCoreTS.evtx record 55": where the first of them stands.
[[nodiscard]] Connections in_host_log(const CaseFile& c);
[[nodiscard]] std::string host_log_words(const Connections& logged);

// The host logged connections that failed, its System log covers the time, and TLS reported nothing there: as
// a clause with its source, "" when that does not hold.
[[nodiscard]] std::string tls_reported_nothing(const CaseFile& c);

// The host's end of a session that had begun, not asked for by its user, at the time of a failure or as the
// complaint has it (closed without a reason); nullptr if none. The logon and TLS passed, then.
[[nodiscard]] const Event* dropped_after_logon(const CaseFile& c);

}  // namespace rdpdoctor::causes
