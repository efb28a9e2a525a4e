#ifdef _WIN32
#include "host/live/credentials.h"

#include <windows.h>
// After windows.h.
#include <wincred.h>

#include "fmt/core.h"
#include "host/live/wide_windows.h"

namespace rdpdoctor::host {
namespace {

std::string text_from(const wchar_t* text) {
  return text ? narrow(text) : "";
}

std::string kind_of(DWORD type) {
  switch (type) {
    case CRED_TYPE_GENERIC: return "generic";
    case CRED_TYPE_DOMAIN_PASSWORD: return "domain password";
    case CRED_TYPE_DOMAIN_CERTIFICATE: return "domain certificate";
    case CRED_TYPE_DOMAIN_VISIBLE_PASSWORD: return "domain visible password";
    case 5: /* CRED_TYPE_GENERIC_CERTIFICATE, which mingw's headers lack */ return "generic certificate";
    case 6: /* CRED_TYPE_DOMAIN_EXTENDED */ return "domain extended";
    default: return fmt::format("type {}", type);
  }
}

std::string persistence_of(DWORD persist) {
  switch (persist) {
    case CRED_PERSIST_SESSION: return "session";
    case CRED_PERSIST_LOCAL_MACHINE: return "local machine";
    case CRED_PERSIST_ENTERPRISE: return "enterprise";
    default: return fmt::format("{}", persist);
  }
}

// The blob, which holds the secret, is not looked at.
SavedCredential credential_from(const CREDENTIALW& c) {
  SavedCredential out;
  out.target = text_from(c.TargetName);
  out.user = text_from(c.UserName);
  out.kind = kind_of(c.Type);
  out.persist = persistence_of(c.Persist);
  const auto ticks = std::uint64_t{c.LastWritten.dwHighDateTime} << 32U | c.LastWritten.dwLowDateTime;
  if (ticks != 0) out.written = from_filetime(ticks);
  return out;
}

}  // namespace

Reading<std::vector<SavedCredential>> read_saved_credentials() {
  using Answer = Reading<std::vector<SavedCredential>>;
  DWORD count = 0;
  PCREDENTIALW* found = nullptr;
  if (!CredEnumerateW(L"TERMSRV/*", 0, &count, &found)) {
    const DWORD code = GetLastError();
    if (code == ERROR_NOT_FOUND) return Answer::present({});
    if (code == ERROR_NO_SUCH_LOGON_SESSION) return Answer::unreadable("this logon keeps no credentials");
    return Answer::unreadable(fmt::format("the Credential Manager gave error {}", code));
  }
  std::vector<SavedCredential> out;
  for (DWORD i = 0; i < count; ++i) out.push_back(credential_from(*found[i]));
  CredFree(found);
  return Answer::present(std::move(out));
}

}  // namespace rdpdoctor::host
#endif
