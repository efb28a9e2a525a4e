// The machine as the one that connects: one topic a file, client_NAME.cpp.
#include "inspect/client_topics.h"

#include <algorithm>

#include "base/text.h"
#include "evidence/elevation.h"

namespace rdpdoctor::inspect {

static_assert(host::needs_elevation == evidence::needs_elevation);

bool is_client_program(std::string_view path) {
  // mstsc.exe comes with Windows; msrdc.exe and msrdcw.exe are the store's and Azure Virtual Desktop's
  // client.
  static constexpr std::string_view names[] = {"mstsc.exe", "msrdc.exe", "msrdcw.exe"};
  const std::size_t at = path.find_last_of("\\/");
  const std::string_view name = at == std::string_view::npos ? path : path.substr(at + 1);
  return std::ranges::any_of(names, [&](auto known) { return equal_ignoring_case(name, known); });
}

void inspect_client(host::Host& host, Instant now, evidence::CaseFile& c, const Tick& tick) {
  struct Part {
    std::string_view doing;
    void (*inspect)(host::Host&, const Target&, ClientFacts&);
  };
  static constexpr Part parts[] = {{"client", inspect_client_system},
                                   {"client version", inspect_client_version},
                                   {"client", inspect_client_tls},
                                   {"client", inspect_client_udp},
                                   {"credentials", inspect_client_credentials},
                                   {"firewall", inspect_client_firewall},
                                   {"security products", inspect_client_security},
                                   {"sockets", inspect_client_sockets},
                                   {"client log", inspect_client_log}};
  ClientFacts& facts = c.client.emplace();
  facts.kind = host.kind();
  facts.source = host.name();
  facts.read_at = now;
  for (const Part& part : parts) {
    if (tick && !tick(part.doing)) return;
    part.inspect(host, c.target, facts);
  }
  read_client_log(host, c, tick);
}

}  // namespace rdpdoctor::inspect
