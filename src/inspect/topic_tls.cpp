// What Schannel may use: protocol versions, algorithms, cipher suites. [Microsoft, "Transport Layer Security
// (TLS) registry settings"; KB245030 for Ciphers, Hashes and KeyExchangeAlgorithms]
#include "fmt/core.h"
#include "inspect/readings.h"
#include "inspect/schannel.h"
#include "inspect/topics.h"

namespace rdpdoctor::inspect {
namespace {

using evidence::Fact;
using evidence::NumberFact;
using evidence::TlsPolicyFacts;

constexpr std::string_view schannel = R"(HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL)";
constexpr std::string_view suites_policy =
    R"(HKLM\SOFTWARE\Policies\Microsoft\Cryptography\Configuration\SSL\00010002)";
constexpr std::string_view suites_local =
    R"(HKLM\SYSTEM\CurrentControlSet\Control\Cryptography\Configuration\Local\SSL\00010002)";
constexpr std::string_view fips_policy = R"(HKLM\SYSTEM\CurrentControlSet\Control\Lsa\FIPSAlgorithmPolicy)";

// Windows itself has fewer than twenty of each.
constexpr std::size_t most_algorithms = 200;

std::string_view type_name(std::uint32_t type) {
  switch (type) {
    case host::reg_none: return "REG_NONE";
    case host::reg_sz: return "REG_SZ";
    case host::reg_expand_sz: return "REG_EXPAND_SZ";
    case host::reg_binary: return "REG_BINARY";
    case host::reg_multi_sz: return "REG_MULTI_SZ";
    case host::reg_qword: return "REG_QWORD";
    default: return "of another type";
  }
}

// A number of Schannel's; what is there and is none is kept beside it, for it looks as if it worked.
NumberFact schannel_number(host::Host& host, std::string_view key, std::string_view name,
                           std::vector<evidence::TextFact>& wrong_types) {
  NumberFact fact = number(host, key, name);
  if (fact.is.state != Presence::unreadable) return fact;
  Reading<host::RegistryValue> raw = host.value(key, name);
  if (!raw.get() || raw.value.type == host::reg_dword) return fact;
  Reading<std::string> words = host::as_text(raw);
  std::string shown = words.get() ? fmt::format(" \"{}\"", *words.get()) : "";
  wrong_types.push_back({.is = Reading<std::string>::present(std::string(type_name(raw.value.type)) + shown),
                         .source = fact.source});
  return fact;
}

void read_algorithms(host::Host& host, TlsPolicyFacts& facts) {
  facts.algorithms = {.is = Reading<std::vector<evidence::AlgorithmFacts>>::present({}),
                      .source = host.real_key(schannel)};
  for (std::string_view kind : {"Ciphers", "Hashes", "KeyExchangeAlgorithms"}) {
    std::string parent = fmt::format("{}\\{}", schannel, kind);
    Reading<std::vector<std::string>> names = host.subkeys(parent);
    if (names.state == Presence::absent) continue;
    if (!names.get()) {
      facts.algorithms.is = {Presence::unreadable, {}, names.why};
      facts.algorithms.source = host.real_key(parent);
      return;
    }
    for (const std::string& name : *names.get()) {
      if (most_algorithms <= facts.algorithms.is.value.size()) return;
      std::string key = fmt::format("{}\\{}", parent, name);
      facts.algorithms.is.value.push_back(
          {.kind = std::string(kind),
           .name = name,
           .enabled = schannel_number(host, key, "Enabled", facts.wrong_types)});
    }
  }
}

Fact<std::vector<std::string>> functions(host::Host& host, std::string_view key) {
  return {.is = host::as_texts(host.value(key, "Functions")),
          .source = host::value_source(host, key, "Functions")};
}

}  // namespace

std::vector<evidence::ProtocolFacts> schannel_protocols(host::Host& host, std::string_view side,
                                                        std::vector<evidence::TextFact>& wrong_types) {
  std::vector<evidence::ProtocolFacts> out;
  for (std::string_view version : {"TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"}) {
    std::string key = fmt::format("{}\\Protocols\\{}\\{}", schannel, version, side);
    out.push_back({.name = std::string(version),
                   .enabled = schannel_number(host, key, "Enabled", wrong_types),
                   .disabled_by_default = schannel_number(host, key, "DisabledByDefault", wrong_types)});
  }
  return out;
}

Fact<std::vector<std::string>> cipher_suites(host::Host& host) {
  return policy_over(functions(host, suites_policy), functions(host, suites_local));
}

NumberFact fips_mode(host::Host& host) {
  return number(host, fips_policy, "Enabled");
}

void inspect_tls(host::Host& host, evidence::HostFacts& facts) {
  TlsPolicyFacts& tls = facts.tls;
  tls.fips = fips_mode(host);
  tls.protocols = schannel_protocols(host, "Server", tls.wrong_types);
  read_algorithms(host, tls);
  tls.dh_server_min_bits =
      schannel_number(host, fmt::format("{}\\KeyExchangeAlgorithms\\Diffie-Hellman", schannel),
                      "ServerMinKeyBitLength", tls.wrong_types);
  tls.cipher_suites = cipher_suites(host);
}

}  // namespace rdpdoctor::inspect
