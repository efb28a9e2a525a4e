// What answered, if it is not RDP: told from the first bytes a server sends.
#pragma once

#include <string>

#include "base/bytes.h"

namespace rdpdoctor::wire {

struct Spoken {
  std::string protocol;  // "RDP" (a TPKT with an X.224 TPDU), "HTTP", "SSH", "TLS", "SMB", "VNC", "FTP",
                         // "SMTP", "POP3", "IMAP", "MySQL", "telnet", "HTTP/2", "unknown"; never ""
  std::string detail;    // the printable banner or what was recognized, at most 120 bytes; may be ""
};

// REQUIRES: !first.empty(). Total for any bytes.
[[nodiscard]] Spoken recognize_first_bytes(View first);

}  // namespace rdpdoctor::wire
