// Plans of the fixes of certificate, key and TLS on the machines of tests/hosts. That the cause is gone
// afterwards is tested end to end, in cli/.
#include <doctest/doctest.h>

#include "support/fix_machine.h"

namespace rdpdoctor::fixes {
namespace {

using nlohmann::json;
using namespace test;

const std::string
    keys = R"(C:\ProgramData\Microsoft\Crypto\)",
    guid = "6f1d2c3b-8a4e-4c57-9d10-2b7e5a9c4f31",
    own_file = keys + R"(RSA\MachineKeys\f686aace6942fb7f7ceb231212eef4a4_)" + guid,
    own_entry = R"(HKLM\SOFTWARE\Microsoft\SystemCertificates\Remote Desktop\Certificates\)"
                "AF3E25F23767682C250368D6C93CA729A0BFDD18",
    schannel = R"(…\Control\SecurityProviders\SCHANNEL\)",
    suites_policy = R"(HKLM\SOFTWARE\Policies\Microsoft\Cryptography\Configuration\SSL\00010002: Functions)";

Machine with(json over) {
  over["expect"] = json::array();
  return Machine(over);
}
Machine with_key_access(const char* sddl) {
  return with({{"files", {{own_file, {{"size", 2291}, {"sddl", sddl}}}}}});
}
void check_access(const char* before, const std::string& after) {
  check_plan(with_key_access(before).plan("grant-key-access"), {own_file + " = " + after});
}

const Options accepted{.accept_risk = true};

}  // namespace

TEST_CASE("a healthy machine is as every fix of certificate and TLS would make it") {
  for (const char* id : {"grant-key-access", "regenerate-certificate", "enable-tls12", "clear-cipher-policy",
                         "restore-schannel-values"}) {
    Machine m = with({});
    const Plan plan = m.plan(id);
    INFO(id, ": ", plan.why);
    CHECK(plan.state == Plan::State::already);
    CHECK(told(plan).empty());
  }
}

TEST_CASE("NETWORK SERVICE gets an entry of its own, and nothing else of the list changes") {
  check_access("O:SYG:SYD:P(A;;FA;;;SY)(A;;FA;;;BA)", "O:SYG:SYD:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;NS)");
  check_access("O:SYG:SYD:P(A;;FA;;;SY)(A;;0x120088;;;NS)",
               "O:SYG:SYD:P(A;;FA;;;SY)(A;;0x120088;;;NS)(A;;FR;;;NS)");
  check_access("O:SYG:SYD:AI(D;ID;FA;;;NS)(A;ID;FA;;;SY)",
               "O:SYG:SYD:AI(A;;FR;;;NS)(D;ID;FA;;;NS)(A;ID;FA;;;SY)");
}

TEST_CASE("SYSTEM gets its entry back where it lacks one") {
  check_access("O:SYG:SYD:P(A;;0x120089;;;NS)", "O:SYG:SYD:P(A;;FR;;;NS)(A;;FA;;;SY)");
}

TEST_CASE("a deny of the service's own accounts goes and is told, one of a group is named and stays") {
  check_access("O:SYG:SYD:P(D;;FR;;;NS)(A;;FA;;;SY)(A;;FR;;;NS)", "O:SYG:SYD:P(A;;FA;;;SY)(A;;FR;;;NS)");
  check_access("O:SYG:SYD:P(D;;FR;;;NS)(D;;FR;;;SU)(A;;FA;;;SY)", "O:SYG:SYD:P(A;;FA;;;SY)(A;;FR;;;NS)");
  CHECK(has_note(with_key_access("O:SYG:SYD:P(D;;FR;;;NS)(A;;FA;;;SY)").plan("grant-key-access"),
                 "\"deny 0x120089 for NETWORK SERVICE\" is taken away"));
  check_refused(machine("key-file-access/present-denied").plan("grant-key-access"),
                "deny 0x120089 for Everyone");
  check_refused(with_key_access("O:SYG:SYD:P(D;;FR;;;NS)(D;;FR;;;BU)(A;;FA;;;SY)").plan("grant-key-access"),
                "deny 0x120089 for Users");
  check_plan(machine("key-file-access/near-miss-grant-before-deny").plan("grant-key-access"), {});
}

TEST_CASE("what keeps SYSTEM alone out is told, and no reason to leave the service without its entry") {
  Machine m = with_key_access("O:SYG:SYD:P(D;;FR;;;BA)(A;;FA;;;SY)");
  const Plan plan = m.plan("grant-key-access");
  check_plan(plan, {own_file + " = O:SYG:SYD:P(D;;FR;;;BA)(A;;FA;;;SY)(A;;FR;;;NS)"});
  CHECK(has_note(plan, "SYSTEM gets nothing: the entry \"deny 0x120089 for Administrators\""));
}

TEST_CASE("a MachineGuid that leads out of the folder of keys is refused") {
  for (const char* id : {"grant-key-access", "regenerate-certificate"})
    check_refused(with({{"registry",
                         {{R"(HKLM\SOFTWARE\Microsoft\Cryptography)",
                           {{"MachineGuid", {{"sz", R"(x\..\..\..\..\..\Windows\System32\config\SAM)"}}}}}}}})
                      .plan(id),
                  "no GUID");
}

TEST_CASE("the file is that of the certificate in use: chosen, of CNG, not named, or left over") {
  check_plan(machine("key-file-access/present-pinned").plan("grant-key-access"),
             {keys + R"(RSA\MachineKeys\6c3a9d80ff0fd05f6d8dfd8303538eb5_)" + guid +
              " = O:BAG:SYD:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;NS)"});
  check_plan(machine("key-file-access/present-pinned-cng").plan("grant-key-access"),
             {keys + R"(Keys\4669afabd6e6a8ad5713e49f3a091eb8_)" + guid +
              " = O:BAG:SYD:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;NS)"});
  for (const char* file : {"key-file-access/present-unnamed", "key-file-access/present-leftover"})
    check_plan(machine(file).plan("grant-key-access"), {own_file + " = O:SYG:SYD:P(A;;FA;;;SY)(A;;FR;;;NS)"});
  check_plan(machine("key-file-access/near-miss-other-key").plan("grant-key-access"), {});
}

TEST_CASE("access is not granted to a file that is empty, gone or not known") {
  check_refused(machine("key-file-empty/present").plan("grant-key-access"), "is empty");
  check_refused(machine("key-file-missing/present").plan("grant-key-access"), "is not there");
  check_refused(machine("key-file-access/unreadable").plan("grant-key-access"), "can't be read");
  check_refused(machine("key-file-access/unreadable-machine-guid").plan("grant-key-access"), "can't be read");
}

TEST_CASE("without a machine the entry is for the file that the script finds by MachineGuid") {
  const evidence::CaseFile nothing;
  const Plan plan = fixes::plan(*find_fix("grant-key-access"), {.evidence = &nothing, .options = {}});
  REQUIRE(plan.changes.size() == 1);
  CHECK_FALSE(plan.changes.front().before_known);
  CHECK(target_of(plan.changes.front()).ends_with("f686aace6942fb7f7ceb231212eef4a4_%MachineGuid%"));
}

TEST_CASE("only the bad certificate's entry goes, and its own container's file is set aside") {
  for (const char* file :
       {"key-file-empty/present", "key-file-access/present", "key-file-access/present-denied"})
    check_plan(machine(file).plan("regenerate-certificate"),
               {own_entry + " = not there", own_file + " = set aside"});
  for (const char* file :
       {"key-file-missing/present", "key-file-missing/present-keyless", "key-of-another-machine/present"})
    check_plan(machine(file).plan("regenerate-certificate"), {own_entry + " = not there"});
  check_plan(machine("key-file-access/present-leftover").plan("regenerate-certificate"),
             {own_file + " = set aside"});
  CHECK(has_note(machine("key-file-missing/present").plan("regenerate-certificate"), "when it starts"));
}

TEST_CASE("an expired certificate goes by the machine's own time") {
  Machine m = with({});
  m.evidence.run.started = from_rfc3339("2036-01-01T00:00:00Z").value();
  check_plan(m.plan("regenerate-certificate"), {own_entry + " = not there", own_file + " = set aside"});
  m.writer.machine().set_clock(Reading<Instant>::present(from_rfc3339(test::default_now).value()));
  check_plan(m.plan("regenerate-certificate"), {});
}

TEST_CASE("a certificate that looks right goes where every handshake fails, and stays where one works") {
  Machine m = with({});
  evidence::Connection connection;
  connection.tls.outcome = evidence::TlsOutcome::reset;
  m.evidence.connections.push_back(connection);
  CHECK(m.plan("regenerate-certificate").changes.size() == 2);
  connection.tls.server_hello_seen = true;
  m.evidence.connections.push_back(connection);
  check_plan(m.plan("regenerate-certificate"), {});
}

TEST_CASE("on a machine that runs the services are restarted, the one that makes certificates first") {
  Machine m = machine("key-file-empty/present");
  m.writer.set_running(true);
  const Plan plan = m.plan("regenerate-certificate");
  check_plan(plan, {own_entry + " = not there", own_file + " = set aside", "SessionEnv = restarted",
                    "TermService = restarted"});
}

TEST_CASE("a chosen certificate, one of another store, and what can't be read are not regenerated") {
  for (const char* file :
       {"key-file-access/present-pinned", "key-file-empty/present-pinned", "key-file-missing/present-cng"})
    check_refused(machine(file).plan("regenerate-certificate"), "clear-certificate-binding");
  check_refused(
      with(
          {{"registry",
            {{current + R"(Control\Terminal Server\WinStations)",
              {{"SelfSignedCertStore", {{"sz", "My Store"}}}}},
             {R"(HKLM\SOFTWARE\Microsoft\SystemCertificates\My Store\Certificates\AF3E25F23767682C250368D6C93CA729A0BFDD18)",
              {{"Blob", {{"binary", "00"}}}}}}}})
          .plan("regenerate-certificate"),
      "not in Remote Desktop's own store");
  check_refused(machine("key-file-access/unreadable").plan("regenerate-certificate"), "can't be read");
  check_refused(unreadable(own_entry + ": Blob").plan("regenerate-certificate"), "can't be read");
}

TEST_CASE("without a machine the steps for its console are told") {
  const evidence::CaseFile nothing;
  const Plan plan = fixes::plan(*find_fix("regenerate-certificate"), {.evidence = &nothing, .options = {}});
  CHECK(plan.state == Plan::State::planned);
  CHECK(plan.changes.empty());
  CHECK(plan.advice.size() == 3);
}

TEST_CASE(
    "without a machine an inspection of it tells certificate and key file, and only a key file is taken") {
  evidence::CaseFile c;
  evidence::HostCertificate& own = c.host.emplace().certificate.of_self_signed;
  own.store = "Remote Desktop";
  own.certificate.is = Reading<evidence::Certificate>::present(
      {.key_type = "RSA", .key_bits = 2048, .sha1_thumbprint = "af3e25f23767682c250368d6c93ca729a0bfdd18"});
  own.container.is = Reading<evidence::KeyContainerFacts>::present({.name = "TSSecKeySet1"});
  own.key_size = {.is = Reading<std::uint64_t>::present(0), .source = own_file};
  const Fix& fix = *find_fix("regenerate-certificate");
  CHECK(told(fixes::plan(fix, {.evidence = &c, .options = {}})) ==
        Lines{own_entry + " = not there", own_file + " = set aside", "SessionEnv = restarted",
              "TermService = restarted"});
  own.key_size.source = R"(C:\Windows\System32\config\SAM)";
  check_refused(fixes::plan(fix, {.evidence = &c, .options = {}}), "can't be told");
}

TEST_CASE("TLS 1.2 is turned on where it is said to be off, and no other version is") {
  const std::string server = schannel + R"(Protocols\TLS 1.2\Server: )";
  check_plan(machine("schannel-protocol-disabled/present").plan("enable-tls12"),
             {server + "Enabled = REG_DWORD 1"});
  check_plan(machine("schannel-protocol-disabled/present-not-by-default").plan("enable-tls12"),
             {server + "DisabledByDefault = REG_DWORD 0"});
  check_plan(machine("schannel-protocol-disabled/unreadable-wrong-type").plan("enable-tls12"),
             {server + "Enabled = REG_DWORD 1"});
  check_plan(machine("schannel-protocol-disabled/near-miss-old-versions-off").plan("enable-tls12"), {});
  check_plan(machine("schannel-protocol-disabled/absent-windows-7").plan("enable-tls12"),
             {server + "Enabled = REG_DWORD 1", server + "DisabledByDefault = REG_DWORD 0"});
  check_refused(machine("schannel-protocol-disabled/unreadable").plan("enable-tls12"), "can't be read");
}

TEST_CASE("what TLS needs is as Windows has it again") {
  const auto gone = [](const std::string& path) { return schannel + path + ": Enabled = not there"; };
  check_plan(machine("schannel-hardening-value/present-aes").plan("restore-schannel-values"),
             {gone(R"(Ciphers\AES 128/128)"), gone(R"(Ciphers\AES 256/256)")});
  check_plan(machine("schannel-hardening-value/present-hashes").plan("restore-schannel-values"),
             {gone(R"(Hashes\SHA256)"), gone(R"(Hashes\SHA384)")});
  check_plan(machine("schannel-hardening-value/present-key-exchange").plan("restore-schannel-values"),
             {gone(R"(KeyExchangeAlgorithms\ECDH)")});
  check_plan(machine("schannel-hardening-value/present-dh-too-long").plan("restore-schannel-values"),
             {schannel + R"(KeyExchangeAlgorithms\Diffie-Hellman: ServerMinKeyBitLength = REG_DWORD 2048)"});
  check_plan(machine("schannel-hardening-value/present-wrong-value").plan("restore-schannel-values"),
             {gone(R"(Ciphers\AES 128/128)")});
  check_plan(machine("schannel-protocol-disabled/present-newest-only").plan("restore-schannel-values"),
             {gone(R"(Protocols\TLS 1.2\Server)")});
  check_refused(machine("schannel-hardening-value/unreadable").plan("restore-schannel-values"),
                "can't be read");
}

TEST_CASE("hardening that takes weak algorithms away stays, and its misspelt values get strict") {
  for (const char* file :
       {"schannel-hardening-value/near-miss", "schannel-protocol-disabled/near-miss-old-versions-off"})
    check_plan(machine(file).plan("restore-schannel-values"), {});
  const std::string at = current + R"(Control\SecurityProviders\SCHANNEL\)";
  Machine m = with({{"registry",
                     {{at + R"(Ciphers\RC4 128/128)", {{"Enabled", {{"sz", "1"}}}}},
                      {at + R"(Hashes\MD5)", {{"Enabled", {{"dword", 1}}}}},
                      {at + R"(Protocols\TLS 1.0\Server)",
                       {{"Enabled", {{"sz", "1"}}}, {"DisabledByDefault", {{"sz", "0"}}}}}}}});
  check_plan(m.plan("restore-schannel-values"),
             {schannel + R"(Ciphers\RC4 128/128: Enabled = REG_DWORD 0)",
              schannel + R"(Hashes\MD5: Enabled = REG_DWORD 0)",
              schannel + R"(Protocols\TLS 1.0\Server: Enabled = REG_DWORD 0)",
              schannel + R"(Protocols\TLS 1.0\Server: DisabledByDefault = REG_DWORD 1)"});
}

TEST_CASE("a policy's list that leaves nothing is taken away, one that only has spaces loses them") {
  for (const char* kind : {"empty", "misspelt", "only-ecdsa", "too-new"})
    check_plan(machine(std::string("cipher-policy-broken/present-") + kind).plan("clear-cipher-policy"),
               {suites_policy + " = not there"});
  const Lines spaces = told(machine("cipher-policy-broken/present-spaces").plan("clear-cipher-policy"));
  REQUIRE(spaces.size() == 1);
  CHECK(spaces.front().starts_with(suites_policy + " = REG_SZ \"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_"));
}

TEST_CASE("a list that works stays; a local one that does not gets good suites") {
  check_plan(machine("cipher-policy-broken/near-miss-hardened").plan("clear-cipher-policy"), {});
  check_plan(machine("cipher-policy-broken/near-miss-policy-over-local").plan("clear-cipher-policy"), {});
  const Lines local = told(machine("cipher-policy-broken/present-local-useless").plan("clear-cipher-policy"));
  REQUIRE(local.size() == 1);
  CHECK(local.front().contains(
      "Local\\SSL\\00010002: Functions = REG_MULTI_SZ \"TLS_ECDHE_ECDSA_WITH_AES_256_GCM"));
  CHECK(local.front().ends_with("\"TLS_RSA_WITH_NULL_SHA256\", \"TLS_RSA_WITH_NULL_SHA\""));
  check_refused(machine("cipher-policy-broken/unreadable").plan("clear-cipher-policy"), "can't be read");
}

TEST_CASE("security is weakened only by the exact words, and never against a policy") {
  const std::string listener = R"(…\Control\Terminal Server\WinStations\RDP-Tcp: )";
  struct Weakening {
    std::string fix, name, by_policy;
  };
  for (const Weakening& w :
       {Weakening{"nla-off-for-a-while", "UserAuthentication", "nla-off/near-miss-policy"},
        Weakening{"rdp-security-layer-for-a-while", "SecurityLayer",
                  "security-layer-weak/near-miss-policy"}}) {
    check_refused(with({}).plan(w.fix), "rdpdoctor fix " + w.fix + " --accept-risk");
    const Plan plan = with({}).plan(w.fix, accepted);
    check_plan(plan, {listener + w.name + " = REG_DWORD 0"});
    CHECK(plan.fix->weakens);
    CHECK(has_note(plan, "60 minutes"));
    CHECK(has_note(plan, "rdpdoctor undo"));
    check_refused(machine(w.by_policy).plan(w.fix, accepted), "policy");
    check_refused(unreadable(current + R"(Control\Terminal Server\WinStations\RDP-Tcp: )" + w.name)
                      .plan(w.fix, accepted),
                  "can't be read");
  }
}

}  // namespace rdpdoctor::fixes
