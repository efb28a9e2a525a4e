// Puts profiles back in their place that Windows moved aside: keys of ProfileList that end in .bak.
#include <algorithm>

#include "base/text.h"
#include "fixes/engine/fix.h"
#include "fixes/engine/key_tree.h"
#include "fixes/engine/listener_keys.h"
#include "fmt/core.h"
#include "formats/hive.h"
#include "host/files.h"
#include "host/key_names.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::string_view profile_list = R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList)",
                           aside = ".bak";
constexpr std::uint32_t temporary = 0x800;  // State: a temporary profile is loaded

// Accounts of this machine and of domains, and those of Entra ID; not those of services.
bool of_a_user(std::string_view sid) {
  const std::string text = lower(sid);
  return text.starts_with("s-1-5-21-") || text.starts_with("s-1-12-1-");
}

bool is_aside(std::string_view name) {
  return lower(name).ends_with(aside);
}

// What is wrong with a user's registry; "" nothing that is seen in its first bytes.
std::string fault_of_hive(Planner& p, const std::string& path) {
  if (!file_is_there(p, path)) return "there is no " + path;
  const auto file = p.host().open(path);
  if (!file.get()) return path + " can't be read: " + file.why;
  Bytes block(static_cast<std::size_t>(std::min<std::uint64_t>((*file.get())->size(), 512)));
  if (block.empty()) return path + " is empty";
  if (auto read = (*file.get())->read_at(0, block); !read) return path + " can't be read";
  const bool is_one = formats::is_hive(block) && formats::decode_hive_header(block).has_value();
  return is_one ? "" : path + " is no registry hive";
}

// The profile that a key names: "" it is there, else what is wrong.
std::string fault_of_profile(Planner& p, const std::string& key) {
  const auto path = p.text_of(key, "ProfileImagePath");
  if (!path.get() || path.get()->empty()) return "it names no folder";
  const std::string folder = host::expanded(p.host(), *path.get());
  if (!file_is_there(p, folder)) return "its folder " + printable(folder) + " is not there";
  return fault_of_hive(p, host::under(folder, "NTUSER.DAT"));
}

// "C:\Users\TEMP", "C:\Users\TEMP.CORP.003", or a State that says so.
bool is_temporary(Planner& p, const std::string& key) {
  const auto state = p.number(key, "State");
  const auto path = p.text_of(key, "ProfileImagePath");
  const std::string name = lower(host::last_part(path.value));
  return (state.get() && (*state.get() & temporary) != 0) || name == "temp" || name.starts_with("temp.");
}

// Nothing is lost with it: it names no folder, or one that is gone.
bool is_empty(Planner& p, const std::string& key) {
  const auto path = p.text_of(key, "ProfileImagePath");
  return !path.get() || path.get()->empty() || !file_is_there(p, host::expanded(p.host(), *path.get()));
}

// The profile is not loaded, by nobody: a next logon begins from this.
void forget_state(KeyTree& tree) {
  for (KeyTree::Value& value : tree.keys[""])
    for (const std::string_view name : {"State", "RefCount"})
      if (equal_ignoring_case(value.name, name)) value.is = dword(0);
}

bool logged_on(Planner& p, std::string_view sid) {
  if (!p.running()) return false;
  const auto users = p.subkeys("HKU");
  return std::ranges::any_of(users, [&](const auto& name) { return equal_ignoring_case(name, sid); });
}

// Why this pair is not put right; "" it is, and noted.
std::string put_back(Planner& p, const std::string& name, bool has_twin) {
  const std::string sid = name.substr(0, name.size() - aside.size());
  const std::string from = host::under(profile_list, name), to = host::under(profile_list, sid);
  if (logged_on(p, sid)) return "the user is logged on: log the user off first";
  if (std::string fault = fault_of_profile(p, from); !fault.empty()) return fault;
  if (has_twin && !is_temporary(p, to) && !is_empty(p, to))
    return "the key that stands in its place is no temporary profile: which one is right is for a person to "
           "say";
  auto tree = key_tree(p.host(), from);
  if (!tree.get()) return "its key can't be read: " + tree.why;
  forget_state(tree.value);
  const auto path = p.text_of(from, "ProfileImagePath");
  p.make_key(to, std::move(tree.value),
             fmt::format("{} is the profile of {} again", printable(path.value, 120), printable(sid, 100)));
  p.remove_key(from, "the key that was moved aside is gone");
  return "";
}

// Left with a temporary profile and nothing to put back, or with a registry that is damaged.
std::string fault_of_user(Planner& p, const std::string& sid) {
  const std::string key = host::under(profile_list, sid);
  if (is_temporary(p, key))
    return "a temporary profile, and none was moved aside that could be put back: without a backup, removing "
           "the key gives the user a new profile";
  const auto path = p.text_of(key, "ProfileImagePath");
  const std::string file = host::under(host::expanded(p.host(), path.value), "NTUSER.DAT");
  if (p.refused() || !file_is_there(p, file)) return "";
  std::string fault = fault_of_hive(p, file);
  return fault.empty() ? "" : fault + ": put it back from a backup; the list is right";
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::any_of(names, [&](const auto& other) { return equal_ignoring_case(other, name); });
}

bool is_meant(Planner& p, std::string_view name) {
  const std::string& user = p.options().user;
  return of_a_user(name) && (user.empty() || equal_ignoring_case(name, user) ||
                             equal_ignoring_case(name, user + std::string(aside)));
}

void plan(Planner& p) {
  if (p.blind())
    return p.refuse("which profiles were moved aside has to be read on the machine: give it by --image");
  const auto names = p.subkeys(profile_list);
  std::vector<std::string> not_done;
  bool done = false;
  for (const std::string& name : names) {
    if (!is_meant(p, name) || p.refused()) continue;
    const std::string sid = is_aside(name) ? name.substr(0, name.size() - aside.size()) : name;
    if (!is_aside(name) && has(names, name + std::string(aside))) continue;  // told with its twin
    const std::string fault = is_aside(name) ? put_back(p, name, has(names, sid)) : fault_of_user(p, name);
    done = done || (is_aside(name) && fault.empty());
    if (!fault.empty()) not_done.push_back(fmt::format("{}: {}", printable(sid, 100), fault));
  }
  if (!done && !not_done.empty()) p.refuse(join(not_done, "; "));
  if (p.refused()) return;
  for (const std::string& one : not_done) p.note(one);
  if (done) {
    p.note("what was saved in the temporary profile is not moved: look into its folder before it is deleted");
    p.note(
        "why it was moved aside is not mended by this: events 1511 and 1515 of User Profiles Service tell");
  }
}

}  // namespace

Fix repair_profile_list() {
  return {
      .id = "repair-profile-list",
      .title = "Users have their own profiles again.",
      .explanation =
          "Where Windows moved a user's key of ProfileList aside to SID.bak, that key is put back under its "
          "SID, with State and RefCount 0, and the .bak is removed. Only where it is safe: the profile's "
          "folder and its NTUSER.DAT are there and readable, the user is not logged on, and what stands in "
          "its "
          "place, if anything, is a temporary profile. Every other case is named and left alone, and so are "
          "the files. --user SID does it for one user. It acts after the logon: it mends no connection that "
          "ends before.",
      .side = Side::host,
      .risk = Risk::medium,
      .takes_effect = "when the user logs on the next time",
      .verified_by = "profile-list-backup is no longer found",
      .article = "repair the profile list",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
