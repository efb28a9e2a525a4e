// What this system's own TLS made of the host, for the ladder's line of TLS: only where it differs from
// OpenSSL's handshake, or fails.
#pragma once

#include <string>

#include "evidence/case_file.h"

namespace rdpdoctor::report {

// "TLS 1.3"; "TLS 1.3 by OpenSSL, TLS 1.2 by Schannel" where they agreed on different versions.
[[nodiscard]] std::string agreed_versions(const evidence::CaseFile& c,
                                          const evidence::Connection& by_openssl);
// "; Schannel fails: 0x80090331 SEC_E_ALGORITHM_MISMATCH", "; Schannel gets through: TLS 1.2"; "" where there
// is nothing to add.
[[nodiscard]] std::string system_tls_words(const evidence::CaseFile& c,
                                           const evidence::Connection& by_openssl);

}  // namespace rdpdoctor::report
