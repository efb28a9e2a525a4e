// Evidence as our probe would leave it, built a connection at a time, for tests of judges where JSON is
// clumsy.
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "causes/engine/diagnosis.h"
#include "support/judged_words.h"

namespace rdpdoctor::causes::test {

using evidence::Connection;
using evidence::Ending;
using evidence::NlaFacts;
using evidence::NlaOutcome;
using evidence::TcpOutcome;
using evidence::TlsFacts;
using evidence::TlsOutcome;
using evidence::X224Facts;
using evidence::X224Outcome;

inline constexpr std::int64_t now_ms = 1795000000000;  // 2026-11-18
inline constexpr std::int64_t day_ms = std::int64_t{24} * 3600 * 1000;

inline TlsFacts tls_ended(TlsOutcome how) {
  TlsFacts tls;
  tls.outcome = how;
  tls.hello_bytes = 517;
  return tls;
}
inline TlsFacts rst(double ms = 0) {
  TlsFacts tls = tls_ended(TlsOutcome::reset);
  tls.ms = ms;
  return tls;
}
inline TlsFacts fin() {
  return tls_ended(TlsOutcome::closed);
}
inline TlsFacts silent() {
  return tls_ended(TlsOutcome::silent);
}
inline TlsFacts alert(std::uint32_t description) {
  TlsFacts tls = tls_ended(TlsOutcome::alert);
  tls.alert = description;
  return tls;
}
inline TlsFacts answered(std::uint32_t version = 0x0303) {
  TlsFacts tls = tls_ended(TlsOutcome::server_hello);
  tls.version = version;
  tls.server_hello_seen = true;
  return tls;
}

inline evidence::Certificate windows_certificate() {
  evidence::Certificate leaf;
  leaf.subject = "CN=SRV-FIN-02";
  leaf.issuer = "CN=SRV-FIN-02";
  leaf.common_name = "SRV-FIN-02";
  leaf.not_before = {now_ms - 30 * day_ms};
  leaf.not_after = {now_ms + 153 * day_ms};
  leaf.key_type = "RSA";
  leaf.key_bits = 2048;
  leaf.signature_algorithm = "RSA-SHA256";
  leaf.signature_hash = "SHA256";
  leaf.has_extended_key_usage = true;
  leaf.extended_key_usage = {"1.3.6.1.5.5.7.3.1"};
  leaf.key_usage = {"keyEncipherment", "dataEncipherment"};
  leaf.self_issued = true;
  leaf.sha256_thumbprint = "a1";
  return leaf;
}

inline TlsFacts completed(const evidence::Certificate& leaf = windows_certificate(),
                          std::uint32_t version = 0x0303,
                          std::string cipher = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384") {
  TlsFacts tls = answered(version);
  tls.outcome = TlsOutcome::completed;
  tls.cipher = std::move(cipher);
  tls.chain = {leaf};
  return tls;
}

inline X224Facts x224_ended(X224Outcome how) {
  X224Facts x224;
  x224.outcome = how;
  return x224;
}
inline X224Facts confirmed(std::uint32_t protocol) {
  X224Facts x224 = x224_ended(X224Outcome::confirmed);
  x224.selected = protocol;
  x224.ms = 41;
  return x224;
}
inline X224Facts refused(std::uint32_t failure_code) {
  X224Facts x224 = x224_ended(X224Outcome::negotiation_failure);
  x224.failure_code = failure_code;
  return x224;
}

inline NlaFacts nla_ended(NlaOutcome how) {
  NlaFacts nla;
  nla.outcome = how;
  return nla;
}
inline NlaFacts nla_refused(std::uint32_t code) {
  NlaFacts nla = nla_ended(NlaOutcome::refused);
  nla.version = 6;
  nla.error_code = code;
  return nla;
}

// Builds the evidence of a probe, one connection at a time.
struct Evidence {
  CaseFile file;

  explicit Evidence(std::string host = "10.0.0.5") {
    file.target = {.asked = host, .host = host, .is_address = host[0] == '1', .addresses = {"10.0.0.5"}};
    file.run.started = {now_ms};
    file.name.outcome = evidence::NameOutcome::resolved;
  }

  Connection& add(std::string what, std::string tls) {
    Connection c;
    c.number = static_cast<int>(file.connections.size()) + 1;
    c.source = "probe";
    c.asked = {.address = "10.0.0.5", .what = std::move(what), .protocols = 0xB, .tls = std::move(tls)};
    c.tcp.outcome = TcpOutcome::connected;
    c.tcp.connect_ms = 40;
    c.x224 = confirmed(8);
    c.ending = Ending::local;
    return file.connections.emplace_back(std::move(c));
  }
  Evidence& hello(const std::string& offer, TlsFacts tls) {
    add("hello " + offer, offer).tls = std::move(tls);
    return *this;
  }
  Evidence& handshakes(const TlsFacts& tls, int times = 3) {
    static constexpr const char* names[] = {"standard", "standard again 2", "standard again 3"};
    for (int i = 0; i < times; ++i) add(names[i], "handshake").tls = tls;
    return *this;
  }
  // Every offer that is made when TLS fails, all with the same fate; "split" and "control" not.
  Evidence& every_offer(const TlsFacts& tls) {
    handshakes(tls);
    for (auto offer :
         {"modern", "wide", "tls1.2", "tls1.3", "small", "tls1.0", "tls1.1", "no-sha1", "legacy-ciphers"}) {
      hello(offer, tls);
    }
    return *this;
  }
  Evidence& nla(const evidence::NlaFacts& facts, int times = 1) {
    handshakes(completed(), times);
    for (Connection& c : file.connections) c.nla = facts;
    return *this;
  }
};

inline std::string shown(const CaseFile& file) {
  std::string out;
  for (const RankedCause& r : diagnose(file).causes) {
    out += std::string(out.empty() ? "" : ", ") + std::string(r.cause->id) + " " +
           std::string(rdpdoctor::test::certainty_word(r.found.certainty)) +
           (r.found.explains ? "" : " (not)");
  }
  return out;
}
inline std::string shown(const Evidence& e) {
  return shown(e.file);
}

inline bool ruled_out(const Evidence& e, std::string_view id) {
  Diagnosis d = diagnose(e.file);
  return std::any_of(d.excluded.begin(), d.excluded.end(), [&](auto& x) { return x.cause->id == id; });
}

inline evidence::NlaFacts challenge(std::int64_t host_ahead_ms, std::string domain = "SRV-FIN-02") {
  NlaFacts nla = nla_ended(NlaOutcome::challenged);
  nla.version = 6;
  nla.netbios_computer_name = "SRV-FIN-02";
  nla.netbios_domain_name = std::move(domain);
  nla.host_clock = Instant{now_ms + host_ahead_ms};
  nla.our_clock = Instant{now_ms};
  return nla;
}

}  // namespace rdpdoctor::causes::test
