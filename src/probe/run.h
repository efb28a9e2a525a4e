// A whole probe of one host: the name, then the attempts that plan.h asks for, at most four at a time, within
// one deadline. Always ends with a case file, whatever the host does.
#pragma once

#include <functional>
#include <memory>

#include "base/token_handshake.h"
#include "evidence/case_file.h"
#include "net/reactor.h"

namespace rdpdoctor::probe {

struct Options {
  evidence::Target target;  // addresses may be empty: then the name is resolved
  std::optional<evidence::Complaint> complaint;
  Duration timeout = std::chrono::seconds(10);
  std::string cookie_name = "rdpdoctor";  // mstshash=…, at most 9 characters are sent
  bool verbose = false;
  bool light = false;       // one attempt per address and nothing else (watch)
  bool controls = true;     // other ports and ICMP echo of the same address, as a control
  bool udp = true;          // RDPEUDP SYNs, once RDP has answered
  std::uint32_t burst = 0;  // connections at once, at most 32; 0: none
  // The system's own TLS, tried beside OpenSSL once the host does TLS; empty where there is none.
  std::function<std::unique_ptr<TokenHandshake>(const std::string& server_name)> system_tls;
  std::vector<std::string> name_servers;                    // to be asked beside the system's own, numeric
  std::function<void(const evidence::CaseFile&)> progress;  // after each thing learned; may be empty
};

[[nodiscard]] evidence::CaseFile run(net::Reactor& reactor, const Options& options);

}  // namespace rdpdoctor::probe
