#include "host/image/hive_change.h"

#include <algorithm>
#include <set>

#include "base/ascii.h"
#include "base/text.h"
#include "fmt/core.h"
#include "formats/digest.h"
#include "host/hive_edit.h"
#include "host/image/hive_compare.h"

namespace rdpdoctor::host {
namespace {

using formats::Hive;

constexpr std::uint64_t most_hashes = 1 << 20;  // bytes of the file that holds them
// Among the hashes: from here on the hive is not the run's own any more.
constexpr std::string_view foreign = "changed by others";

std::unexpected<Error> error(std::string doing, ErrorKind kind = ErrorKind::io, std::string expected = "") {
  return std::unexpected(Error{std::move(doing), kind, 0, std::move(expected)});
}

// A name of a file, different for different hives.
std::string file_name(std::string_view hive) {
  std::string out;
  for (const char c : hive) {
    const bool plain = is_digit(c) || is_letter(c) || c == '.' || c == '-';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

// A hive file that is open.
struct Opened {
  std::unique_ptr<RandomSource> file;
  std::unique_ptr<Hive> hive;
  std::string hash;
};
Result<Opened> opened(FileTree& tree, const std::string& path) {
  auto file = tree.open(path);
  if (!file.get())
    return error(
        fmt::format("open {}: {}", printable(path), file.why.empty() ? "it is not there" : file.why));
  Opened out{.file = std::move(file.value), .hive = nullptr, .hash = ""};
  auto hive = Hive::open(*out.file);
  if (!hive) return std::unexpected(hive.error());
  out.hive = std::move(*hive);
  auto hash = formats::sha256_of(*out.file);
  if (!hash) return std::unexpected(hash.error());
  out.hash = std::move(*hash);
  return out;
}

// It grants or keeps from somebody what the one of a new key does not: entries of its own, or none inherited.
bool is_lost(View was, View is) {
  static constexpr std::uint16_t dacl_protected = 0x1000;  // [MS-DTYP] 2.4.6
  static constexpr std::uint8_t inherited = 0x10;          // [MS-DTYP] 2.4.4.1
  if (std::ranges::equal(was, is)) return false;
  auto then = formats::decode_security_descriptor(was), now = formats::decode_security_descriptor(is);
  if (!then || !now || (then->control & dacl_protected) != 0 ||
      then->entries.has_value() != now->entries.has_value())
    return true;
  if (!then->entries) return false;
  return std::ranges::any_of(*then->entries, [&](const formats::AccessEntry& entry) {
    const bool known = std::ranges::any_of(*now->entries, [&](const formats::AccessEntry& other) {
      return other.type == entry.type && other.mask == entry.mask && other.sid == entry.sid;
    });
    return (entry.flags & inherited) == 0 && !known;
  });
}

class HiveChange {
 public:
  HiveChange(FileTree& tree, FolderWriter& writer, RunFolders& runs, const HiveToChange& hive,
             const std::vector<RegistryEdit>& edits)
      : tree_(tree), writer_(writer), runs_(runs), hive_(hive), edits_(edits) {}

  Result<void> make(const std::string& run) {
    auto now = opened(tree_, hive_.path);
    if (!now) return std::unexpected(now.error());
    auto nothing = changes_nothing(*now->hive, edits_);
    if (!nothing) return std::unexpected(nothing.error());
    if (*nothing) return {};
    if (auto whole = check_whole(*now->hive); !whole)
      return error(fmt::format("the {} hive is damaged: {}", hive_.name, to_text(whole.error())),
                   ErrorKind::malformed);
    now_ = std::move(*now);
    if (auto ready = prepare(run); !ready) return ready;
    auto done = swap_in();
    if (done) return done;
    Error problem = std::move(done.error());
    problem.doing = fmt::format("change the {} hive: {}", printable(hive_.name), problem.doing);
    return without(copy_, std::move(problem));
  }

 private:
  // After a failure: the unfinished file goes, too; where it stays, the next edit removes it.
  std::unexpected<Error> without(const std::string& path, Error first) {
    if (auto gone = writer_.remove_file(path); !gone) first.doing += ", and " + printable(path) + " stays";
    return std::unexpected(std::move(first));
  }

  // The original kept, and how it stands to the hive as it is now.
  Result<void> prepare(const std::string& run) {
    auto originals = runs_.folder_in(run, "originals");
    if (!originals) return std::unexpected(originals.error());
    auto copies = runs_.folder_in(run, "new");
    if (!copies) return std::unexpected(copies.error());
    kept_ = fmt::format("{}/{}", *originals, file_name(hive_.name));
    copy_ = fmt::format("{}/{}", *copies, file_name(hive_.name));
    const auto there = tree_.info(kept_);
    if (there.state == Presence::unreadable)
      return error(fmt::format("look for {}: {}", printable(kept_), there.why));
    if (!there.get()) {
      if (auto kept = keep(); !kept) return kept;
    }
    auto original = opened(tree_, kept_);
    if (!original) return std::unexpected(original.error());
    original_ = std::move(*original);
    return know_own();
  }

  Result<void> keep() {
    const std::string part = kept_ + ".part";
    if (auto gone = writer_.remove_file(part); !gone) return gone;
    auto made = new_file(part, *now_.file);
    if (made) made = writer_.move(part, kept_);
    return made ? made : without(part, std::move(made.error()));
  }

  [[nodiscard]] std::string hashes() const { return kept_ + ".written"; }
  [[nodiscard]] Result<void> remember(std::string_view line) { return runs_.add_line(hashes(), line); }

  // Whether all that was changed in the hive since the original was kept, this run changed.
  Result<void> know_own() {
    std::set<std::string, std::less<>> written{original_.hash};
    auto file = tree_.open(hashes());
    if (file.state == Presence::unreadable)
      return error(fmt::format("open {}: {}", printable(hashes()), file.why));
    if (file.get()) {
      auto source = in_order(*file.value);
      auto bytes = read_all(*source, most_hashes);
      if (!bytes) return std::unexpected(bytes.error());
      const std::string text(bytes->begin(), bytes->end());
      for (const std::string_view line : split(text, '\n')) written.emplace(line);
    }
    own_ = written.contains(now_.hash) && !written.contains(foreign);
    if (own_ || written.contains(foreign)) return {};
    return remember(foreign);
  }

  Result<void> swap_in() {
    if (auto gone = writer_.remove_file(copy_); !gone) return gone;
    const bool back = own_ && now_.hash != original_.hash &&
                      check_edited(*now_.hive, *original_.hive, edits_, Compare::contents).has_value();
    auto made = back ? copy_of_original() : edited_copy();
    if (!made) return made;
    if (auto same = writer_.like(copy_, hive_.path); !same) return same;
    auto copy = opened(tree_, copy_);
    if (!copy) return std::unexpected(copy.error());
    if (back && copy->hash != original_.hash)
      return error(fmt::format("copy {}: the copy is another", printable(kept_)));
    if (auto known = remember(copy->hash); !known) return known;
    return writer_.replace(copy_, hive_.path);
  }

  Result<void> copy_of_original() { return new_file(copy_, *original_.file); }
  Result<void> new_file(const std::string& path, RandomSource& content) {
    auto access = runs_.file_access();
    return access ? writer_.new_file(path, content, *access) : std::unexpected(access.error());
  }

  Result<void> edited_copy() {
    {
      auto from = writer_.hold(hive_.path);
      if (!from) return std::unexpected(from.error());
      auto access = runs_.file_access();
      if (!access) return std::unexpected(access.error());
      auto to = writer_.hold_new(copy_, *access);
      if (!to) return std::unexpected(to.error());
      auto written = write_edited_hive((*from)->path(), (*to)->path(), edits_);
      if (written) written = (*to)->to_disk();
      if (!written) return written;
    }
    auto copy = opened(tree_, copy_);
    if (!copy) return std::unexpected(copy.error());
    if (copy->hive->header().dirty())
      return error("compare the hive with its edited copy: the copy was not closed");
    if (auto bins = copy->hive->check_bins(); !bins) return bins;
    if (auto same = check_edited(*now_.hive, *copy->hive, edits_, Compare::all); !same) return same;
    return own_ ? Result<void>() : access_kept(*copy->hive);
  }

  // A key that the run deleted had its own access list, and Windows has written to the hive since, so that
  // the kept file can't take its place: making the key again would let others in.
  Result<void> access_kept(Hive& copy) {
    for (const RegistryEdit& edit : edits_) {
      if (edit.kind != RegistryEdit::Kind::make_key && edit.kind != RegistryEdit::Kind::set_value) continue;
      if (auto kept = access_kept_of(edit.key, copy); !kept) return kept;
    }
    return {};
  }

  Result<void> access_kept_of(const std::string& key, Hive& copy) {
    std::optional<formats::HiveKey> is = now_.hive->root(), was = original_.hive->root(), made = copy.root();
    if (key.empty()) return {};
    for (const std::string_view part : split(key, '\\')) {
      if (!step(*now_.hive, is, part) || !step(*original_.hive, was, part) || !step(copy, made, part))
        return error(fmt::format("look for {} in the {} hive", printable(key), hive_.name));
      if (!was || !made) return {};
      if (is) continue;
      auto then = original_.hive->security(*was), now = copy.security(*made);
      if (!then || !now || is_lost(*then, *now))
        return error(
            fmt::format("make {} of the {} hive again: it had an access list of its own, which can't be "
                        "given back on a disk; the hive as it was is kept at {}",
                        printable(key), hive_.name, printable(kept_)),
            ErrorKind::not_permitted);
    }
    return {};
  }

  static bool step(Hive& hive, std::optional<formats::HiveKey>& at, std::string_view part) {
    if (!at) return true;
    auto child = hive.child(*at, part);
    if (!child) return false;
    at = *child;
    return true;
  }

  FileTree& tree_;
  FolderWriter& writer_;
  RunFolders& runs_;
  const HiveToChange& hive_;
  const std::vector<RegistryEdit>& edits_;
  Opened now_, original_;
  std::string kept_, copy_;
  bool own_ = false;
};

}  // namespace

Result<void> writable_hive(const HiveRead& state) {
  static constexpr std::string_view start_once = "start Windows once and shut it down, then try again";
  const std::string name = printable(state.name);
  switch (state.state) {
    case HiveState::clean: return {};
    case HiveState::recovered:
    case HiveState::dirty:
      return error(fmt::format("the {} hive was not closed ({}): what is written to it could be lost", name,
                               state.detail),
                   ErrorKind::not_permitted, std::string(start_once));
    case HiveState::damaged:
      return error(
          fmt::format("the {} hive is damaged ({}), and a damaged one is never written", name, state.detail),
          ErrorKind::malformed, "a hive that is whole: restore it from a backup first");
    case HiveState::missing: return error(fmt::format("there is no {} hive", name), ErrorKind::not_found);
    case HiveState::unreadable: break;
  }
  return error(fmt::format("the {} hive can't be read: {}", name, state.detail));
}

Result<void> change_hive(FileTree& tree, FolderWriter& writer, RunFolders& runs, const std::string& run,
                         const HiveToChange& hive, const std::vector<RegistryEdit>& edits) {
  const ImageHive fresh(tree, hive.name, Reading<std::string>::present(hive.path));
  if (auto may = writable_hive(fresh.state()); !may) return may;
  return HiveChange(tree, writer, runs, hive, edits).make(run);
}

}  // namespace rdpdoctor::host
