// Who may log on and how: NTLM, CredSSP, user rights of the SECURITY hive, Remote Desktop licensing.
#include "base/bytes.h"
#include "fmt/core.h"
#include "inspect/readings.h"
#include "inspect/topics.h"

namespace rdpdoctor::inspect {
namespace {

using evidence::AccountRights;
using evidence::Fact;
using evidence::LogonPolicyFacts;

constexpr std::string_view control = R"(HKLM\SYSTEM\CurrentControlSet\Control)";
constexpr std::string_view accounts = R"(HKLM\SECURITY\Policy\Accounts)";
constexpr std::string_view license_servers_key =
    R"(HKLM\SYSTEM\CurrentControlSet\Services\TermService\Parameters\LicenseServers)";

// A domain controller with many services has some hundred.
constexpr std::size_t most_accounts = 5000;

std::string below(std::string_view parent, std::string_view name) {
  return fmt::format("{}\\{}", parent, name);
}

Fact<std::vector<std::string>> texts(host::Host& host, std::string_view key, std::string_view name) {
  return {.is = host::as_texts(host.value(key, name)), .source = host::value_source(host, key, name)};
}

// The rights of one account: REG_NONE, a u32. Absent for an account that has privileges alone.
Reading<std::uint32_t> rights_of(host::Host& host, std::string_view sid) {
  Reading<Bytes> bytes = host::as_bytes(host.value(fmt::format("{}\\{}\\ActSysAc", accounts, sid), ""));
  if (!bytes.get()) return {bytes.state, 0, bytes.why};
  if (bytes.value.size() != 4)
    return Reading<std::uint32_t>::unreadable(fmt::format("{}: {} bytes, not 4", sid, bytes.value.size()));
  Reader reader(bytes.value);
  return Reading<std::uint32_t>::present(reader.u32le("rights"));
}

// One account that can't be read may be the one that matters, so it makes the whole unreadable.
Fact<std::vector<AccountRights>> rights(host::Host& host) {
  Fact<std::vector<AccountRights>> fact{.source = host.real_key(accounts)};
  Reading<std::vector<std::string>> sids = host.subkeys(accounts);
  fact.is.state = sids.state;
  fact.is.why = sids.why;
  if (!sids.get()) return fact;
  if (most_accounts < sids.value.size()) {
    fact.is = Reading<std::vector<AccountRights>>::unreadable("more accounts than are read");
    return fact;
  }
  for (const std::string& sid : sids.value) {
    Reading<std::uint32_t> bits = rights_of(host, sid);
    if (bits.state == Presence::absent) continue;
    if (!bits.get()) {
      fact.is = Reading<std::vector<AccountRights>>::unreadable(bits.why);
      return fact;
    }
    fact.is.value.push_back({.sid = sid, .rights = bits.value});
  }
  return fact;
}

void read_licensing(host::Host& host, LogonPolicyFacts& facts) {
  facts.session_host = number(host, terminal_server, "TSAppCompat");
  facts.licensing_mode =
      policy_over(number(host, terminal_services_policy, "LicensingMode"),
                  number(host, below(terminal_server, "RCM\\Licensing Core"), "LicensingMode"));
  facts.license_servers = policy_over(texts(host, terminal_services_policy, "LicenseServers"),
                                      texts(host, license_servers_key, "SpecifiedLicenseServers"));
  std::string grace = below(terminal_server, "RCM\\GracePeriod");
  Reading<std::vector<host::RegistryValue>> values = host.values(grace);
  facts.grace_period.is.state = values.state;
  facts.grace_period.is.value = true;
  facts.grace_period.is.why = values.why;
  facts.grace_period.source = host.real_key(grace);
}

}  // namespace

void inspect_logon(host::Host& host, evidence::HostFacts& facts) {
  LogonPolicyFacts& logon = facts.logon;
  std::string lsa = below(control, "Lsa");
  logon.product_type = text(host, below(control, "ProductOptions"), "ProductType");
  logon.lm_compatibility_level = number(host, lsa, "LmCompatibilityLevel");
  logon.restrict_receiving_ntlm = number(host, ntlm_key, "RestrictReceivingNTLMTraffic");
  logon.restrict_sending_ntlm = number(host, ntlm_key, "RestrictSendingNTLMTraffic");
  logon.encryption_oracle = number(host, credssp_policy, "AllowEncryptionOracle");
  logon.security_providers = text(host, below(control, "SecurityProviders"), "SecurityProviders");
  logon.security_packages = texts(host, lsa, "Security Packages");
  logon.rights = rights(host);
  read_licensing(host, logon);
}

}  // namespace rdpdoctor::inspect
