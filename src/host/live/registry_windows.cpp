// Each reading opens its key and closes it: Windows keeps what is in use in memory, and no key is held open
// that somebody wants to delete.
#ifdef _WIN32
#include "host/live/registry_windows.h"

#include <windows.h>

#include <algorithm>
#include <utility>

#include "fmt/core.h"
#include "host/files.h"
#include "host/key_names.h"
#include "host/live/system_error_windows.h"
#include "host/live/wide_windows.h"

namespace rdpdoctor::host {
namespace {

constexpr DWORD most_bytes = 512U << 20U;  // of one key's values
constexpr DWORD most_names = 1'000'000;
constexpr DWORD longest_key_name = 256, longest_value_name = 16384;  // in units, with the NUL
constexpr DWORD open_for_backup = 4;  // REG_OPTION_BACKUP_RESTORE, which mingw-w64 does not name everywhere

class Key {
 public:
  Key() = default;
  explicit Key(HKEY key) : key_(key) {}
  Key(Key&& other) noexcept : key_(std::exchange(other.key_, nullptr)) {}
  Key& operator=(Key&& other) = delete;
  ~Key() {
    if (key_) RegCloseKey(key_);
  }
  [[nodiscard]] HKEY get() const { return key_; }

 private:
  HKEY key_ = nullptr;
};

// A key that was opened, or why not.
struct Opened {
  Key key;
  Presence state = Presence::present;
  std::string why;
  explicit operator bool() const { return state == Presence::present; }
  template <class T>
  [[nodiscard]] Reading<T> reason() const {
    return {state, {}, why};
  }
};

Opened no_key(std::string why) {
  return {Key(), Presence::unreadable, std::move(why)};
}

// With the backup privilege also what its access list keeps from administrators (SECURITY is SYSTEM's).
LONG open_below(HKEY root, const std::wstring& path, REGSAM rights, HKEY& out) {
  const REGSAM wanted = rights | KEY_WOW64_64KEY;
  const LONG code = RegOpenKeyExW(root, path.c_str(), 0, wanted, &out);
  if (code != ERROR_ACCESS_DENIED) return code;
  HKEY key = nullptr;
  if (RegOpenKeyExW(root, path.c_str(), open_for_backup, wanted, &key) != ERROR_SUCCESS) return code;
  out = key;
  return ERROR_SUCCESS;
}

bool is_there(HKEY root, std::string_view path) {
  HKEY key = nullptr;
  const LONG code = open_below(root, wide(std::string(path)), KEY_QUERY_VALUE, key);
  const Key close(key);
  return !is_absence(static_cast<std::uint32_t>(code));
}

// A user's part of the registry is loaded while they are logged on, and loading it is writing.
Opened absent_user_key(std::string_view path) {
  const std::string user(path.substr(0, path.find('\\')));
  if (user.empty() || is_there(HKEY_USERS, user)) return {Key(), Presence::absent, ""};
  const std::string profile = under(R"(SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList)", user);
  if (!is_there(HKEY_LOCAL_MACHINE, profile)) return no_key("it has no profile in ProfileList");
  return no_key("the user is not logged on, and their registry is loaded only then");
}

Opened open_key(std::string_view key, REGSAM rights) {
  while (key.ends_with('\\')) key.remove_suffix(1);
  if (key.contains('\0')) return no_key("its name holds a NUL character");
  const std::size_t end = std::min(key.find('\\'), key.size());
  const std::string root = normal_key(key.substr(0, end));
  if (root != "hklm" && root != "hku") return no_key("no such part of the registry: " + printable(key, 80));
  HKEY top = root == "hku" ? HKEY_USERS : HKEY_LOCAL_MACHINE;
  const std::string_view path = key.substr(std::min(end + 1, key.size()));
  HKEY out = nullptr;
  const auto code = static_cast<std::uint32_t>(open_below(top, wide(std::string(path)), rights, out));
  if (code == ERROR_SUCCESS) return {Key(out), Presence::present, ""};
  if (!is_absence(code)) return no_key(why_of(code));
  return root == "hku" ? absent_user_key(path) : Opened{Key(), Presence::absent, ""};
}

std::string too_large() {
  return fmt::format("it holds more than {} MiB", most_bytes >> 20U);
}

// The values of one key, one after another.
class Values {
 public:
  explicit Values(HKEY key) : key_(key), name_(longest_value_name), data_(4096) {}

