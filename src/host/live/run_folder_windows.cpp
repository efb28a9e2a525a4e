#ifdef _WIN32
#include "host/live/run_folder_windows.h"

#include <algorithm>

#include "fmt/core.h"
#include "formats/security_descriptor.h"
#include "host/live/descriptor_layout.h"
#include "host/live/failed_windows.h"
#include "host/live/file_info_windows.h"
#include "host/live/handle_windows.h"
#include "host/live/security_windows.h"
#include "host/live/wide_windows.h"
#include "host/run_names.h"

namespace rdpdoctor::host {
namespace {

Result<void> known(const std::string& run) {
  if (is_run_name(run)) return {};
  return std::unexpected(Error{"find the run '" + printable(run, 80) + "'", ErrorKind::usage, 0,
                               "a run's name of digits, small letters and hyphens"});
}

// A descriptor for what is made, as Windows takes it.
class Access {
 public:
  explicit Access(std::string_view sddl) {
    auto descriptor = formats::from_sddl(sddl);
    if (!descriptor) return;
    bytes_ = formats::encode_security_descriptor(*descriptor);
    attributes_.lpSecurityDescriptor = bytes_.data();
  }
  [[nodiscard]] SECURITY_ATTRIBUTES* get() { return &attributes_; }
  [[nodiscard]] bool valid() const { return !bytes_.empty(); }

