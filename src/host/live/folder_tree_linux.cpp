// The files below a folder. Each component of a path is opened by itself and never as a link, so nothing
// outside the folder can be reached, whatever is put in place of a file while it is read.
#ifndef _WIN32
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "fmt/core.h"
#include "host/file_tree.h"
#include "host/live/open_below.h"
#include "host/live/posix_file.h"
#include "host/live/reparse_link.h"

namespace rdpdoctor::host {
namespace {

constexpr std::size_t longest_link = 4096;
constexpr std::size_t longest_reparse_point = 16384;  // MAXIMUM_REPARSE_DATA_BUFFER_SIZE, [MS-FSCC] 2.1.2.1
constexpr std::size_t most_names = 500'000;           // of one folder
constexpr std::size_t most_of_descriptor = 65536;     // [MS-DTYP]: an access list has at most 64 KiB

bool is_absence(int code) {
  return code == ENOENT || code == ENOTDIR;
}

template <class T>
Reading<T> by_errno(int code) {
  return is_absence(code) ? Reading<T>::absent() : Reading<T>::unreadable(words_of(code));
}

Instant instant_of(const struct timespec& at) {
  return {static_cast<std::int64_t>(at.tv_sec) * 1000 + at.tv_nsec / 1'000'000};
}

class FolderTree final : public FileTree {
 public:
  FolderTree(Open top, std::string name, std::string real)
      : top_(std::move(top)), name_(std::move(name)), real_(std::move(real)) {}
  [[nodiscard]] std::string name() const override { return name_; }

  Reading<FileInfo> info(const std::string& path) override {
    std::string last;
    Open folder = parent(path, last);
    if (!folder.is_open()) return by_errno<FileInfo>(errno);
    struct stat facts{};
    const char* of = last.empty() ? "." : last.c_str();
    if (fstatat(folder.number(), of, &facts, AT_SYMLINK_NOFOLLOW) != 0) return by_errno<FileInfo>(errno);
    FileInfo out{.is_folder = S_ISDIR(facts.st_mode),
                 .size = S_ISREG(facts.st_mode) ? static_cast<std::uint64_t>(facts.st_size) : 0,
                 .modified = instant_of(facts.st_mtim),
                 .is_link = S_ISLNK(facts.st_mode)};
    if (out.is_link) out.link = link_of(folder.number(), of);
    bool plain = out.is_folder || out.is_link || S_ISREG(facts.st_mode);
    if (!plain) return Reading<FileInfo>::unreadable("it is neither a file nor a folder");
    return Reading<FileInfo>::present(std::move(out));
  }

  Reading<std::vector<std::string>> names(const std::string& path) override {
    using Names = std::vector<std::string>;
    Open folder = below(path, O_RDONLY | O_DIRECTORY);
    if (!folder.is_open()) return by_errno<Names>(errno);
    DIR* list = fdopendir(folder.number());
    if (list == nullptr) return by_errno<Names>(errno);
    static_cast<void>(folder.release());
    Names out;
    int problem = 0;
    while (out.size() < most_names) {
      errno = 0;  // readdir tells its end and its failure apart by this alone
      const dirent* entry = readdir(list);
      problem = entry == nullptr ? errno : 0;
      if (entry == nullptr) break;
      std::string name = static_cast<const char*>(entry->d_name);
      if (name != "." && name != "..") out.push_back(std::move(name));
    }
    closedir(list);
    if (problem != 0) return Reading<Names>::unreadable(words_of(problem));
    if (out.size() == most_names) return Reading<Names>::unreadable("more names than are looked at");
    std::ranges::sort(out);
    return Reading<Names>::present(std::move(out));
  }

  Reading<std::unique_ptr<RandomSource>> open(const std::string& path) override {
    using File = std::unique_ptr<RandomSource>;
    Open file = below(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);  // a pipe must not hold us up
    if (!file.is_open()) return by_errno<File>(errno);
    struct stat facts{};
    if (fstat(file.number(), &facts) != 0) return by_errno<File>(errno);
    if (!S_ISREG(facts.st_mode)) return Reading<File>::unreadable("it is not a regular file");
    const auto size = static_cast<std::uint64_t>(facts.st_size);
    return Reading<File>::present(regular_file(file.release(), path, size));
  }

  // ntfs-3g and the kernel's ntfs3 give the raw descriptor by different names.
  Reading<Bytes> security(const std::string& path) override {
    Open file = below(path, O_PATH);
    if (!file.is_open()) return by_errno<Bytes>(errno);
    const std::string self = self_path(file);
    std::string problem;
    for (const char* name : {"system.ntfs_acl", "system.ntfs_security"}) {
      Bytes bytes(most_of_descriptor);  // ntfs-3g answers a buffer that is too small by EIO
      const ssize_t got = getxattr(self.c_str(), name, bytes.data(), bytes.size());
      if (0 <= got) {
        bytes.resize(static_cast<std::size_t>(got));
        return Reading<Bytes>::present(std::move(bytes));
      }
      bool not_there = errno == ENODATA || errno == ENOTSUP || errno == EINVAL;
      if (!not_there && problem.empty()) problem = words_of(errno);
    }
    if (problem.empty())
      problem = "this mount shows no Windows access lists; one by ntfs-3g or the kernel's ntfs3 does";
    return Reading<Bytes>::unreadable(std::move(problem));
  }

 private:
  [[nodiscard]] Open parent(const std::string& path, std::string& last) const {
    return open_parent(top_, path, last);
  }
  [[nodiscard]] Open below(const std::string& path, int flags) const { return open_below(top_, path, flags); }
  // The reparse point itself where the mount shows it (ntfs-3g): what the link reads as is a translation by
  // the mount's own drive letters, and for most reparse points none at all.
  [[nodiscard]] std::string link_of(int folder, const char* name) const {
    const Open link(openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC));
    Bytes reparse(longest_reparse_point);
    const ssize_t got =
        getxattr(self_path(link).c_str(), "system.ntfs_reparse_data", reparse.data(), reparse.size());
    if (0 < got) return reparse_link(View(reparse).first(static_cast<std::size_t>(got)));
    std::string text(longest_link, '\0');
    const ssize_t length = readlinkat(folder, name, text.data(), text.size());
    text.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
    static constexpr std::string_view unsupported = "unsupported reparse ";  // ntfs-3g, in place of a target
    if (text.starts_with(unsupported)) return fmt::format("{}{}", link_blocked, text);
    if (!text.starts_with('/')) return text;
    const std::string top = real_ == "/" ? "" : real_;
    if (text == top) return "/";
    return text.starts_with(top + "/") ? text.substr(top.size()) : fmt::format("{}{}", link_outside, text);
  }

  Open top_;
  std::string name_;
  std::string real_;  // without links
};

}  // namespace

Result<std::unique_ptr<FileTree>> folder_tree(const std::string& folder) {
  Open top(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!top.is_open()) {
    const int code = errno;
    auto kind = is_absence(code) ? ErrorKind::not_found : ErrorKind::io;
    if (code == EACCES || code == EPERM) kind = ErrorKind::not_permitted;
    return std::unexpected(Error{"open " + printable(folder) + ": " + words_of(code), kind, code, ""});
  }
  std::string real(longest_link, '\0');
  const ssize_t got =
      readlink(("/proc/self/fd/" + std::to_string(top.number())).c_str(), real.data(), real.size());
  real.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return std::make_unique<FolderTree>(std::move(top), folder, std::move(real));
}

}  // namespace rdpdoctor::host
#endif
