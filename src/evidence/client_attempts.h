// A Windows client's own log of its connections (TerminalServices-ClientActiveXCore): which attempts it made,
// and how each ended. Read from the events of a case; nothing is kept twice.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evidence/case_file.h"

namespace rdpdoctor::evidence {

struct ClientAttempt {
  const Event* begun = nullptr;         // 1024
  const Event* reached = nullptr;       // 1025 or 1027: the session was there; nullptr: never
  const Event* ended = nullptr;         // 1026; nullptr: not yet, or not kept
  std::string server;                   // as 1024 names it
  std::optional<std::uint32_t> reason;  // of 1026: a disconnect code

  // Ended otherwise than by the user, or without ever having been connected.
  [[nodiscard]] bool failed() const;
};

// In order of time. REQUIRES: events in order of time. The pointers are into `c`.
[[nodiscard]] std::vector<ClientAttempt> client_attempts(const CaseFile& c);

// The value of an event by its name, or its only one when the log names none; "" if it has none.
[[nodiscard]] std::string value_of(const Event& e, std::string_view name);

}  // namespace rdpdoctor::evidence
