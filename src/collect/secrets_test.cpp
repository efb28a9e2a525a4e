// Nothing secret gets into a collection, whoever asks for it.
#include "collect/secrets.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/text.h"
#include "collect/collection.h"
#include "host/memory/memory_host.h"
#include "host/registry.h"
#include "support/hive_writer.h"

namespace rdpdoctor::collect {
namespace {

using host::RegistryValue;

constexpr std::string_view secret = "hunter2-Zx9";

RegistryValue text(std::string name) {
  return {std::move(name), host::reg_sz, utf8_to_utf16le(std::string(secret) + '\0')};
}
RegistryValue bytes(std::string name) {
  return {std::move(name), host::reg_binary, Bytes(secret.begin(), secret.end())};
}
Bytes narrow() {
  return {secret.begin(), secret.end()};
}

constexpr const char* places[][2] = {
    {R"(HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp)", "Password"},
    {R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon)", "DefaultPassword"},
    {R"(HKLM\SYSTEM\CurrentControlSet\Services\X\Parameters)", "SharedSecret"},
    {R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion)", "DigitalProductId"},
    {R"(HKLM\SOFTWARE\X)", "PrivateKeyBlob"},
    {R"(HKLM\SOFTWARE\X)", "LicenseKey"},
    {R"(HKLM\SOFTWARE\X)", "Pwd"},
    {R"(HKLM\SECURITY\Policy\Secrets\$MACHINE.ACC\CurrVal)", "Plain"},
    {R"(HKLM\SECURITY\Cache)", "NL$1"},
    {R"(HKLM\SAM\SAM\Domains\Account\Users\000001F4)", "V"},
    {R"(HKLM\SOFTWARE\Microsoft\SystemCertificates\MY\Keys\AB)", "Blob"},
};
constexpr const char* files[] = {
    R"(C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys\f686aace_guid)",
    R"(C:\ProgramData\Microsoft\Crypto\Keys\abc)",
    R"(C:\Windows\System32\config\SAM)",
    R"(C:\Windows\System32\config\systemprofile\AppData\Roaming\Microsoft\Protect\x.dll)",
    R"(C:\Users\anna\AppData\Local\Microsoft\Credentials\A1)",
    R"(C:\Users\anna\Documents\passwords.txt)",
    R"(C:\Users\anna\NTUSER.DAT)",
    R"(C:\Windows\System32\GroupPolicy\Machine\Registry.pol)",
};

// GCC 12 warns of what designated initializers leave out.
void add_file(host::MemoryHost& machine, std::string_view path, Bytes content) {
  host::MemoryFile file;
  file.content = std::move(content);
  machine.add_file(path, std::move(file));
}

void plant(host::MemoryHost& machine) {
  for (const auto& [key, name] : places) {
    machine.set(key, text(name));
    machine.set(key, bytes(std::string(name) + "Secret"));
    machine.set(key, {"Number", host::reg_dword, {1, 0, 0, 0}});
  }
  for (const char* file : files) add_file(machine, file, narrow());
  test::HiveNode root{.name = "ROOT"};
  root.key("Software").sz("Password", secret);
  add_file(machine, R"(C:\Users\berta\NTUSER.DAT)", test::hive_file(root));
}

void ask_everything(host::Host& machine) {
  for (const auto& [key, name] : places) {
    CHECK(as_text(machine.value(key, name)).value == secret);  // who asks is answered
    static_cast<void>(machine.values(key));
    static_cast<void>(machine.value(key, "Number"));
  }
  for (const char* path : files) CHECK(machine.open(path).get());
  CHECK(machine.open(R"(C:\Users\berta\NTUSER.DAT)").get());
}

// In every form that a member could have it in.
std::vector<Bytes> forms() {
  static constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::vector<Bytes> out{narrow(), utf8_to_utf16le(secret)};
  for (const Bytes& plain : {narrow(), utf8_to_utf16le(secret)}) {
    const std::string as_hex = hex(plain);
    out.emplace_back(as_hex.begin(), as_hex.end());
    std::string upper = as_hex;
    std::ranges::transform(upper, upper.begin(),
                           [](char c) { return 'a' <= c ? static_cast<char>(c - 32) : c; });
    out.emplace_back(upper.begin(), upper.end());
    for (std::size_t skip = 0; skip < 3; ++skip) {  // of what stands at any place of three bytes
      Bytes base64;
      for (std::size_t i = skip; i + 2 < plain.size(); i += 3) {
        const std::uint32_t three = plain[i] << 16U | plain[i + 1] << 8U | plain[i + 2];
        for (const unsigned shift : {18U, 12U, 6U, 0U})
          base64.push_back(static_cast<std::uint8_t>(digits[three >> shift & 63U]));
      }
      out.push_back(std::move(base64));
    }
  }
  return out;
}

}  // namespace

TEST_CASE("no secret that is planted on a machine is in any member of its collection, in any form") {
  host::MemoryHost machine("RDS01");
  plant(machine);
  Records records;
  const auto recorder = recording(machine, records);
  ask_everything(*recorder);
  const auto members =
      members_of({.records = &records, .computer = "RDS01", .program = "test", .role = "host", .made = {}});
  CHECK(members.size() >= 2);
  for (const auto& [name, content] : members)
    for (const Bytes& form : forms()) {
      const bool there =
          std::search(content.begin(), content.end(), form.begin(), form.end()) != content.end();
      CHECK_MESSAGE(!there, name, " holds the secret as ", printable(form, 80));
    }
  const std::string listing(members.at("rdpdoctor-host.json").begin(),
                            members.at("rdpdoctor-host.json").end());
  CHECK(listing.contains("DefaultPassword"));  // that it is there is told, and why it is not kept
  CHECK(listing.contains("it may hold a secret"));
  CHECK(listing.contains("\"Number\""));
}

TEST_CASE("numbers and what is empty hold no secret, whatever their name") {
  CHECK_FALSE(is_secret_value({"Password", host::reg_sz, {0, 0}}));
  CHECK_FALSE(is_secret_value({"Password", host::reg_sz, {}}));
  CHECK_FALSE(is_secret_value({"ServerMinKeyBitLength", host::reg_dword, {0, 4, 0, 0}}));
  CHECK_FALSE(is_secret_value({"SSLCertificateSHA1Hash", host::reg_binary, Bytes(20, 1)}));
  CHECK(is_secret_value(text("MyPasswordHint")));
}

}  // namespace rdpdoctor::collect
