#ifdef _WIN32
#include "host/live/run_command_windows.h"

#include <algorithm>
#include <array>
#include <atomic>

#include "base/text.h"
#include "fmt/core.h"
#include "host/live/failed_windows.h"
#include "host/live/handle_windows.h"
#include "host/live/wide_windows.h"

namespace rdpdoctor::host {
namespace {

constexpr ULONGLONG time_limit_ms = 120'000, drain_limit_ms = 2'000;
constexpr std::size_t most_output = 64 << 10;

std::string from_console(const std::string& bytes) {
  const int size = static_cast<int>(bytes.size());
  const UINT page = GetOEMCP();
  const int units = size == 0 ? 0 : MultiByteToWideChar(page, 0, bytes.data(), size, nullptr, 0);
  std::wstring out(static_cast<std::size_t>(std::max(units, 0)), L'\0');
  if (0 < units) MultiByteToWideChar(page, 0, bytes.data(), size, out.data(), units);
  return narrow(out);
}

// A pipe whose end here can be waited for together with other things: a named one, since anonymous ones can
// only be read by waiting for them alone.
class Output {
 public:
  Result<void> open() {
    static std::atomic<unsigned> count{0};
    const std::wstring name =
        wide(fmt::format(R"(\\.\pipe\rdpdoctor-{}-{})", GetCurrentProcessId(), ++count));
    *read_.out() = CreateNamedPipeW(
        name.c_str(), PIPE_ACCESS_INBOUND | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
        PIPE_TYPE_BYTE | PIPE_REJECT_REMOTE_CLIENTS, 1, 4096, 4096, 0, nullptr);
    if (!read_.valid()) return failed("make a pipe", GetLastError());
    SECURITY_ATTRIBUTES inherited{sizeof inherited, nullptr, TRUE};
    *write_.out() = CreateFileW(name.c_str(), GENERIC_WRITE, 0, &inherited, OPEN_EXISTING, 0, nullptr);
    if (!write_.valid()) return failed("open a pipe", GetLastError());
    *event_.out() = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    if (!event_.valid()) return failed("make an event", GetLastError());
    return {};
  }
  ~Output() {
    if (!reading_) return;
    DWORD got = 0;
    CancelIoEx(read_.get(), &overlapped_);
    GetOverlappedResult(read_.get(), &overlapped_, &got, TRUE);  // until the buffer is nobody's any more
  }
  Output() = default;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  [[nodiscard]] HANDLE write_end() const { return write_.get(); }
  [[nodiscard]] HANDLE event() const { return event_.get(); }
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] const std::string& text() const { return text_; }
  // Once the program has its own.
  void close_write_end() { const OwnHandle gone(std::exchange(*write_.out(), nullptr)); }

  // Asks for more; event() says when there is some.
  void begin() {
    if (reading_ || ended_) return;
    overlapped_ = OVERLAPPED{};
    overlapped_.hEvent = event_.get();
    const bool at_once =
        ReadFile(read_.get(), buffer_.data(), static_cast<DWORD>(buffer_.size()), nullptr, &overlapped_) != 0;
    reading_ = at_once || GetLastError() == ERROR_IO_PENDING;
    ended_ = !reading_;
  }
  // What came; the rest of a very long text is read and dropped, so that the program does not wait for us.
  void take() {
    DWORD got = 0;
    reading_ = false;
    ended_ = !GetOverlappedResult(read_.get(), &overlapped_, &got, TRUE) || got == 0;
    if (!ended_) text_.append(buffer_.data(), std::min<std::size_t>(got, most_output - text_.size()));
  }

 private:
  OwnHandle read_, write_, event_;
  OVERLAPPED overlapped_{};
  std::array<char, 4096> buffer_{};
  std::string text_;
  bool reading_ = false, ended_ = false;
};

// The handles that the program gets, and no others of this one.
class HandleList {
 public:
  explicit HandleList(std::array<HANDLE, 2>& handles) {
    SIZE_T size = 0;
    InitializeProcThreadAttributeList(nullptr, 1, 0, &size);
    bytes_.resize(size);
    made_ = InitializeProcThreadAttributeList(get(), 1, 0, &size) != 0;
    if (made_)
      UpdateProcThreadAttribute(get(), 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST,
                                static_cast<void*>(handles.data()), sizeof(HANDLE) * handles.size(), nullptr,
                                nullptr);
  }
  HandleList(const HandleList&) = delete;
  HandleList& operator=(const HandleList&) = delete;
  ~HandleList() {
    if (made_) DeleteProcThreadAttributeList(get());
  }
  [[nodiscard]] LPPROC_THREAD_ATTRIBUTE_LIST get() {
    return reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(bytes_.data());
  }

