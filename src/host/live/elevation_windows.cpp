// Full rights are a new process' from its beginning: Windows gives them to none that runs. The new one has a
// console of its own, which stays hidden, and attaches to that of the first.
#ifdef _WIN32
#include <windows.h>

#include <io.h>
#include <shellapi.h>

#include <cstdio>

#include "fmt/core.h"
#include "host/live/arguments.h"
#include "host/live/com_windows.h"
#include "host/live/command_line.h"
#include "host/live/failed_windows.h"
#include "host/live/handle_windows.h"
#include "host/live/live.h"
#include "host/live/wide_windows.h"

namespace rdpdoctor::host {
namespace {

bool is_console(DWORD which) {
  DWORD mode = 0;
  return GetConsoleMode(GetStdHandle(which), &mode) != 0;
}

std::wstring own_program() {
  std::wstring out(32'768, L'\0');
  out.resize(GetModuleFileNameW(nullptr, out.data(), static_cast<DWORD>(out.size())));
  return out;
}

std::wstring current_folder() {
  std::wstring out(GetCurrentDirectoryW(0, nullptr), L'\0');
  out.resize(GetCurrentDirectoryW(static_cast<DWORD>(out.size()), out.data()));
  return out;
}

std::unexpected<Error> not_elevated(std::string_view why) {
  return std::unexpected(Error{fmt::format("get an administrator's full rights: {}", why),
                               ErrorKind::not_permitted, 0,
                               "a prompt that was opened with \"Run as administrator\""});
}

// A standard stream of the C library and of Windows, on the console that is attached now.
void reopen(const wchar_t* name, const wchar_t* mode, std::FILE* stream, DWORD which) {
  if (!_wfreopen(name, mode, stream)) return;
  const auto handle = _get_osfhandle(_fileno(stream));
  SetStdHandle(which, reinterpret_cast<HANDLE>(handle));
}

// Another administrator's program may not be let in: then it has its own, which was hidden.
void own_console() {
  if (!AllocConsole()) return;
  const SystemLibrary user(L"user32.dll");
  BOOL(WINAPI * show)(HWND, int) = nullptr;
  user.find("ShowWindow", show);
  if (show) show(GetConsoleWindow(), SW_SHOWNORMAL);
}

}  // namespace

void take_console(std::vector<std::string>& arguments) {
  const auto process = take_console_argument(arguments);
  if (!process) return;
  FreeConsole();
  if (!AttachConsole(*process)) own_console();
  reopen(L"CONIN$", L"r", stdin, STD_INPUT_HANDLE);
  reopen(L"CONOUT$", L"w", stdout, STD_OUTPUT_HANDLE);
  reopen(L"CONOUT$", L"w", stderr, STD_ERROR_HANDLE);
}

Result<int> run_elevated(int argc, const char* const* argv) {
  // Once more would be for ever.
  const std::vector<std::string> begun = arguments(argc, argv);
  if (1 < begun.size() && begun[1] == console_argument) return not_elevated("Windows did not give them");
  if (!is_console(STD_OUTPUT_HANDLE) || !is_console(STD_INPUT_HANDLE))
    return not_elevated("input or output is no console to go on in");
  Arguments same{std::string(console_argument), std::to_string(GetCurrentProcessId())};
  for (int i = 1; i < argc; ++i) same.emplace_back(argv[i]);
  const std::wstring program = own_program(), line = wide(argument_line(same)), folder = current_folder();
  SHELLEXECUTEINFOW start{};
  start.cbSize = sizeof start;
  start.fMask = SEE_MASK_NOCLOSEPROCESS | SEE_MASK_NOASYNC | SEE_MASK_FLAG_NO_UI;
  start.lpVerb = L"runas";
  start.lpFile = program.c_str();
  start.lpParameters = line.c_str();
  start.lpDirectory = folder.c_str();  // else it would begin in System32
  start.nShow = SW_HIDE;
  const Com com(COINIT_APARTMENTTHREADED);  // what the shell hands the start on to may want it
  if (!ShellExecuteExW(&start)) {
    if (GetLastError() == ERROR_CANCELLED) return not_elevated("declined");
    return failed("get an administrator's full rights", GetLastError());
  }
  const OwnHandle process(start.hProcess);
  if (!process.valid()) return not_elevated("Windows did not say which process has them");
  SetConsoleCtrlHandler(nullptr, TRUE);  // Ctrl-C is the other's
  WaitForSingleObject(process.get(), INFINITE);
  SetConsoleCtrlHandler(nullptr, FALSE);
  DWORD status = 0;
  if (!GetExitCodeProcess(process.get(), &status)) return failed("ask for its exit status", GetLastError());
  return static_cast<int>(status);
}

}  // namespace rdpdoctor::host
#endif
