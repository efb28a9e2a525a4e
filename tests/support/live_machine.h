// A machine for tests of the running Windows: its HKLM is a key of the test's own below HKCU, mapped for this
// process alone (RegOverridePredefKey), its C:\Windows a folder of the test's own. The machine that the test
// runs on is asked nothing and changed in nothing else; both are gone at the end. Windows only.
#pragma once

#include <aclapi.h>
#include <sddl.h>
#include <windows.h>

#include <fstream>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "host/live/wide_windows.h"
#include "support/scratch_folder.h"

#include <doctest/doctest.h>

namespace rdpdoctor::test {

class LiveMachine : ScratchFolder {
 public:
  LiveMachine() : ScratchFolder("rdpdoctor_live_" + std::to_string(GetCurrentProcessId())) {
    RegDeleteTreeW(HKEY_CURRENT_USER, below().c_str());
    REQUIRE(RegCreateKeyExW(HKEY_CURRENT_USER, below().c_str(), 0, nullptr, 0, KEY_ALL_ACCESS, nullptr, &top_,
                            nullptr) == ERROR_SUCCESS);
    REQUIRE(RegOverridePredefKey(HKEY_LOCAL_MACHINE, top_) == ERROR_SUCCESS);
    std::filesystem::create_directories(root() / "Windows");
    set_text(R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion)", "SystemRoot", windows());
  }
  ~LiveMachine() {
    RegOverridePredefKey(HKEY_LOCAL_MACHINE, nullptr);
    for (const std::string& key : closed_) set_dacl(key, "D:(A;;KA;;;WD)");
    RegCloseKey(top_);
    RegDeleteTreeW(HKEY_CURRENT_USER, below().c_str());
  }
  LiveMachine(const LiveMachine&) = delete;
  LiveMachine& operator=(const LiveMachine&) = delete;

  [[nodiscard]] std::string windows() const { return (root() / "Windows").string(); }

  void set(std::string_view key, std::string_view name, DWORD type, const Bytes& data) {
    HKEY open = made(key, KEY_SET_VALUE);
    CHECK(RegSetValueExW(open, host::wide(std::string(name)).c_str(), 0, type, data.data(),
                         static_cast<DWORD>(data.size())) == ERROR_SUCCESS);
    RegCloseKey(open);
  }
  void set_text(std::string_view key, std::string_view name, std::string_view text) {
    Bytes bytes = utf8_to_utf16le(text);
    bytes.resize(bytes.size() + 2);
    set(key, name, REG_SZ, bytes);
  }
  void add_key(std::string_view key) { RegCloseKey(made(key, KEY_READ)); }
  // "D:P(A;;KA;;;SY)"
  void set_key_security(std::string_view key, const std::string& sddl) {
    add_key(key);
    closed_.emplace_back(key);
    set_dacl(key, sddl);
  }
  // Below C:\Windows, with '\'.
  void file(const std::string& path, const Bytes& content = {}) const {
    const std::filesystem::path at = root() / "Windows" / path;
    std::filesystem::create_directories(at.parent_path());
    std::ofstream(at, std::ios::binary)
        .write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
  }

 private:
  // Through HKCU: whatever is mapped, nothing of the machine itself is reached.
  [[nodiscard]] static std::wstring place(std::string_view key) {
    return below() + host::wide(std::string(key.substr(key.find('\\'))));
  }
  static HKEY made(std::string_view key, REGSAM rights) {
    HKEY out = nullptr;
    REQUIRE(RegCreateKeyExW(HKEY_CURRENT_USER, place(key).c_str(), 0, nullptr, 0, rights, nullptr, &out,
                            nullptr) == ERROR_SUCCESS);
    return out;
  }
  static void set_dacl(std::string_view key, const std::string& sddl) {
    HKEY open = nullptr;
    CHECK(RegOpenKeyExW(HKEY_CURRENT_USER, place(key).c_str(), 0, WRITE_DAC, &open) == ERROR_SUCCESS);
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    CHECK(ConvertStringSecurityDescriptorToSecurityDescriptorA(sddl.c_str(), SDDL_REVISION_1, &descriptor,
                                                               nullptr));
    CHECK(RegSetKeySecurity(open, DACL_SECURITY_INFORMATION, descriptor) == ERROR_SUCCESS);
    LocalFree(descriptor);
    RegCloseKey(open);
  }

  // Other tests may run at the same time.
  [[nodiscard]] static std::wstring below() {
    return L"Software\\rdpdoctor-test-" + std::to_wstring(GetCurrentProcessId());
  }

  HKEY top_ = nullptr;
  std::vector<std::string> closed_;
};

}  // namespace rdpdoctor::test
