#ifdef _WIN32
#include "host/live/filter_drops.h"

#include <windows.h>
// After windows.h.
#include <sddl.h>

#include <random>

#include "fmt/core.h"
#include "formats/filter_events.h"
#include "host/live/files.h"
#include "host/live/live.h"
#include "host/live/wide_windows.h"

namespace rdpdoctor::host {
namespace {

using Answer = Reading<std::vector<FilterDrop>>;

constexpr DWORD longest_run_ms = 20'000;
constexpr std::uint64_t largest_list = 256U << 20U;

std::wstring folder_by(UINT (*ask)(LPWSTR, UINT)) {
  wchar_t path[MAX_PATH + 1] = {};
  const UINT length = ask(path, MAX_PATH);
  return 0 < length && length < MAX_PATH ? std::wstring(path, length) : std::wstring();
}

// A folder in Windows\Temp that only SYSTEM and administrators may enter, where others can neither put a link
// in the file's place nor take the folder away. Gone at the end, with the file.
class PrivateFolder {
 public:
  PrivateFolder() {
    PSECURITY_DESCRIPTOR access = nullptr;
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(L"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)",
                                                              SDDL_REVISION_1, &access, nullptr))
      return;
    SECURITY_ATTRIBUTES attributes{sizeof attributes, access, FALSE};
    std::random_device random;
    const std::wstring windows = folder_by(&GetSystemWindowsDirectoryW);
    const std::wstring path =
        windows + wide(fmt::format("\\Temp\\rdpdoctor-{:08x}{:08x}", random(), random()));
    if (!windows.empty() && CreateDirectoryW(path.c_str(), &attributes)) path_ = path;
    LocalFree(access);
  }
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;
  ~PrivateFolder() {
    if (path_.empty()) return;
    DeleteFileW(file().c_str());
    RemoveDirectoryW(path_.c_str());
  }
  [[nodiscard]] bool is_there() const { return !path_.empty(); }
  [[nodiscard]] std::wstring file() const { return path_ + L"\\netevents.xml"; }

 private:
  std::wstring path_;
};

// "" or why it came to nothing.
std::string run_netsh(const std::wstring& file) {
  const std::wstring system = folder_by(&GetSystemDirectoryW);
  const std::wstring program = system + L"\\netsh.exe";
  std::wstring line = L"\"" + program + L"\" wfp show netevents file=\"" + file + L"\"";
  STARTUPINFOW start{};
  start.cb = sizeof start;
  start.dwFlags = STARTF_USESHOWWINDOW;
  start.wShowWindow = SW_HIDE;
  PROCESS_INFORMATION process{};
  if (system.empty() || !CreateProcessW(program.c_str(), line.data(), nullptr, nullptr, FALSE,
                                        CREATE_NO_WINDOW, nullptr, system.c_str(), &start, &process))
    return fmt::format("netsh could not be started (error {})", GetLastError());
  std::string why;
  if (WaitForSingleObject(process.hProcess, longest_run_ms) != WAIT_OBJECT_0) {
    TerminateProcess(process.hProcess, 1);
    WaitForSingleObject(process.hProcess, longest_run_ms);  // it holds the file as long as it is there
    why = fmt::format("netsh did not end within {} s", longest_run_ms / 1000);
  } else {
    DWORD status = 0;
    if (!GetExitCodeProcess(process.hProcess, &status) || status != 0)
      why = fmt::format("netsh wfp show netevents ended with {}", status);
  }
  CloseHandle(process.hThread);
  CloseHandle(process.hProcess);
  return why;
}

FilterDrop drop_from(formats::FilterEvent e) {
  return {.at = e.at,
          .direction = std::move(e.direction),
          .protocol = std::move(e.protocol),
          .local_address = std::move(e.local_address),
          .remote_address = std::move(e.remote_address),
          .local_port = e.local_port,
          .remote_port = e.remote_port,
          .program = std::move(e.program),
          .filter = std::move(e.filter),
          .layer = std::move(e.layer)};
}

Answer drops_in(const std::wstring& path) {
  const auto file = open_file(narrow(path));
  if (!file && file.error().kind == ErrorKind::not_found)
    return Answer::unreadable("netsh wfp show netevents wrote no list");
  if (!file) return Answer::unreadable(to_text(file.error()));
  if (!file->random || largest_list < file->random->size())
    return Answer::unreadable("netsh wfp show netevents wrote too long a list");
  const auto text = in_order(*file->random);
  auto events = formats::read_filter_events(*text);
  if (!events) return Answer::unreadable(to_text(events.error()));
  std::vector<FilterDrop> out;
  for (formats::FilterEvent& e : events->drops) out.push_back(drop_from(std::move(e)));
  return Answer::present(std::move(out));
}

}  // namespace

Answer read_filter_drops() {
  if (!is_elevated())
    return Answer::unreadable(fmt::format("{} (netsh wfp takes administrators' rights)", needs_elevation));
  const PrivateFolder folder;
  if (!folder.is_there())
    return Answer::unreadable("no folder for netsh's list could be made in Windows\\Temp");
  if (std::string why = run_netsh(folder.file()); !why.empty()) return Answer::unreadable(std::move(why));
  return drops_in(folder.file());
}

}  // namespace rdpdoctor::host
#endif
