#ifdef _WIN32
#include "host/live/security_windows.h"

#include "host/live/handle_windows.h"
#include "host/live/system_error_windows.h"

namespace rdpdoctor::host {

Reading<std::string> token_user() {
  OwnHandle token;
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, token.out()))
    return Reading<std::string>::unreadable(why_of(GetLastError()));
  // The structure points into the bytes behind it; a SID has 68 bytes at most.
  alignas(TOKEN_USER) unsigned char bytes[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
  DWORD size = sizeof bytes;
  if (!GetTokenInformation(token.get(), TokenUser, bytes, size, &size))
    return Reading<std::string>::unreadable(why_of(GetLastError()));
  const auto* user = reinterpret_cast<const TOKEN_USER*>(bytes);
  const auto* sid = static_cast<const std::uint8_t*>(user->User.Sid);
  auto text = formats::decode_sid(View(sid, GetLengthSid(user->User.Sid)));
  if (!text) return Reading<std::string>::unreadable(to_text(text.error()));
  return Reading<std::string>::present(std::move(*text));
}

void use_backup_privilege() {
  OwnHandle token;
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, token.out())) return;
  TOKEN_PRIVILEGES wanted{};
  wanted.PrivilegeCount = 1;
  wanted.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
  if (!LookupPrivilegeValueW(nullptr, L"SeBackupPrivilege", &wanted.Privileges[0].Luid)) return;
  AdjustTokenPrivileges(token.get(), FALSE, &wanted, 0, nullptr, nullptr);
}

Reading<formats::SecurityDescriptor> decoded_security(const Reading<Bytes>& bytes) {
  using Security = formats::SecurityDescriptor;
  if (!bytes.get()) return {bytes.state, {}, bytes.why};
  auto descriptor = formats::decode_security_descriptor(bytes.value);
  if (!descriptor)
    return Reading<Security>::unreadable("its security descriptor is damaged: " +
                                         to_text(descriptor.error()));
  return Reading<Security>::present(std::move(*descriptor));
}

}  // namespace rdpdoctor::host
#endif
