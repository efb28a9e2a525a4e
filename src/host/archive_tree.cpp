// The files in a zip archive. Its members are listed once; a member is unpacked as far as it is read, and
// what was unpacked is kept while it is open.
#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "fmt/core.h"
#include "formats/zip.h"
#include "host/file_tree.h"

namespace rdpdoctor::host {
namespace {

constexpr std::uint64_t most_member = 256U << 20U;  // bytes, unpacked
constexpr std::size_t at_once = 64U << 10U;

class Member final : public RandomSource {
 public:
  Member(std::unique_ptr<ByteSource> source, std::uint64_t size) : source_(std::move(source)), size_(size) {}

  [[nodiscard]] std::uint64_t size() const override { return size_; }
  Result<void> read_at(std::uint64_t offset, std::span<std::uint8_t> out) override {
    if (size_ < offset || size_ - offset < out.size())
      return std::unexpected(Error{"read beyond the end", ErrorKind::io, 0, ""});
    if (auto done = unpack(offset + out.size()); !done) return done;
    std::copy_n(unpacked_.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
    return {};
  }

 private:
  Result<void> unpack(std::uint64_t upto) {
    while (unpacked_.size() < upto && !problem_) {
      const std::size_t have = unpacked_.size();
      unpacked_.resize(have + std::min<std::uint64_t>(at_once, size_ - have));
      auto got = read_fully(*source_, std::span(unpacked_).subspan(have));
      if (!got) problem_ = got.error();
      unpacked_.resize(have + got.value_or(0));
      if (got && *got == 0) problem_ = Error{"cut off", ErrorKind::malformed, 0, ""};
      if (unpacked_.size() == size_) check_end();
    }
    if (problem_) return std::unexpected(*problem_);
    return {};
  }
  // Its checksum is looked at where it ends.
  void check_end() {
    std::uint8_t beyond = 0;
    auto got = source_->read({&beyond, 1});
    if (!got) problem_ = got.error();
  }

  std::unique_ptr<ByteSource> source_;
  std::uint64_t size_;
  Bytes unpacked_;
  std::optional<Error> problem_;
};

class ArchiveTree final : public FileTree {
 public:
  ArchiveTree(std::string name, std::unique_ptr<RandomSource> zip, formats::ZipListing listing)
      : name_(std::move(name)), zip_(std::move(zip)), members_(std::move(listing.members)) {
    folders_[""];
    for (std::size_t i = 0; i < members_.size(); ++i) add(members_[i].name, i);
  }

  [[nodiscard]] std::string name() const override { return name_; }

  Reading<FileInfo> info(const std::string& path) override {
    if (folders_.contains(path)) return Reading<FileInfo>::present({.is_folder = true});
    auto file = files_.find(path);
    if (file == files_.end()) return Reading<FileInfo>::absent();
    if (file->second == twice) return Reading<FileInfo>::unreadable("it is in the archive twice");
    return Reading<FileInfo>::present({.size = members_[file->second].size});
  }

  Reading<std::vector<std::string>> names(const std::string& path) override {
    auto folder = folders_.find(path);
    if (folder == folders_.end()) return Reading<std::vector<std::string>>::absent();
    return Reading<std::vector<std::string>>::present({folder->second.begin(), folder->second.end()});
  }

  Reading<std::unique_ptr<RandomSource>> open(const std::string& path) override {
    using File = Reading<std::unique_ptr<RandomSource>>;
    auto file = files_.find(path);
    if (folders_.contains(path)) return File::unreadable("it is a folder");
    if (file == files_.end()) return File::absent();
    if (file->second == twice) return File::unreadable("it is in the archive twice");
    const formats::ZipMember& member = members_[file->second];
    if (most_member < member.size)
      return File::unreadable(fmt::format("it has {} MiB, and at most {} are unpacked: unpack the archive",
                                          member.size >> 20U, most_member >> 20U));
    auto source = formats::open_member(*zip_, member);
    if (!source) return File::unreadable(to_text(source.error()));
    return File::present(std::make_unique<Member>(std::move(*source), member.size));
  }

  Reading<Bytes> security(const std::string& path) override {
    if (!folders_.contains(path) && !files_.contains(path)) return Reading<Bytes>::absent();
    return Reading<Bytes>::unreadable("an archive holds no access lists");
  }

 private:
  static constexpr std::size_t twice = SIZE_MAX;

  // The listing's names are never absolute and have no ".."; archives written by old .NET part folders by
  // '\'.
  void add(std::string name, std::size_t member) {
    std::ranges::replace(name, '\\', '/');
    std::vector<std::string_view> parts = split(name, '/');
    std::string path;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::string_view part = parts[i];
      if (part.empty() || part == "." || part == ".." || part.contains(':')) return;
      const std::string folder = path;
      if (files_.contains(folder)) return;  // a file and a folder of the same name: the file came first
      if (!path.empty()) path += '/';
      path += part;
      const bool last = i + 1 == parts.size();
      if (last && folders_.contains(path)) return;
      if (!last && files_.contains(path)) return;
      folders_[folder].insert(std::string(part));
      if (!last) folders_[path];
    }
    auto [at, is_new] = files_.try_emplace(path, member);
    if (!is_new) at->second = twice;
  }

  std::string name_;
  std::unique_ptr<RandomSource> zip_;
  std::vector<formats::ZipMember> members_;
  std::map<std::string, std::size_t> files_;
  std::map<std::string, std::set<std::string>> folders_;
};

}  // namespace

Result<std::unique_ptr<FileTree>> archive_tree(const std::string& name, std::unique_ptr<RandomSource> zip) {
  Bytes first(std::min<std::uint64_t>(4, zip->size()));
  auto done = zip->read_at(0, first);
  if (!done || !formats::is_zip(first))
    return std::unexpected(
        Error{"read " + printable(name), ErrorKind::malformed, 0, "a folder or a zip archive"});
  auto listing = formats::list_zip(*zip);
  if (!listing) {
    Error error = listing.error();
    error.doing = fmt::format("read {}: {}", printable(name), error.doing);
    return std::unexpected(std::move(error));
  }
  return std::make_unique<ArchiveTree>(name, std::move(zip), std::move(*listing));
}

}  // namespace rdpdoctor::host
