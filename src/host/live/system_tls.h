// TLS as this Windows does it (Schannel), with all that its policy allows and forbids a client.
#pragma once

#include <memory>
#include <string>

#include "base/token_handshake.h"

namespace rdpdoctor::host {

// A client's handshake by Schannel with the system's own choice of versions and suites; the certificate is
// not judged. nullptr: this system has none.
[[nodiscard]] std::unique_ptr<TokenHandshake> system_tls(const std::string& server_name);

}  // namespace rdpdoctor::host
