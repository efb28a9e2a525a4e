#include "host/image/image_writer.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "fmt/core.h"
#include "host/files.h"
#include "host/image/image.h"
#include "host/key_names.h"

namespace rdpdoctor::host {
namespace {

constexpr std::uint64_t spare_bytes = 1 << 20;  // for the journal and what folders need
constexpr std::size_t longest_name = 200;

std::unexpected<Error> error(std::string doing, ErrorKind kind, std::string expected = "") {
  return std::unexpected(Error{std::move(doing), kind, 0, std::move(expected)});
}

// Of a file in the run's folder; journals may be anybody's.
bool is_plain_name(std::string_view name) {
  const bool letters = std::ranges::all_of(name, [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != '/' && c != '\\' && c != ':';
  });
  return !name.empty() && name.size() <= longest_name && !name.starts_with('.') && letters;
}

// An error that names what it is about.
std::unexpected<Error> because(std::string_view doing, std::string_view what, const std::string& why) {
  return error(fmt::format("{} {}: {}", doing, printable(what), why.empty() ? "it is not there" : why),
               why.empty() ? ErrorKind::not_found : ErrorKind::io);
}

// The edits of one hive, in their order.
struct HiveEdits {
  HiveToChange hive;
  std::vector<RegistryEdit> edits;
};

// Where hives were picked out of a volume, it is made: what a run keeps has to go where the hives go.
Reading<std::string> data_folder(FileTree& tree, ImageHost& host) {
  static constexpr std::string_view usual = "ProgramData";
  const std::string path = program_data(host);
  auto at = host.find(path);
  if (at.get() || !same_name(path, under(system_root(host).substr(0, 2), usual))) return at;
  const auto names = tree.names("");
  const bool there = std::ranges::any_of(names.value, [](const auto& n) { return same_name(n, usual); });
  if (!names.get() || there) return at;
  return Reading<std::string>::present(std::string(usual));
}

}  // namespace

ImageWriter::ImageWriter(std::string folder, std::unique_ptr<FileTree> tree,
                         std::unique_ptr<FolderWriter> writer, std::unique_ptr<ImageHost> host)
    : folder_(std::move(folder)),
      tree_(std::move(tree)),
      writer_(std::move(writer)),
      host_(std::move(host)),
      runs_(std::make_unique<RunFolders>(*tree_, *writer_, data_folder(*tree_, *host_))) {}

Result<void> ImageWriter::reopen() {
  auto tree = folder_tree(folder_);
  if (!tree) return std::unexpected(tree.error());
  auto host = open_image_host(std::move(*tree));
  if (!host) return std::unexpected(host.error());
  host_ = std::move(*host);
  return {};
}

// Windows would go on from memory when it starts: it would not see the changes, or write over them. The first
// bytes of the file say so, as ntfs-3g looks at them; fast startup is hibernation, too.
Result<void> ImageWriter::not_hibernated() {
  const auto names = tree_->names("");
  if (!names.get()) return because("look for", "hiberfil.sys", names.why);
  const auto at =
      std::ranges::find_if(names.value, [](const auto& n) { return same_name(n, "hiberfil.sys"); });
  if (at == names.value.end()) return {};
  auto file = tree_->open(*at);
  if (!file.get()) return because("open", *at, file.why);
  Bytes first(4);
  if (file.value->size() < first.size()) return {};
  if (auto read = file.value->read_at(0, first); !read) return read;
  const std::string signature = lower(std::string(first.begin(), first.end()));
  if (signature != "hibr" && signature != "rstr") return {};
  return error(
      "Windows is hibernated on this volume, or was shut down with fast startup: hiberfil.sys holds it",
      ErrorKind::not_permitted, "start Windows once and shut it down fully (shutdown /s /t 0)");
}

// The bytes that copies of them need.
Result<std::uint64_t> ImageWriter::ready_hives(const std::vector<std::string>& keys) {
  std::set<const ImageHive*> seen;
  std::uint64_t bytes = 0;
  for (const std::string& key : keys) {
    const ImageHost::Place at = host_->place_of(key);
    if (at.hive == nullptr) return because("find the hive of", key, at.why);
    if (!seen.insert(at.hive).second) continue;
    if (auto may = writable_hive(at.hive->state()); !may) return std::unexpected(may.error());
    const std::string& file = at.hive->file();
    const auto info = tree_->info(file);
    if (!info.get()) return because("look at", file, info.why);
    const std::string folder = file.contains('/') ? file.substr(0, file.rfind('/')) : "";
    if (auto may = writer_->writable(folder); !may) return std::unexpected(may.error());
    bytes += 2 * info.value.size;  // the original that is kept, and the copy
  }
  return bytes;
}

Result<void> ImageWriter::ready(const std::vector<std::string>& keys) {
  // First: of a hibernated volume ntfs-3g makes one that is mounted read-only.
  if (auto off = not_hibernated(); !off) return off;
  if (auto may = writer_->writable(""); !may) return may;
  const auto& data = runs_->data();
  if (!data.get()) return because("find", program_data(*host_), data.why);
  if (tree_->info(data.value).get())
    if (auto may = writer_->writable(data.value); !may) return may;
  auto needed = ready_hives(keys);
  if (!needed) return std::unexpected(needed.error());
  auto free = writer_->free_bytes();
  if (!free) return std::unexpected(free.error());
  if (*free < *needed + spare_bytes)
    return error(fmt::format("the volume has {} bytes free, too few to keep what is changed", *free),
                 ErrorKind::io, fmt::format("{} free bytes", *needed + spare_bytes));
  return {};
}

Result<void> ImageWriter::edit_registry(const std::string& run, const std::vector<RegistryEdit>& edits) {
  std::vector<HiveEdits> by_hive;
  for (const RegistryEdit& edit : edits) {
    const ImageHost::Place at = host_->place_of(edit.key);
    if (at.hive == nullptr) return because("find the hive of", edit.key, at.why);
    if (auto may = writable_hive(at.hive->state()); !may) return may;
    auto one = std::ranges::find(by_hive, at.hive->file(), [](const HiveEdits& h) { return h.hive.path; });
    if (one == by_hive.end())
      one = by_hive.insert(by_hive.end(), HiveEdits{{at.hive->state().name, at.hive->file()}, {}});
    one->edits.push_back(edit);
    one->edits.back().key = at.key;
  }
  for (const HiveEdits& one : by_hive) {
    auto changed = change_hive(*tree_, *writer_, *runs_, run, one.hive, one.edits);
    // Some hives may be changed: what is read from now on is what is there.
    if (auto opened = reopen(); changed && !opened) return opened;
    if (!changed) return changed;
  }
  return {};
}

Result<std::string> ImageWriter::existing(std::string_view path) {
  auto at = host_->find(path);
  if (!at.get()) return because("find", path, at.why);
  return std::move(at.value);
}

Reading<Bytes> ImageWriter::file_security(std::string_view path) {
  auto at = host_->find(path);
  if (!at.get()) return {at.state, {}, at.why};
  return tree_->security(at.value);
}

Result<void> ImageWriter::set_file_security(std::string_view path, View descriptor) {
  auto at = existing(path);
  if (!at) return std::unexpected(at.error());
  auto decoded = formats::decode_security_descriptor(descriptor);
  if (!decoded) return error("set an access list: " + to_text(decoded.error()), ErrorKind::malformed);
  return writer_->set_security(*at, descriptor);
}

Reading<Bytes> ImageWriter::key_security(std::string_view key) {
  const ImageHost::Place at = host_->place_of(key);
  return at.hive ? at.hive->security_bytes(at.key) : Reading<Bytes>::unreadable(at.why);
}

Result<void> ImageWriter::set_key_security(std::string_view key, View) {
  return error(fmt::format("set the access list of the key {} on a disk", printable(key)), ErrorKind::usage,
               "the running machine: --emit ps1 makes a script for it");
}

Result<void> ImageWriter::set_aside(const std::string& run, std::string_view path, const std::string& as) {
  if (!is_plain_name(as)) return error("set a file aside as '" + printable(as, 80) + "'", ErrorKind::usage);
  auto from = existing(path);
  if (!from) return std::unexpected(from.error());
  const auto info = tree_->info(*from);
  if (!info.get() || info.value.is_folder)
    return error("set aside " + printable(path), ErrorKind::usage, "a file");
  auto folder = runs_->folder_in(run, "aside");
  if (!folder) return std::unexpected(folder.error());
  if (auto moved = writer_->move(*from, *folder + "/" + as); !moved) return moved;
  return reopen();
}

Result<void> ImageWriter::put_back(const std::string& run, const std::string& as, std::string_view path) {
  if (!is_plain_name(as)) return error("put back '" + printable(as, 80) + "'", ErrorKind::usage);
  const std::string name = last_part(path);
  if (!is_plain_name(name)) return error("put back " + printable(path), ErrorKind::usage, "a full path");
  auto folder = existing(parent_of(path));
  if (!folder) return std::unexpected(folder.error());
  const auto there = host_->find(path);
  if (there.state != Presence::absent)
    return error(fmt::format("put back {}: {}", printable(path), there.get() ? "a file is there" : there.why),
                 ErrorKind::io);
  auto kept = runs_->folder_in(run, "aside");
  if (!kept) return std::unexpected(kept.error());
  const std::string to = folder->empty() ? name : *folder + "/" + name;
  if (auto moved = writer_->move(*kept + "/" + as, to); !moved) return moved;
  return reopen();
}

Reading<FileInfo> ImageWriter::aside(const std::string& run, const std::string& as) {
  if (!is_plain_name(as))
    return Reading<FileInfo>::unreadable("'" + printable(as, 80) + "' is no file's name");
  return tree_->info(fmt::format("{}/aside/{}", runs_->place(run), as));
}

Result<void> ImageWriter::control(std::string_view service, ServiceAction) {
  return error(fmt::format("control the service {}: a disk runs nothing", printable(service)),
               ErrorKind::usage, "the running machine: --emit ps1 makes a script for it");
}

Result<void> ImageWriter::run_command(const Arguments& command) {
  return error(fmt::format("run {}: a disk runs nothing", printable(join(command, " "))), ErrorKind::usage,
               "the running machine: --emit ps1 makes a script for it");
}

std::string ImageWriter::journal_place(const std::string& run) {
  return fmt::format("{}/{}/journal.jsonl", folder_, runs_->place(run));
}

Result<std::unique_ptr<Writer>> open_image_writer(const std::string& folder) {
  auto host_tree = folder_tree(folder);
  if (!host_tree) {
    if (host_tree.error().kind == ErrorKind::not_found) {
      Error problem = std::move(host_tree.error());
      problem.expected = "a folder where a volume is mounted: archives and disk files can be read only";
      return std::unexpected(std::move(problem));
    }
    return std::unexpected(host_tree.error());
  }
  auto host = open_image_host(std::move(*host_tree));
  if (!host) return std::unexpected(host.error());
  auto tree = folder_tree(folder);
  if (!tree) return std::unexpected(tree.error());
  auto writer = folder_writer(folder);
  if (!writer) return std::unexpected(writer.error());
  return std::make_unique<ImageWriter>(folder, std::move(*tree), std::move(*writer), std::move(*host));
}

}  // namespace rdpdoctor::host
