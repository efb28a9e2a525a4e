#include "host/image/image_host.h"

#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"
#include "host/files.h"
#include "host/key_names.h"
#include "host/registry.h"

namespace rdpdoctor::host {
namespace {

constexpr std::string_view profile_list = R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList)";
constexpr std::string_view not_collected = "it is not among the files that were collected";
constexpr std::string_view no_programs = "a disk holds no running programs";

template <class T>
Reading<T> unreadable(std::string why) {
  return Reading<T>::unreadable(std::move(why));
}

// "HKLM\SYSTEM\A\B": its first two parts, and the rest.
struct Split {
  std::string root, hive, rest;
};
Split split_key(std::string_view key) {
  Split out;
  std::size_t first = key.find('\\');
  out.root = normal_key(key.substr(0, first));
  if (first == std::string_view::npos) return out;
  key.remove_prefix(first + 1);
  std::size_t second = key.find('\\');
  out.hive = key.substr(0, second);
  if (second != std::string_view::npos) out.rest = key.substr(second + 1);
  while (out.rest.ends_with('\\')) out.rest.pop_back();
  return out;
}

}  // namespace

ImageHost::ImageHost(std::unique_ptr<FileTree> tree, std::string windows)
    : tree_(std::move(tree)), paths_(*tree_), windows_(std::move(windows)) {
  // The letter that the machine itself gives its volume: paths in the registry have it.
  std::string root = system_root(*this);
  paths_.set_drive(root.substr(0, 2));
}

ImageHive& ImageHost::hive(const std::string& name, const std::string& file) {
  auto& slot = hives_[name];
  if (!slot) {
    slot = std::make_unique<ImageHive>(*tree_, name, paths_.find_below_top(file));
    opened_.push_back(name);
  }
  return *slot;
}

ImageHive& ImageHost::config(const std::string& name) {
  return hive(name, windows_ + "/System32/config/" + name);
}

ImageHost::Place ImageHost::user_place(const std::string& sid, std::string rest) {
  // The system's own profile has its hive beside the machine's.
  if (equal_ignoring_case(sid, ".DEFAULT") || sid == "S-1-5-18")
    return {&config("DEFAULT"), std::move(rest), ""};
  auto folder = as_text(value(under(profile_list, sid), "ProfileImagePath"));
  if (!folder.get())
    return {nullptr, "", folder.state == Presence::absent ? "it has no profile in ProfileList" : folder.why};
  const std::string home = expanded(*this, folder.value);
  const std::string name = "NTUSER.DAT of " + home;
  auto& slot = hives_[name];
  if (!slot) {
    slot = std::make_unique<ImageHive>(*tree_, name, paths_.find(under(home, "NTUSER.DAT")));
    opened_.push_back(name);
  }
  return {slot.get(), std::move(rest), ""};
}

const Reading<std::string>& ImageHost::control_set() {
  if (control_set_) return *control_set_;
  ImageHive& system = config("SYSTEM");
  auto current = as_dword(system.value("Select", "Current"));
  if (!current.get()) {
    control_set_ = unreadable<std::string>(
        current.state == Presence::absent ? "Select names no current control set" : current.why);
    return *control_set_;
  }
  std::string name = control_set_name(current.value);
  auto there = system.subkeys(name);
  if (there.get())
    control_set_ = Reading<std::string>::present(std::move(name));
  else
    control_set_ = unreadable<std::string>(there.state == Presence::absent
                                               ? fmt::format("Select names {}, which is not there", name)
                                               : there.why);
  return *control_set_;
}

ImageHost::Place ImageHost::place_of(std::string_view key) {
  Split at = split_key(key);
  if (at.root == "hku") return user_place(at.hive, std::move(at.rest));
  if (at.root != "hklm") return {nullptr, "", "no such part of the registry: " + printable(key, 80)};
  for (std::string_view name : {"SYSTEM", "SOFTWARE", "SECURITY", "SAM"}) {
    if (!equal_ignoring_case(at.hive, name)) continue;
    static constexpr std::string_view current = "CurrentControlSet";
    const std::string first = at.rest.substr(0, at.rest.find('\\'));
    if (name != "SYSTEM" || !equal_ignoring_case(first, current))
      return {&config(std::string(name)), std::move(at.rest), ""};
    const auto& set = control_set();
    if (!set.get()) return {nullptr, "", set.why};
    return {&config("SYSTEM"), set.value + at.rest.substr(current.size()), ""};
  }
  return {nullptr, "", "it is not in a hive of this image"};
}