 private:
  Bytes bytes_;
  SECURITY_ATTRIBUTES attributes_{sizeof(SECURITY_ATTRIBUTES), nullptr, FALSE};
};

// Made with its access list in one step, so that at no moment others may write there. False: it was there.
Result<bool> make_folder(const std::string& path) {
  Access access(run_folder_access);
  if (!access.valid()) return std::unexpected(Error{"make an access list", ErrorKind::bug, 0, ""});
  if (CreateDirectoryW(wide(path).c_str(), access.get())) return true;
  if (GetLastError() == ERROR_ALREADY_EXISTS) return false;
  return failed("make the folder " + printable(path), GetLastError());
}

Result<void> trusted_folder(const std::string& path) {
  const OwnHandle folder(CreateFileW(wide(path).c_str(), READ_CONTROL | FILE_READ_ATTRIBUTES,
                                     FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                     OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT,
                                     nullptr));
  const std::string doing = "trust the folder " + printable(path);
  if (!folder.valid()) return failed(doing, GetLastError());
  BY_HANDLE_FILE_INFORMATION facts{};
  if (!GetFileInformationByHandle(folder.get(), &facts)) return failed(doing, GetLastError());
  const bool is_folder = (facts.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0 &&
                         (facts.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) == 0;
  if (!is_folder)
    return std::unexpected(
        Error{doing + ": it is a link or a file", ErrorKind::not_permitted, 0, "a folder"});
  Bytes bytes(66'000);
  DWORD needed = 0;
  if (!GetKernelObjectSecurity(folder.get(), OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
                               bytes.data(), static_cast<DWORD>(bytes.size()), &needed))
    return failed(doing, GetLastError());
  auto descriptor = formats::decode_security_descriptor(bytes);
  const auto user = token_user();
  const std::string who = descriptor ? foreign_writer(*descriptor, user.value) : "S-1-1-0";
  if (who.empty()) return {};
  return std::unexpected(Error{
      fmt::format("{}: {} owns it or may write to it", doing, printable(formats::account_name(who))),
      ErrorKind::not_permitted, 0, "a folder of SYSTEM's and administrators' alone; move this one away"});
}

Result<bool> own_folder(const std::string& path) {
  auto made = make_folder(path);
  if (!made) return made;
  // Asked of a new one, too: what could not keep the access list (FAT) is no place for a journal.
  if (auto ok = trusted_folder(path); !ok) return std::unexpected(ok.error());
  return made;
}

Result<void> trusted_if_there(const std::string& path) {
  auto ok = trusted_folder(path);
  if (!ok && ok.error().kind == ErrorKind::not_found) return {};
  return ok;
}

// The place in the file where its last whole line ends: what a crash tore was not announced to anybody.
Result<LONGLONG> end_of_lines(HANDLE file, LONGLONG size) {
  std::string tail(static_cast<std::size_t>(std::min<LONGLONG>(size, 1 << 20)), '\0');
  LARGE_INTEGER at{};
  at.QuadPart = size - static_cast<LONGLONG>(tail.size());
  DWORD got = 0;
  if (!SetFilePointerEx(file, at, nullptr, FILE_BEGIN) ||
      !ReadFile(file, tail.data(), static_cast<DWORD>(tail.size()), &got, nullptr) || got != tail.size())
    return failed("read the journal", GetLastError());
  const std::size_t end = tail.rfind('\n');
  return end == std::string::npos ? at.QuadPart : at.QuadPart + static_cast<LONGLONG>(end) + 1;
}

bool cut_to(HANDLE file, LONGLONG size) {
  LARGE_INTEGER at{};
  at.QuadPart = size;
  return SetFilePointerEx(file, at, nullptr, FILE_BEGIN) && SetEndOfFile(file);
}

}  // namespace

std::string RunFolder::top() const {
  return data_ + "\\rdpdoctor";
}
std::string RunFolder::all_runs() const {
  return top() + "\\runs";
}
std::string RunFolder::place(const std::string& run) const {
  return fmt::format("{}\\{}", all_runs(), run);
}
std::string RunFolder::journal_place(const std::string& run) const {
  return place(run) + "\\journal.jsonl";
}
std::string RunFolder::aside(const std::string& run, const std::string& as) const {
  return fmt::format("{}\\aside\\{}", place(run), as);
}

Result<void> RunFolder::trusted() const {
  auto ok = trusted_if_there(top());
  return ok ? trusted_if_there(all_runs()) : ok;
}

Result<void> RunFolder::trusted_run(const std::string& run) const {
  if (auto ok = known(run); !ok) return ok;
  for (const std::string& folder : {top(), all_runs(), place(run)}) {
    auto ok = trusted_folder(folder);
    if (!ok && ok.error().kind == ErrorKind::not_found)
      return std::unexpected(Error{"find the run " + run, ErrorKind::not_found, 0, ""});
    if (!ok) return ok;
  }
  return {};
}

Result<void> RunFolder::begin(const std::string& run) const {
  if (auto ok = known(run); !ok) return ok;
  for (const std::string& folder : {top(), all_runs()})
    if (auto made = own_folder(folder); !made) return std::unexpected(made.error());
  auto made = own_folder(place(run));
  if (!made) return std::unexpected(made.error());
  if (*made) return {};
  return std::unexpected(Error{"begin the run " + run, ErrorKind::usage, 0, "a name that no run has"});
}

Result<std::string> RunFolder::make_aside(const std::string& run) const {
  if (auto ok = trusted_run(run); !ok) return std::unexpected(ok.error());
  std::string path = place(run) + "\\aside";
  if (auto made = own_folder(path); !made) return std::unexpected(made.error());
  return path;
}

Result<Bytes> RunFolder::journal(const std::string& run) const {
  if (auto ok = trusted_run(run); !ok) return std::unexpected(ok.error());
  const std::string path = journal_place(run);
  auto file = open_for_reading(path);
  if (file.state == Presence::absent) return Bytes();
  if (!file.get())
    return std::unexpected(
        Error{fmt::format("open {}: {}", printable(path), file.why), ErrorKind::io, 0, ""});
  auto source = in_order(*file.value);
  auto bytes = read_all(*source, most_of_journal);
  while (bytes && !bytes->empty() && bytes->back() != '\n') bytes->pop_back();
  return bytes;
}

Result<std::vector<std::string>> RunFolder::runs() const {
  std::vector<std::string> out;
  if (auto ok = trusted(); !ok) return std::unexpected(ok.error());
  auto names = folder_names(all_runs());
  if (names.state == Presence::absent) return out;
  if (!names.get())
    return std::unexpected(
        Error{fmt::format("list {}: {}", printable(all_runs()), names.why), ErrorKind::io, 0, ""});
  for (const std::string& name : names.value) {
    const auto info = is_run_name(name) ? file_info(place(name)) : Reading<FileInfo>::absent();
    if (!info.get() || !info.value.is_folder || info.value.is_link) continue;
    // One that was killed before its first line did nothing, and kept nothing. What can't be read is for
    // journal() to tell. "originals" is what a run on the mounted disk kept.
    auto lines = journal(name);
    const bool kept =
        file_info(place(name) + "\\originals").get() || file_info(place(name) + "\\aside").get();
    if (!lines || !lines->empty() || kept) out.push_back(name);
  }
  std::ranges::sort(out);
  return out;
}

Result<void> RunFolder::append(const std::string& run, std::string_view line) const {
  if (auto ok = trusted_run(run); !ok) return ok;
  const std::string path = journal_place(run), doing = "write to " + printable(path);
  Access access(run_file_access);
  const OwnHandle file(CreateFileW(wide(path).c_str(), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ,
                                   access.get(), OPEN_ALWAYS,
                                   FILE_ATTRIBUTE_NORMAL | FILE_FLAG_OPEN_REPARSE_POINT, nullptr));
  if (!file.valid()) return failed(doing, GetLastError());
  LARGE_INTEGER size{};
  if (!GetFileSizeEx(file.get(), &size)) return failed(doing, GetLastError());
  auto end = end_of_lines(file.get(), size.QuadPart);
  if (!end) return std::unexpected(end.error());
  if (!cut_to(file.get(), *end)) return failed(doing, GetLastError());
  const std::string text = std::string(line) + '\n';
  DWORD written = 0;
  const bool whole =
      WriteFile(file.get(), text.data(), static_cast<DWORD>(text.size()), &written, nullptr) != 0 &&
      written == text.size();
  const DWORD code = GetLastError();
  if (whole && FlushFileBuffers(file.get())) return {};
  const DWORD why = whole ? GetLastError() : code;
  cut_to(file.get(), *end);  // a line that the disk had no room for is taken back
  return failed(doing, why);
}

}  // namespace rdpdoctor::host
#endif
