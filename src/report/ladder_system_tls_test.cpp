#include <doctest/doctest.h>

#include "report/ladder.h"

namespace rdpdoctor::report {
namespace {

using namespace evidence;

Connection connection(int number, std::string what, std::string tls, TlsFacts facts) {
  Connection k;
  k.number = number;
  k.source = "probe";
  k.asked = {.address = "10.0.0.5", .what = std::move(what), .protocols = 0xB, .tls = std::move(tls)};
  k.tcp.outcome = TcpOutcome::connected;
  k.x224.outcome = X224Outcome::confirmed;
  k.x224.selected = 1;
  k.tls = std::move(facts);
  k.ending = Ending::local;
  return k;
}

StageLine tls_line(TlsFacts by_openssl, TlsFacts by_schannel) {
  CaseFile c;
  c.target.addresses = {"10.0.0.5"};
  c.name.outcome = NameOutcome::literal;
  c.connections.push_back(connection(1, "standard", "handshake", std::move(by_openssl)));
  c.connections.push_back(connection(2, "system tls", "system", std::move(by_schannel)));
  for (const StageLine& line : ladder(c, {})) {
    if (line.stage == evidence::Stage::tls) return line;
  }
  FAIL("no line of TLS");
  return {};
}

TlsFacts completed(std::uint32_t version) {
  return {.outcome = TlsOutcome::completed, .version = version, .server_hello_seen = true};
}

}  // namespace

TEST_CASE("the line of TLS tells of Schannel where it differs from OpenSSL, or fails") {
  CHECK(tls_line(completed(0x0304), completed(0x0304)).summary == "TLS 1.3, no certificate read");
  CHECK(tls_line(completed(0x0304), completed(0x0303)).summary ==
        "TLS 1.3 by OpenSSL, TLS 1.2 by Schannel, no certificate read");
  StageLine failed = tls_line(completed(0x0303), {.outcome = TlsOutcome::failed_here,
                                                  .problem = "SEC_E_ALGORITHM_MISMATCH",
                                                  .system_status = 0x80090331});
  CHECK(failed.summary ==
        "TLS 1.2, no certificate read; Schannel fails: 0x80090331 SEC_E_ALGORITHM_MISMATCH");
  CHECK(failed.outcome == Outcome::passed);
  CHECK(tls_line(completed(0x0303), {.outcome = TlsOutcome::alert, .alert = 70, .system_status = 0x80090302})
            .summary.ends_with(
                "; Schannel fails: alert 70 protocol_version (0x80090302 SEC_E_UNSUPPORTED_FUNCTION)"));
  TlsFacts reset{.outcome = TlsOutcome::reset};
  CHECK(tls_line(reset, completed(0x0303)).summary ==
        "no ServerHello: RST, 1 of 1 ClientHellos; Schannel gets through: TLS 1.2");
  CHECK(tls_line(reset, reset).summary == "no ServerHello: RST, 1 of 1 ClientHellos; Schannel fails: RST");
  CHECK(tls_line(completed(0x0303), {}).summary == "TLS 1.2, no certificate read");
}

}  // namespace rdpdoctor::report
