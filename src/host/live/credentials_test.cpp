#include "host/live/credentials.h"

#include <doctest/doctest.h>

#ifdef _WIN32
#include <windows.h>
// After windows.h.
#include <wincred.h>
#endif

#include <algorithm>

namespace rdpdoctor::host {

#ifdef _WIN32
TEST_CASE(
    "an entry of the Credential Manager for Remote Desktop is told without its secret, and others are not") {
  const auto write = [](const wchar_t* target) {
    wchar_t name[64] = L"", user[] = L"CONTOSO\\anna";
    wcsncpy(name, target, 63);
    BYTE secret[] = "not to be read";
    CREDENTIALW c{};
    c.Type = CRED_TYPE_GENERIC;
    c.TargetName = name;
    c.UserName = user;
    c.Persist = CRED_PERSIST_SESSION;
    c.CredentialBlob = secret;
    c.CredentialBlobSize = sizeof secret;
    return CredWriteW(&c, 0) != 0;
  };
  REQUIRE(write(L"TERMSRV/rdpdoctor-test"));
  REQUIRE(write(L"rdpdoctor-test-other"));
  const auto before = read_saved_credentials();
  CHECK(CredDeleteW(L"TERMSRV/rdpdoctor-test", CRED_TYPE_GENERIC, 0));
  CHECK(CredDeleteW(L"rdpdoctor-test-other", CRED_TYPE_GENERIC, 0));
  const auto after = read_saved_credentials();

  const auto is_ours = [](const SavedCredential& c) { return c.target.ends_with("rdpdoctor-test"); };
  REQUIRE(before.get());
  const auto ours = std::ranges::find_if(before.value, is_ours);
  REQUIRE(ours != before.value.end());
  CHECK(ours->target == "TERMSRV/rdpdoctor-test");
  CHECK(ours->user == "CONTOSO\\anna");
  CHECK(ours->kind == "generic");
  CHECK(ours->persist == "session");
  REQUIRE(ours->written);
  CHECK(from_civil(2026, 1, 1, 0, 0, 0) < *ours->written);
  CHECK(std::ranges::none_of(before.value, [](const auto& c) { return !c.target.starts_with("TERMSRV/"); }));
  REQUIRE(after.get());
  CHECK(std::ranges::none_of(after.value, is_ours));
}
#else
TEST_CASE("without Windows there is no Credential Manager to read, and that is said") {
  const auto read = read_saved_credentials();
  CHECK(read.state == Presence::unreadable);
  CHECK(read.why.contains("does not run Windows"));
}
#endif

}  // namespace rdpdoctor::host