Reading<RegistryValue> ImageHost::value(std::string_view key, std::string_view name) {
  Place at = place_of(key);
  return at.hive ? at.hive->value(at.key, name) : unreadable<RegistryValue>(at.why);
}
Reading<std::vector<RegistryValue>> ImageHost::values(std::string_view key) {
  Place at = place_of(key);
  return at.hive ? at.hive->values(at.key) : unreadable<std::vector<RegistryValue>>(at.why);
}
Reading<std::vector<std::string>> ImageHost::subkeys(std::string_view key) {
  Place at = place_of(key);
  return at.hive ? at.hive->subkeys(at.key) : unreadable<std::vector<std::string>>(at.why);
}
Reading<formats::SecurityDescriptor> ImageHost::key_security(std::string_view key) {
  Place at = place_of(key);
  return at.hive ? at.hive->security(at.key) : unreadable<formats::SecurityDescriptor>(at.why);
}

std::string ImageHost::real_key(std::string_view key) {
  const auto& set = control_set();
  return set.get() ? with_control_set(key, set.value) : std::string(key);
}

std::vector<HiveRead> ImageHost::hives() {
  std::vector<HiveRead> out;
  for (const std::string& name : opened_) out.push_back(hives_.at(name)->state());
  return out;
}

// A whole volume has programs in System32; what was picked out of one for its hives and logs has none.
bool ImageHost::is_collection() {
  if (collection_) return *collection_;
  const std::string folder = paths_.find_below_top(windows_ + "/System32").value;
  auto names = tree_->names(folder);
  collection_ = std::ranges::none_of(names.value, [&](const std::string& name) {
    auto info = tree_->info(folder + "/" + name);
    return info.get() && !info.value.is_folder;
  });
  return *collection_;
}

// What is not in a mere collection of files is not absent from the machine.
Reading<std::string> ImageHost::find(std::string_view path) {
  auto at = paths_.find(path);
  if (at.state != Presence::absent || !is_collection()) return at;
  auto folder = paths_.find(parent_of(path));
  bool made_for_hives =
      folder.get() && (folder.value.empty() || equal_ignoring_case(folder.value, windows_) ||
                       equal_ignoring_case(folder.value, windows_ + "/System32"));
  if (folder.get() && !made_for_hives) return at;
  return unreadable<std::string>(std::string(not_collected));
}

Reading<FileInfo> ImageHost::file(std::string_view path) {
  auto at = find(path);
  return at.get() ? tree_->info(at.value) : Reading<FileInfo>{at.state, {}, at.why};
}

Reading<std::vector<std::string>> ImageHost::folder(std::string_view path) {
  auto at = find(path);
  return at.get() ? tree_->names(at.value) : Reading<std::vector<std::string>>{at.state, {}, at.why};
}

Reading<formats::SecurityDescriptor> ImageHost::file_security(std::string_view path) {
  using Security = formats::SecurityDescriptor;
  auto at = find(path);
  if (!at.get()) return {at.state, {}, at.why};
  auto bytes = tree_->security(at.value);
  if (!bytes.get()) return {bytes.state, {}, bytes.why};
  auto descriptor = formats::decode_security_descriptor(bytes.value);
  if (!descriptor)
    return unreadable<Security>("its security descriptor is damaged: " + to_text(descriptor.error()));
  return Reading<Security>::present(std::move(*descriptor));
}

Reading<std::unique_ptr<RandomSource>> ImageHost::open(std::string_view path) {
  auto at = find(path);
  if (!at.get()) return {at.state, nullptr, at.why};
  return tree_->open(at.value);
}

// Where the registry moved the log to, else the usual place.
Reading<std::string> ImageHost::log_path(std::string_view channel) {
  for (std::string_view keys : {R"(HKLM\SYSTEM\CurrentControlSet\Services\EventLog)",
                                R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT\Channels)"}) {
    auto moved = as_text(value(under(keys, channel), "File"));
    if (moved.get() && !moved.value.empty()) {
      auto at = paths_.find(expanded(*this, moved.value));
      if (at.state != Presence::absent) return at;
    }
  }
  std::string file;
  for (char c : channel) file += c == '/' ? "%4" : std::string(1, c);
  const std::string logs = windows_ + "/System32/winevt/Logs";
  auto at = paths_.find_below_top(fmt::format("{}/{}.evtx", logs, file));
  if (at.state != Presence::absent || paths_.find_below_top(logs).get() || !is_collection()) return at;
  return unreadable<std::string>(std::string(not_collected));
}

Reading<Host::EventLog> ImageHost::event_log(std::string_view channel) {
  auto path = log_path(channel);
  if (!path.get()) return {path.state, {}, path.why};
  auto file = tree_->open(path.value);
  if (!file.get()) return {file.state, {}, file.why};
  return Reading<EventLog>::present({path.value.substr(path.value.rfind('/') + 1), std::move(file.value)});
}

Reading<std::vector<RunningService>> ImageHost::running_services() {
  return unreadable<std::vector<RunningService>>(std::string(no_programs));
}
Reading<std::vector<Listening>> ImageHost::listening() {
  return unreadable<std::vector<Listening>>(std::string(no_programs));
}
Reading<Instant> ImageHost::clock() {
  return Reading<Instant>::absent();
}

}  // namespace rdpdoctor::host
