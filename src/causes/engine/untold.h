// Verdicts for what a probe without credentials can't see: what would tell, in the user's words. Each has the
// shape of Cause::judge, so that a cause that is told by codes alone needs no judge of its own.
#pragma once

#include <initializer_list>

#include "causes/engine/views.h"

namespace rdpdoctor::causes {

[[nodiscard]] Verdict needs_credentials(const CaseFile& c);
[[nodiscard]] Verdict needs_host(const CaseFile& c);          // a look at the host
[[nodiscard]] Verdict needs_client(const CaseFile& c);        // a look at the client
[[nodiscard]] Verdict needs_session(const CaseFile& c);       // what happens after logon
[[nodiscard]] Verdict needs_gateway(const CaseFile& c);       // the way through an RD Gateway
[[nodiscard]] Verdict needs_name_servers(const CaseFile& c);  // a direct question to the DNS servers
[[nodiscard]] Verdict needs_udp(const CaseFile& c);           // a UDP probe

// The host refused a logon with one of these NTSTATUS values (TSRequest.errorCode, [MS-CSSP] 2.2.1). Only
// connections that carried credentials count: our own probe sends none, so its refusals say nothing of an
// account.
[[nodiscard]] Verdict judge_logon_status(const CaseFile& c, std::initializer_list<std::uint32_t> statuses);

}  // namespace rdpdoctor::causes
