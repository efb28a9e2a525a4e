// The questions about what follows security: whether a session came about, who ended it and with which code.
// All pure.
#pragma once

#include <string>
#include <vector>

#include "causes/engine/views.h"

namespace rdpdoctor::causes {

// A session that a user could see: active, or encrypted and as large as a first screen.
[[nodiscard]] bool session_went_on(const Connection& c);
// One that ended before that, by the host or by a refusal.
[[nodiscard]] bool session_cut_short(const Connection& c);

// A code that the host sent inside the session, by its family (codes/registry.h).
struct SessionCode {
  const Connection* connection = nullptr;
  std::string_view family;
  std::uint32_t value = 0;
};
// Those that tell of a failure: no success, no logoff, no question to the user.
[[nodiscard]] std::vector<SessionCode> session_codes(const CaseFile& c);

// TLS is up with NLA chosen, what follows is encrypted, and the host ends the connection before a session can
// have begun: the logon, as far as sizes tell.
[[nodiscard]] Connections ended_in_hidden_logon(const CaseFile& c);
// Of those, the ones where the host sent nothing at all after TLS.
[[nodiscard]] bool hidden_logon_unanswered(const Connection& c);
// "3 of 3, after 412 bytes from the host in 0.2 s"
[[nodiscard]] std::string hidden_logon_words(const Connections& list);

// The verdict of a cause that such connections leave possible, beside rivals that look the same; `fallback`
// when there are none.
[[nodiscard]] Verdict possible_in_hidden_logon(const CaseFile& c, std::string_view why, Verdict fallback);

}  // namespace rdpdoctor::causes