 private:
  Bytes bytes_;
  bool made_ = false;
};

struct Process {
  OwnHandle process, job;
};

Result<Process> start(const std::string& program, const Arguments& command, const Output& output,
                      const std::string& folder) {
  SECURITY_ATTRIBUTES inherited{sizeof inherited, nullptr, TRUE};
  const OwnHandle nothing(CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited,
                                      OPEN_EXISTING, 0, nullptr));
  std::array<HANDLE, 2> handles{nothing.get(), output.write_end()};
  HandleList list(handles);
  STARTUPINFOEXW startup{};
  startup.StartupInfo.cb = sizeof startup;
  startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
  startup.StartupInfo.hStdInput = nothing.get();
  startup.StartupInfo.hStdOutput = startup.StartupInfo.hStdError = output.write_end();
  startup.lpAttributeList = list.get();
  Arguments arguments = command;
  arguments.front() = program;
  std::wstring line = wide(command_line(arguments));
  PROCESS_INFORMATION made{};
  const DWORD flags = CREATE_NO_WINDOW | CREATE_SUSPENDED | EXTENDED_STARTUPINFO_PRESENT;
  if (!CreateProcessW(wide(program).c_str(), line.data(), nullptr, nullptr, TRUE, flags, nullptr,
                      wide(folder).c_str(), &startup.StartupInfo, &made))
    return failed("run " + printable(program), GetLastError());
  Process out{OwnHandle(made.hProcess), OwnHandle(CreateJobObjectW(nullptr, nullptr))};
  const OwnHandle thread(made.hThread);
  if (out.job.valid()) AssignProcessToJobObject(out.job.get(), made.hProcess);
  ResumeThread(made.hThread);
  return out;
}

// Reads what it says until it ends; false: it did not in time.
bool wait_for(const Process& running, Output& output) {
  const ULONGLONG begun = GetTickCount64();
  std::array<HANDLE, 2> both{running.process.get(), output.event()};
  ULONGLONG limit = time_limit_ms, from = begun;
  bool over = false;
  while (!over || !output.ended()) {
    const ULONGLONG spent = GetTickCount64() - from;
    if (limit <= spent) return over;  // something that it started may keep the pipe open
    output.begin();
    const HANDLE* const handles = over ? &both[1] : both.data();
    const DWORD count = over || output.ended() ? 1 : 2;
    const DWORD which = WaitForMultipleObjects(count, handles, FALSE, static_cast<DWORD>(limit - spent));
    if (which == WAIT_OBJECT_0 && !over) {
      over = true;
      from = GetTickCount64();
      limit = drain_limit_ms;
    } else if (which == WAIT_OBJECT_0 || which == WAIT_OBJECT_0 + 1) {
      output.take();
    } else if (which != WAIT_TIMEOUT) {
      return over;
    }
  }
  return true;
}

}  // namespace

Result<std::string> system_folder() {
  std::array<wchar_t, MAX_PATH + 1> path{};
  const UINT size = GetSystemDirectoryW(path.data(), static_cast<UINT>(path.size()));
  if (size == 0 || path.size() <= size) return failed("find Windows' own programs", GetLastError());
  return narrow(std::wstring_view(path.data(), size));
}

Result<void> run_program(const Arguments& command) {
  if (command.empty()) return std::unexpected(Error{"run nothing", ErrorKind::bug, 0, ""});
  auto folder = system_folder();
  if (!folder) return std::unexpected(folder.error());
  auto program = program_path(command.front(), *folder);
  if (!program) return std::unexpected(program.error());
  Output output;
  if (auto opened = output.open(); !opened) return opened;
  auto running = start(*program, command, output, *folder);
  if (!running) return std::unexpected(running.error());
  output.close_write_end();
  const std::string doing = "run " + printable(join(command, " "));
  if (!wait_for(*running, output)) {
    TerminateJobObject(running->job.get(), 1);
    TerminateProcess(running->process.get(), 1);
    return std::unexpected(Error{fmt::format("{}: it has not ended after {} s", doing, time_limit_ms / 1000),
                                 ErrorKind::io, 0, ""});
  }
  DWORD status = 0;
  if (!GetExitCodeProcess(running->process.get(), &status)) return failed(doing, GetLastError());
  if (status == 0) return {};
  const std::string said = first_line(from_console(output.text()));
  return std::unexpected(
      Error{fmt::format("{}: exit status {}{}{}", doing, status, said.empty() ? "" : ", ", printable(said)),
            ErrorKind::io, 0, ""});
}

}  // namespace rdpdoctor::host
#endif
