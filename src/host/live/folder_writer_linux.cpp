#ifndef _WIN32
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "base/text.h"
#include "fmt/core.h"
#include "host/folder_writer.h"
#include "host/live/open_below.h"

namespace rdpdoctor::host {
namespace {

constexpr std::size_t most_of_descriptor = 65536;  // [MS-DTYP]: an access list has at most 64 KiB
constexpr std::uint64_t piece = 1 << 20;

ErrorKind kind_of(int code) {
  if (code == EACCES || code == EPERM || code == EROFS) return ErrorKind::not_permitted;
  return code == ENOENT || code == ENOTDIR ? ErrorKind::not_found : ErrorKind::io;
}

std::unexpected<Error> failed(std::string_view doing, std::string_view path, int code) {
  return std::unexpected(
      Error{fmt::format("{} {}: {}", doing, printable(path), words_of(code)), kind_of(code), code, ""});
}

Result<void> write_all(const Open& file, View bytes, std::string_view path) {
  while (!bytes.empty()) {
    const ssize_t put = write(file.number(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return failed("write", path, put < 0 ? errno : ENOSPC);
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
  return {};
}

Result<void> flush(const Open& file, std::string_view path) {
  if (fsync(file.number()) != 0) return failed("flush", path, errno);
  return {};
}

// Of a folder, after a name in it came or went. Some systems of files flush none and say so.
Result<void> flush_folder(const Open& top, std::string_view path) {
  std::string last;
  const Open at = open_parent(top, path, last);
  const Open folder(at.is_open() ? openat(at.number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1);
  if (!folder.is_open()) return failed("open the folder of", path, errno);
  if (fsync(folder.number()) != 0 && errno != EINVAL && errno != ENOTSUP && errno != ENOSYS)
    return failed("flush the folder of", path, errno);
  return {};
}

bool means_not_shown(int code) {
  return code == ENODATA || code == ENOTSUP || code == EINVAL;
}

// What a mount shows by this name: nothing where it knows no such attribute.
Result<std::optional<Bytes>> attribute(const Open& file, const char* name, std::string_view path) {
  Bytes bytes(most_of_descriptor);
  const ssize_t got = getxattr(self_path(file).c_str(), name, bytes.data(), bytes.size());
  if (got < 0 && means_not_shown(errno)) return std::nullopt;
  if (got < 0) return failed(fmt::format("read {} of", name), path, errno);
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

Result<void> set_attribute(const Open& file, const char* name, View bytes, std::string_view path) {
  if (setxattr(self_path(file).c_str(), name, bytes.data(), bytes.size(), 0) != 0)
    return failed(fmt::format("set {} of", name), path, errno);
  return {};
}

Result<void> set_and_compare(const Open& file, const char* name, View bytes, std::string_view path) {
  if (auto set = set_attribute(file, name, bytes, path); !set) return set;
  auto now = attribute(file, name, path);
  if (!now) return std::unexpected(now.error());
  if (!*now || !std::ranges::equal(**now, bytes))
    return std::unexpected(
        Error{fmt::format("set {} of {}: the mount made something else of it", name, printable(path)),
              ErrorKind::io, 0, ""});
  return {};
}

// ntfs-3g and the kernel's ntfs3 give the raw descriptor by different names.
constexpr std::array access_lists{"system.ntfs_acl", "system.ntfs_security"};
constexpr const char* attributes = "system.ntfs_attrib";  // hidden, system, …

Result<void> set_access(const Open& file, View descriptor, std::string_view path) {
  for (const char* name : access_lists) {
    auto now = attribute(file, name, path);
    if (!now) return std::unexpected(now.error());
    if (*now) return set_and_compare(file, name, descriptor, path);
  }
  return std::unexpected(Error{
      fmt::format("set the access list of {}: this mount shows no Windows access lists", printable(path)),
      ErrorKind::not_permitted, 0, "a mount by ntfs-3g or by the kernel's ntfs3"});
}

class Held final : public HeldFile {
 public:
  Held(Open file, std::string name) : file_(std::move(file)), name_(std::move(name)) {}
  [[nodiscard]] std::string path() const override { return self_path(file_); }
  [[nodiscard]] Result<void> to_disk() override { return flush(file_, name_); }

 private:
  Open file_;
  std::string name_;
};

// Where the last whole line of a file ends. REQUIRES: O_RDWR.
Result<off_t> end_of_lines(const Open& file, off_t size, std::string_view path) {
  std::string part;
  while (0 < size) {
    const auto length = static_cast<std::size_t>(std::min<off_t>(size, 65536));
    part.resize(length);
    const ssize_t got = pread(file.number(), part.data(), length, size - static_cast<off_t>(length));
    if (got < 0 || static_cast<std::size_t>(got) != length)
      return failed("read", path, got < 0 ? errno : EIO);
    const std::size_t end = part.rfind('\n');
    if (end != std::string::npos) return size - static_cast<off_t>(length - end - 1);
    size -= static_cast<off_t>(length);
  }
  return 0;
}

class LinuxFolder final : public FolderWriter {
 public:
  explicit LinuxFolder(Open top) : top_(std::move(top)) {}

  Result<void> writable(const std::string& folder) override {
    const Open at = open_below(top_, folder, O_RDONLY | O_DIRECTORY);
    if (!at.is_open()) return failed("open", folder, errno);
    struct statvfs facts{};
    if (fstatvfs(at.number(), &facts) != 0) return failed("look at", folder, errno);
    if ((facts.f_flag & ST_RDONLY) != 0)
      return std::unexpected(Error{"the volume is mounted read-only", ErrorKind::not_permitted, EROFS,
                                   "one mounted for writing"});
    if (faccessat(at.number(), ".", W_OK | X_OK, AT_EACCESS) != 0) return failed("write to", folder, errno);
    return {};
  }

  Result<std::uint64_t> free_bytes() override {
    const Open at = open_below(top_, "", O_RDONLY | O_DIRECTORY);
    struct statvfs facts{};
    if (!at.is_open() || fstatvfs(at.number(), &facts) != 0) return failed("look at", "the volume", errno);
    return static_cast<std::uint64_t>(facts.f_bavail) * facts.f_frsize;
  }

  Result<bool> make_folder(const std::string& path) override {
    std::string last;
    const Open parent = open_parent(top_, path, last);
    if (!parent.is_open()) return failed("make the folder", path, errno);
    const bool made = mkdirat(parent.number(), last.c_str(), S_IRWXU) == 0;
    const int code = made ? 0 : errno;
    if (!made && code != EEXIST) return failed("make the folder", path, code);
    const Open there = open_below(top_, path, O_RDONLY | O_DIRECTORY);
    if (!there.is_open()) return failed("open the folder", path, errno);
    if (made) {
      if (auto flushed = flush_folder(top_, path); !flushed) return std::unexpected(flushed.error());
    }
    return made;
  }

  Result<void> new_file(const std::string& path, RandomSource& content, View access) override {
    auto made = make_new(path, access);
    if (!made) return std::unexpected(made.error());
    const Open& file = *made;
    Bytes bytes(static_cast<std::size_t>(std::min(piece, content.size())));
    for (std::uint64_t at = 0; at < content.size(); at += piece) {
      const std::span<std::uint8_t> part(bytes.data(),
                                         static_cast<std::size_t>(std::min(piece, content.size() - at)));
      if (auto read = content.read_at(at, part); !read) return read;
      if (auto put = write_all(file, part, path); !put) return put;
    }
    return flush(file, path);
  }

  Result<std::unique_ptr<HeldFile>> hold(const std::string& path) override {
    Open file = open_below(top_, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (!file.is_open()) return failed("open", path, errno);
    return std::make_unique<Held>(std::move(file), path);
  }
  Result<std::unique_ptr<HeldFile>> hold_new(const std::string& path, View access) override {
    auto file = make_new(path, access);
    if (!file) return std::unexpected(file.error());
    return std::make_unique<Held>(std::move(*file), path);
  }

  Result<void> append_line(const std::string& path, std::string_view line) override {
    const Open file = open_below(top_, path, O_RDWR | O_APPEND | O_NONBLOCK | O_NOCTTY);
    if (!file.is_open()) return failed("open", path, errno);
    return append_to(file, line, path);
  }

  Result<void> set_security(const std::string& path, View descriptor) override {
    const Open file = open_below(top_, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (!file.is_open()) return failed("open", path, errno);
    if (auto set = set_access(file, descriptor, path); !set) return set;
    return flush(file, path);
  }

  Result<void> like(const std::string& path, const std::string& from) override {
    const Open model = open_below(top_, from, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (!model.is_open()) return failed("open", from, errno);
    const Open file = open_below(top_, path, O_RDWR | O_NONBLOCK | O_NOCTTY);
    if (!file.is_open()) return failed("open", path, errno);
    struct stat wanted{}, is{};
    if (fstat(model.number(), &wanted) != 0 || fstat(file.number(), &is) != 0)
      return failed("look at", path, errno);
    if ((wanted.st_uid != is.st_uid || wanted.st_gid != is.st_gid) &&
        fchown(file.number(), wanted.st_uid, wanted.st_gid) != 0)
      return failed("give to its owner", path, errno);
    // A mount that shows Windows' access lists makes the mode of them, and may take no other: it is set again
    // by the access list.
    const mode_t bits = S_IRWXU | S_IRWXG | S_IRWXO;
    const bool mode_set =
        ((wanted.st_mode ^ is.st_mode) & bits) == 0 || fchmod(file.number(), wanted.st_mode & bits) == 0;
    const int mode_code = mode_set ? 0 : errno;
    auto lists = copy_attributes(model, file, path);
    if (!lists) return std::unexpected(lists.error());
    if (!mode_set && !*lists) return failed("set the mode of", path, mode_code);
    return flush(file, path);
  }

  Result<void> replace(const std::string& from, const std::string& to) override {
    std::string old_name, new_name;
    const Open old_folder = open_parent(top_, from, old_name), new_folder = open_parent(top_, to, new_name);
    if (!old_folder.is_open() || !new_folder.is_open()) return failed("open the folder of", to, errno);
    if (renameat(old_folder.number(), old_name.c_str(), new_folder.number(), new_name.c_str()) != 0)
      return failed("replace", to, errno);
    return flush_both(from, to);
  }

  Result<void> move(const std::string& from, const std::string& to) override {
    std::string old_name, new_name;
    const Open old_folder = open_parent(top_, from, old_name), new_folder = open_parent(top_, to, new_name);
    if (!old_folder.is_open() || !new_folder.is_open()) return failed("open the folder of", to, errno);
    if (renameat2(old_folder.number(), old_name.c_str(), new_folder.number(), new_name.c_str(),
                  RENAME_NOREPLACE) != 0) {
      // FUSE before its version 3 takes no flags; who else writes to a volume that is not running?
      if (errno != EINVAL && errno != ENOSYS) return failed("move to", to, errno);
      struct stat facts{};
      if (fstatat(new_folder.number(), new_name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0)
        return failed("move to", to, EEXIST);
      if (errno != ENOENT) return failed("look at", to, errno);
      if (renameat(old_folder.number(), old_name.c_str(), new_folder.number(), new_name.c_str()) != 0)
        return failed("move to", to, errno);
    }
    return flush_both(from, to);
  }

  Result<void> remove_file(const std::string& path) override {
    std::string last;
    const Open folder = open_parent(top_, path, last);
    if (!folder.is_open()) return failed("remove", path, errno);
    if (unlinkat(folder.number(), last.c_str(), 0) != 0) {
      if (errno == ENOENT) return {};
      return failed("remove", path, errno);
    }
    return flush_folder(top_, path);
  }

 private:
  Result<Open> make_new(const std::string& path, View access) {
    Open file = open_below(top_, path, O_RDWR | O_CREAT | O_EXCL);
    if (!file.is_open()) return failed("make", path, errno);
    if (!access.empty()) {
      if (auto set = set_access(file, access, path); !set) return std::unexpected(set.error());
    }
    if (auto flushed = flush_folder(top_, path); !flushed) return std::unexpected(flushed.error());
    return file;
  }

  static Result<void> append_to(const Open& file, std::string_view line, std::string_view path) {
    struct stat facts{};
    if (fstat(file.number(), &facts) != 0) return failed("look at", path, errno);
    if (!S_ISREG(facts.st_mode))
      return std::unexpected(Error{"write to " + printable(path), ErrorKind::io, 0, "a plain file"});
    auto end = end_of_lines(file, facts.st_size, path);
    if (!end) return std::unexpected(end.error());
    if (*end != facts.st_size && ftruncate(file.number(), *end) != 0) return failed("shorten", path, errno);
    const std::string text = std::string(line) + '\n';
    const ssize_t put = write(file.number(), text.data(), text.size());
    if (put < 0 || static_cast<std::size_t>(put) != text.size()) {
      const int code = put < 0 ? errno : ENOSPC;
      // The part that was written goes; where that fails, too, the next line takes it away.
      if (ftruncate(file.number(), *end) == 0) static_cast<void>(fsync(file.number()));
      return failed("write to", path, code);
    }
    return flush(file, path);
  }

  // Whether there was an access list to copy.
  static Result<bool> copy_attributes(const Open& model, const Open& file, std::string_view path) {
    bool lists = false;
    for (const char* name : access_lists) {
      auto wanted = attribute(model, name, path);
      if (!wanted) return std::unexpected(wanted.error());
      if (!*wanted) continue;
      lists = true;
      if (auto set = set_and_compare(file, name, **wanted, path); !set) return std::unexpected(set.error());
    }
    // The mount sets those that it knows, so nothing is compared.
    auto wanted = attribute(model, attributes, path), now = attribute(file, attributes, path);
    if (!wanted || !now) return std::unexpected(wanted ? now.error() : wanted.error());
    if (*wanted && *now != *wanted) {
      if (auto set = set_attribute(file, attributes, **wanted, path); !set)
        return std::unexpected(set.error());
    }
    return lists;
  }

  Result<void> flush_both(const std::string& from, const std::string& to) {
    if (auto flushed = flush_folder(top_, to); !flushed) return flushed;
    const bool one = from.substr(0, from.rfind('/') + 1) == to.substr(0, to.rfind('/') + 1);
    return one ? Result<void>() : flush_folder(top_, from);
  }

  Open top_;
};

}  // namespace

Result<std::unique_ptr<FolderWriter>> folder_writer(const std::string& folder) {
  Open top(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!top.is_open()) return failed("open", folder, errno);
  return std::make_unique<LinuxFolder>(std::move(top));
}

}  // namespace rdpdoctor::host
#endif