  // ERROR_NO_MORE_ITEMS after the last one.
  LONG next(RegistryValue& out) {
    while (true) {
      auto name_size = static_cast<DWORD>(name_.size());
      auto size = static_cast<DWORD>(data_.size());
      DWORD type = 0;
      const LONG code =
          RegEnumValueW(key_, at_, name_.data(), &name_size, nullptr, &type, data_.data(), &size);
      if (code == ERROR_MORE_DATA && data_.size() < size && size <= most_bytes) {
        data_.resize(size);
        continue;
      }
      if (code != ERROR_SUCCESS) return code;
      ++at_;
      out.type = type;
      out.name = narrow(std::wstring_view(name_.data(), name_size));
      out.data.assign(data_.begin(), data_.begin() + size);
      return code;
    }
  }

 private:
  HKEY key_;
  DWORD at_ = 0;
  std::vector<wchar_t> name_;
  Bytes data_;
};

}  // namespace

Reading<RegistryValue> registry_value(std::string_view key, std::string_view name) {
  using Value = RegistryValue;
  const Opened opened = open_key(key, KEY_QUERY_VALUE);
  if (!opened) return opened.reason<Value>();
  if (name.contains('\0')) return Reading<Value>::unreadable("its name holds a NUL character");
  const std::wstring asked = wide(std::string(name));
  Value out{.name = std::string(name), .type = 0, .data = Bytes(1024)};
  while (true) {
    auto size = static_cast<DWORD>(out.data.size());
    DWORD type = 0;
    const LONG code =
        RegQueryValueExW(opened.key.get(), asked.c_str(), nullptr, &type, out.data.data(), &size);
    if (code == ERROR_MORE_DATA && out.data.size() < size) {
      if (most_bytes < size) return Reading<Value>::unreadable(too_large());
      out.data.resize(size);
      continue;
    }
    if (code != ERROR_SUCCESS) return reading_of_error<Value>(static_cast<std::uint32_t>(code));
    out.type = type;
    out.data.resize(size);
    return Reading<Value>::present(std::move(out));
  }
}

Reading<std::vector<RegistryValue>> registry_values(std::string_view key) {
  using List = std::vector<RegistryValue>;
  const Opened opened = open_key(key, KEY_QUERY_VALUE);
  if (!opened) return opened.reason<List>();
  Values values(opened.key.get());
  List out;
  std::size_t bytes = 0;
  while (true) {
    RegistryValue value;
    const LONG code = values.next(value);
    if (code == ERROR_NO_MORE_ITEMS) return Reading<List>::present(std::move(out));
    if (code == ERROR_MORE_DATA) return Reading<List>::unreadable(too_large());
    if (code != ERROR_SUCCESS) return reading_of_error<List>(static_cast<std::uint32_t>(code));
    bytes += sizeof value + value.name.size() + value.data.size();
    if (most_bytes < bytes) return Reading<List>::unreadable(too_large());
    out.push_back(std::move(value));
  }
}

Reading<std::vector<std::string>> registry_subkeys(std::string_view key) {
  using List = std::vector<std::string>;
  const Opened opened = open_key(key, KEY_ENUMERATE_SUB_KEYS);
  if (!opened) return opened.reason<List>();
  List out;
  for (DWORD at = 0; at < most_names; ++at) {
    wchar_t name[longest_key_name];
    DWORD size = longest_key_name;
    const LONG code =
        RegEnumKeyExW(opened.key.get(), at, &name[0], &size, nullptr, nullptr, nullptr, nullptr);
    if (code == ERROR_NO_MORE_ITEMS) return Reading<List>::present(std::move(out));
    if (code != ERROR_SUCCESS) return reading_of_error<List>(static_cast<std::uint32_t>(code));
    out.push_back(narrow(std::wstring_view(&name[0], size)));
  }
  return Reading<List>::unreadable("more names than are looked at");
}

Reading<Bytes> registry_security(std::string_view key) {
  const Opened opened = open_key(key, READ_CONTROL);
  if (!opened) return opened.reason<Bytes>();
  constexpr SECURITY_INFORMATION parts =
      OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
  // 64 KiB is the most that an access list can have, and the rest is two SIDs.
  Bytes out(66'000);
  auto size = static_cast<DWORD>(out.size());
  const LONG code = RegGetKeySecurity(opened.key.get(), parts, out.data(), &size);
  if (code != ERROR_SUCCESS) return reading_of_error<Bytes>(static_cast<std::uint32_t>(code));
  out.resize(std::min<std::size_t>(GetSecurityDescriptorLength(out.data()), out.size()));
  return Reading<Bytes>::present(std::move(out));
}

}  // namespace rdpdoctor::host
#endif
