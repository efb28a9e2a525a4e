// The topics of the client's side, one file each: client_NAME.cpp. Each fills its part of the facts.
#pragma once

#include "inspect/inspect.h"

namespace rdpdoctor::inspect {

// Whom the client is to reach, and where.
using evidence::ClientFacts;
using evidence::Target;

void inspect_client_system(host::Host& host, const Target& target, ClientFacts& facts);
void inspect_client_version(host::Host& host, const Target& target, ClientFacts& facts);
void inspect_client_tls(host::Host& host, const Target& target, ClientFacts& facts);
void inspect_client_udp(host::Host& host, const Target& target, ClientFacts& facts);
void inspect_client_credentials(host::Host& host, const Target& target, ClientFacts& facts);
void inspect_client_firewall(host::Host& host, const Target& target, ClientFacts& facts);
void inspect_client_security(host::Host& host, const Target& target, ClientFacts& facts);
void inspect_client_sockets(host::Host& host, const Target& target, ClientFacts& facts);
void inspect_client_log(host::Host& host, const Target& target, ClientFacts& facts);
// The events of the client's own channel.
void read_client_log(host::Host& host, evidence::CaseFile& c, const Tick& tick);

// "mstsc.exe", "msrdc.exe" and the like: programs that are Remote Desktop clients of Windows' maker. `path`
// in any form.
[[nodiscard]] bool is_client_program(std::string_view path);

}  // namespace rdpdoctor::inspect
