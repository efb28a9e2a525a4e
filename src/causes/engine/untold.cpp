#include "causes/engine/untold.h"

#include <algorithm>

#include "codes/registry.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {

Verdict needs_credentials(const CaseFile&) {
  return needs(need::credentials);
}
Verdict needs_host(const CaseFile&) {
  return needs(need::host);
}
Verdict needs_client(const CaseFile&) {
  return needs(need::client);
}
Verdict needs_session(const CaseFile&) {
  return Untested{{std::string(need::credentials), std::string(need::host)}};
}
Verdict needs_gateway(const CaseFile&) {
  return needs(need::client_code);
}
Verdict needs_name_servers(const CaseFile&) {
  return needs(need::name_servers);
}
Verdict needs_udp(const CaseFile&) {
  return needs(need::udp);
}

Verdict judge_logon_status(const CaseFile& c, std::initializer_list<std::uint32_t> statuses) {
  Connections refused = finished(c, [&](const Connection& conn) {
    bool with_credentials = !conn.source.empty() && conn.source != "probe";
    return with_credentials && conn.nla.error_code && std::ranges::count(statuses, *conn.nla.error_code) > 0;
  });
  if (refused.empty()) return needs_credentials(c);
  std::uint32_t status = *refused.front()->nla.error_code;
  std::string text = fmt::format("the host answers the logon with 0x{:08X} {}", status,
                                 codes::name_or_empty("ntstatus", status));
  return Found{Certainty::proven, {{source("nla", refused), text}}, true, ""};
}

}  // namespace rdpdoctor::causes
