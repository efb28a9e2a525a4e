#ifdef _WIN32
#include <windows.h>

#include "host/files.h"
#include "host/key_names.h"
#include "host/live/credentials.h"
#include "host/live/event_channels.h"
#include "host/live/file_info_windows.h"
#include "host/live/filter_drops.h"
#include "host/live/live_host.h"
#include "host/live/registry_windows.h"
#include "host/live/security_products.h"
#include "host/live/security_windows.h"
#include "host/live/wide_windows.h"
#include "host/registry.h"

namespace rdpdoctor::host {
namespace {

constexpr std::size_t most_events = 20'000;  // of one channel, the newest

}  // namespace

std::string LiveHost::name() const {
  wchar_t name[256] = L"";
  DWORD size = 256;
  if (!GetComputerNameExW(ComputerNamePhysicalDnsHostname, &name[0], &size)) return "this computer";
  return narrow(std::wstring_view(&name[0], size));
}

Reading<RegistryValue> LiveHost::value(std::string_view key, std::string_view name) {
  return registry_value(key, name);
}
Reading<std::vector<RegistryValue>> LiveHost::values(std::string_view key) {
  return registry_values(key);
}
Reading<std::vector<std::string>> LiveHost::subkeys(std::string_view key) {
  return registry_subkeys(key);
}
Reading<formats::SecurityDescriptor> LiveHost::key_security(std::string_view key) {
  return decoded_security(registry_security(key));
}

std::string LiveHost::real_key(std::string_view key) {
  if (!control_set_) {
    auto current = as_dword(registry_value(R"(HKLM\SYSTEM\Select)", "Current"));
    const std::string set = current.get() ? control_set_name(current.value) : "";
    // Wine has CurrentControlSet as a key of its own, and no set that Select would name.
    const bool is_there =
        !set.empty() && registry_values(under(R"(HKLM\SYSTEM)", set)).state != Presence::absent;
    control_set_ = is_there ? set : "";
  }
  return control_set_->empty() ? std::string(key) : with_control_set(key, *control_set_);
}

// "\Windows" is on the drive of Windows, as for a volume.
std::string LiveHost::real_path(std::string_view path) {
  if (path.starts_with('\\') && !path.starts_with("\\\\") && !path.starts_with(R"(\??\)") &&
      !equal_ignoring_case(path.substr(0, 11), R"(\SystemRoot)"))
    return under(system_root(*this).substr(0, 2), path);
  return expanded(*this, path);
}

Reading<FileInfo> LiveHost::file(std::string_view path) {
  return file_info(real_path(path));
}
Reading<std::vector<std::string>> LiveHost::folder(std::string_view path) {
  return folder_names(real_path(path));
}
Reading<formats::SecurityDescriptor> LiveHost::file_security(std::string_view path) {
  return decoded_security(file_security_bytes(real_path(path)));
}
Reading<std::unique_ptr<RandomSource>> LiveHost::open(std::string_view path) {
  return open_for_reading(real_path(path));
}

Reading<Host::EventLog> LiveHost::event_log(std::string_view channel) {
  auto events = channel_events(channel, "*", most_events);
  if (!events.get()) return {events.state, {}, std::move(events.why)};
  EventLog log{.source = std::string(channel) + " (live)", .file = random_of(std::move(events.value))};
  return Reading<EventLog>::present(std::move(log));
}

Reading<Instant> LiveHost::clock() {
  FILETIME now{};
  GetSystemTimeAsFileTime(&now);
  return Reading<Instant>::present(
      from_filetime(std::uint64_t{now.dwHighDateTime} << 32U | now.dwLowDateTime));
}

Reading<std::string> LiveHost::user() {
  return token_user();
}

Reading<std::vector<SavedCredential>> LiveHost::saved_credentials() {
  return read_saved_credentials();
}
Reading<std::vector<SecurityProduct>> LiveHost::security_products() {
  return read_security_products();
}
Reading<std::vector<FilterDrop>> LiveHost::filter_drops() {
  return read_filter_drops();
}

}  // namespace rdpdoctor::host
#endif
