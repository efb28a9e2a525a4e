// What the host lets TLS and logons do: Schannel, cipher suites, NTLM, CredSSP, user rights, licensing.
#pragma once

#include "evidence/host_fact.h"

namespace rdpdoctor::evidence {

// SCHANNEL\Protocols\TLS x.y\Server: what an administrator set; Windows has no values of its own there.
struct ProtocolFacts {
  std::string name;  // "TLS 1.2"
  NumberFact enabled;
  NumberFact disabled_by_default;
};

// SCHANNEL\Ciphers, Hashes and KeyExchangeAlgorithms: the subkeys that are there.
struct AlgorithmFacts {
  std::string kind;  // "Ciphers", "Hashes", "KeyExchangeAlgorithms"
  std::string name;  // "AES 128/128", "SHA256", "ECDH"
  NumberFact enabled;
};

struct TlsPolicyFacts {
  NumberFact fips;                       // Lsa\FIPSAlgorithmPolicy: Enabled
  std::vector<ProtocolFacts> protocols;  // TLS 1.0 to 1.3, all four
  Fact<std::vector<AlgorithmFacts>> algorithms;
  NumberFact dh_server_min_bits;  // KeyExchangeAlgorithms\Diffie-Hellman: ServerMinKeyBitLength
  // Values of SCHANNEL that should be REG_DWORD and are not: 'REG_SZ "0"'.
  std::vector<TextFact> wrong_types;
  // SSL\00010002: Functions, as stored: one text of a comma list, or one name each. Policy over local.
  Fact<std::vector<std::string>> cipher_suites;
};

// SECURITY\Policy\Accounts\<SID>\ActSysAc: an account's logon rights as bits.
struct AccountRights {
  std::string sid;
  std::uint32_t rights = 0;
};
inline constexpr std::uint32_t right_remote_interactive = 0x400, right_deny_remote_interactive = 0x800;

struct LogonPolicyFacts {
  TextFact product_type;  // ProductOptions\ProductType: "WinNT", "ServerNT", "LanmanNT" (domain controller)
  NumberFact lm_compatibility_level;
  NumberFact restrict_receiving_ntlm;  // Lsa\MSV1_0: 0 allow all, 1 deny domain accounts, 2 deny all
  NumberFact restrict_sending_ntlm;    // 0 allow all, 1 audit, 2 deny all
  NumberFact encryption_oracle;        // CredSSP\Parameters: AllowEncryptionOracle
  TextFact security_providers;         // SecurityProviders: SecurityProviders, a comma list of libraries
  Fact<std::vector<std::string>> security_packages;  // Lsa: Security Packages
  Fact<std::vector<AccountRights>> rights;           // of every account that has any
  // Remote Desktop licensing.
  NumberFact session_host;    // Terminal Server: TSAppCompat, 1 with the role RD Session Host
  NumberFact licensing_mode;  // 2 per device, 4 per user, 5 not configured; policy over local
  Fact<std::vector<std::string>> license_servers;
  Fact<bool> grace_period;  // whether RCM\GracePeriod is there: the 120 days have begun
};

}  // namespace rdpdoctor::evidence
