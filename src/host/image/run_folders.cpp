#include "host/image/run_folders.h"

#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"
#include "formats/security_descriptor.h"
#include "host/key_names.h"
#include "host/run_names.h"

namespace rdpdoctor::host {
namespace {

std::unexpected<Error> error(std::string doing, ErrorKind kind, std::string expected = "") {
  return std::unexpected(Error{std::move(doing), kind, 0, std::move(expected)});
}

// Two descriptors that say the same may be laid out differently.
bool is_access(View descriptor, std::string_view sddl) {
  auto is = formats::decode_security_descriptor(descriptor);
  auto wanted = formats::from_sddl(sddl);
  return is && wanted && formats::to_sddl(*is) == formats::to_sddl(*wanted);
}

}  // namespace

std::string RunFolders::top() const {
  return data_.value + "/rdpdoctor";
}

std::string RunFolders::place(const std::string& run) const {
  return fmt::format("{}/runs/{}", top(), run);
}

Result<void> RunFolders::known(const std::string& run) {
  if (!is_run_name(run))
    return error("find the run '" + printable(run, 80) + "'", ErrorKind::usage,
                 "a run's name of digits, small letters and hyphens");
  if (!data_.get())
    return error(
        "find the machine's ProgramData folder: " + (data_.why.empty() ? "there is none" : data_.why),
        ErrorKind::not_found);
  return {};
}

Result<void> RunFolders::make_private(const std::string& path, std::string_view sddl) {
  auto is = tree_.security(path);
  if (!is.get() || is_access(is.value, sddl)) return {};
  auto wanted = formats::from_sddl(sddl);
  if (!wanted) return error("make an access list", ErrorKind::bug);
  return writer_.set_security(path, formats::encode_security_descriptor(*wanted));
}

Result<Bytes> RunFolders::file_access() {
  if (!tree_.security(top()).get()) return Bytes();
  auto wanted = formats::from_sddl(run_file_access);
  if (!wanted) return error("make an access list", ErrorKind::bug);
  return formats::encode_security_descriptor(*wanted);
}

// Somebody may have made it before us: it becomes ours.
Result<bool> RunFolders::private_folder(const std::string& path) {
  auto made = writer_.make_folder(path);
  if (!made) return made;
  if (auto set = make_private(path, run_folder_access); !set) return std::unexpected(set.error());
  return made;
}

// Linux would make a second folder beside one whose name differs in case alone, and Windows find either.
Result<void> RunFolders::only_name(const std::string& folder, const std::string& name) {
  auto names = tree_.names(folder);
  if (names.state == Presence::unreadable)
    return error(fmt::format("list {}: {}", printable(folder), names.why), ErrorKind::io);
  for (const std::string& other : names.value)
    if (other != name && same_name(other, name))
      return error(fmt::format("make {}/{}: there is '{}'", printable(folder), name, printable(other)),
                   ErrorKind::io, "no other name that Windows takes for the same");
  return {};
}

Result<void> RunFolders::begin(const std::string& run) {
  if (auto ok = known(run); !ok) return ok;
  if (auto made = writer_.make_folder(data_.value); !made) return std::unexpected(made.error());
  if (auto ok = only_name(data_.value, "rdpdoctor"); !ok) return ok;
  if (auto made = private_folder(top()); !made) return std::unexpected(made.error());
  if (auto ok = only_name(top(), "runs"); !ok) return ok;
  if (auto made = private_folder(top() + "/runs"); !made) return std::unexpected(made.error());
  auto made = private_folder(place(run));
  if (!made) return std::unexpected(made.error());
  if (!*made) return error("begin the run " + run, ErrorKind::usage, "a name that no run has");
  return {};
}

Result<std::string> RunFolders::folder_in(const std::string& run, std::string_view name) {
  if (auto ok = known(run); !ok) return std::unexpected(ok.error());
  if (!tree_.info(place(run)).get()) return error("find the run " + run, ErrorKind::not_found);
  std::string path = fmt::format("{}/{}", place(run), name);
  if (auto made = private_folder(path); !made) return std::unexpected(made.error());
  return path;
}

// Every user may make folders in ProgramData: a journal is believed when an administrator or SYSTEM owns
// where it lies.
Result<void> RunFolders::trusted(const std::string& path) {
  auto bytes = tree_.security(path);
  if (!bytes.get()) return {};
  auto descriptor = formats::decode_security_descriptor(bytes.value);
  if (descriptor && (descriptor->owner == "S-1-5-18" || descriptor->owner == "S-1-5-32-544")) return {};
  return error(fmt::format("trust {}: {} owns it", printable(path),
                           descriptor ? printable(formats::account_name(descriptor->owner)) : "nobody known"),
               ErrorKind::not_permitted, "Administrators or SYSTEM");
}

Result<Bytes> RunFolders::journal(const std::string& run) {
  if (auto ok = known(run); !ok) return std::unexpected(ok.error());
  for (const std::string& folder : {top(), top() + "/runs", place(run)})
    if (auto ok = trusted(folder); !ok) return std::unexpected(ok.error());
  const std::string path = place(run) + "/journal.jsonl";
  auto file = tree_.open(path);
  if (file.state == Presence::absent) {
    if (tree_.info(place(run)).get()) return Bytes();
    return error("find the run " + run, ErrorKind::not_found);
  }
  if (!file.get()) return error(fmt::format("open {}: {}", printable(path), file.why), ErrorKind::io);
  auto source = in_order(*file.value);
  auto bytes = read_all(*source, most_of_journal);
  if (!bytes) return bytes;
  // What a crash cut off was not announced to anybody, and goes when the next line is written.
  while (!bytes->empty() && bytes->back() != '\n') bytes->pop_back();
  return bytes;
}

Result<std::vector<std::string>> RunFolders::runs() {
  std::vector<std::string> out;
  if (data_.state == Presence::absent) return out;
  if (!data_.get()) return error("find the machine's ProgramData folder: " + data_.why, ErrorKind::io);
  auto names = tree_.names(top() + "/runs");
  if (names.state == Presence::absent) return out;
  if (!names.get()) return error(fmt::format("list {}/runs: {}", printable(top()), names.why), ErrorKind::io);
  for (const std::string& name : names.value) {
    auto info = is_run_name(name) ? tree_.info(place(name)) : Reading<FileInfo>::absent();
    if (!info.get() || !info.value.is_folder) continue;
    // One that was killed before its first line did nothing, and kept nothing. What can't be read is for
    // journal() to tell.
    auto lines = journal(name);
    const bool kept =
        tree_.info(place(name) + "/originals").get() || tree_.info(place(name) + "/aside").get();
    if (!lines || !lines->empty() || kept) out.push_back(name);
  }
  std::ranges::sort(out);
  return out;
}

Result<void> RunFolders::add_line(const std::string& path, std::string_view line) {
  const auto there = tree_.info(path);
  if (there.state == Presence::absent) {
    auto access = file_access();
    if (!access) return std::unexpected(access.error());
    if (auto made = writer_.new_file(path, *random_of({}), *access); !made) return made;
  } else if (there.get() && there.value.size == 0) {
    // One that was killed may have made it and not come to its access list.
    if (auto set = make_private(path, run_file_access); !set) return set;
  }
  return writer_.append_line(path, line);
}

Result<void> RunFolders::append(const std::string& run, std::string_view line) {
  if (auto ok = known(run); !ok) return ok;
  return add_line(place(run) + "/journal.jsonl", line);
}

}  // namespace rdpdoctor::host
