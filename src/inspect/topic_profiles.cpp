// Users' profiles: the keys of ProfileList, and whether each user's registry can be opened.
#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"
#include "formats/hive.h"
#include "host/files.h"
#include "inspect/readings.h"
#include "inspect/topics.h"

namespace rdpdoctor::inspect {
namespace {

using evidence::UserProfile;

constexpr std::string_view profile_list = R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList)";
constexpr std::string_view backup_ending = ".bak";
constexpr std::size_t most_profiles = 200;

// Accounts of this machine and of domains, and those of Entra ID; not those of services.
bool of_a_user(std::string_view sid) {
  std::string text = lower(sid);
  return text.starts_with("s-1-5-21-") || text.starts_with("s-1-12-1-");
}

std::string why_of(const Error& error) {
  return printable(to_text(error));
}

// What a hive says of itself. One that was not closed may be mended from its logs, so that what is wrong in
// it proves nothing.
Reading<std::string> check_hive(RandomSource& file) {
  using Read = Reading<std::string>;
  Bytes block(static_cast<std::size_t>(std::min<std::uint64_t>(file.size(), 512)));
  if (block.empty()) return Read::present("damaged: it is empty");
  if (auto read = file.read_at(0, block); !read) return Read::unreadable(why_of(read.error()));
  if (!formats::is_hive(block)) return Read::present("damaged: it does not begin as a registry hive does");
  auto header = formats::decode_hive_header(block);
  if (!header) return Read::present("damaged: " + to_text(header.error()));
  auto hive = formats::Hive::open(file);
  std::string problem;
  if (!hive) {
    if (hive.error().kind == ErrorKind::io) return Read::unreadable(why_of(hive.error()));
    problem = why_of(hive.error());
  } else if (auto keys = (*hive)->children((*hive)->root()); !keys) {
    problem = why_of(keys.error());
  }
  if (problem.empty()) return Read::present("opens");
  if (header->dirty()) return Read::unreadable("it was not closed, and as it is: " + problem);
  return Read::present("damaged: " + problem);
}

void read_files(host::Host& host, UserProfile& user) {
  const std::string* path = user.path.get();
  if (!path) return;
  Reading<host::FileInfo> folder = host.file(*path);
  user.folder = {.is = {folder.state, folder.value.is_folder, folder.why}, .source = *path};
  const std::string file = host::under(*path, "NTUSER.DAT");
  Reading<host::FileInfo> info = host.file(file);
  user.hive_size = {.is = {info.state, info.value.size, info.why}, .source = file};
  user.hive = {.is = {info.state, "", info.why}, .source = file};
  if (!info.get()) return;
  Reading<std::unique_ptr<RandomSource>> opened = host.open(file);
  user.hive.is =
      opened.get() ? check_hive(**opened.get()) : Reading<std::string>{opened.state, "", opened.why};
}

UserProfile read_user(host::Host& host, const std::string& name) {
  UserProfile user;
  user.backup = lower(name).ends_with(backup_ending);
  user.sid = printable(name.substr(0, name.size() - (user.backup ? backup_ending.size() : 0)), 200);
  std::string key = fmt::format("{}\\{}", profile_list, name);
  user.path = text(host, key, "ProfileImagePath");
  if (user.path.get()) user.path.is.value = printable(host::expanded(host, user.path.is.value), 300);
  user.state = number(host, key, "State");
  read_files(host, user);
  return user;
}

}  // namespace

void inspect_profiles(host::Host& host, evidence::HostFacts& facts) {
  evidence::ProfileFacts& profiles = facts.profiles;
  Reading<std::vector<std::string>> keys = host.subkeys(profile_list);
  std::erase_if(keys.value, [](const std::string& name) { return !of_a_user(name); });
  profiles.count = {.is = {keys.state, static_cast<std::uint32_t>(keys.value.size()), keys.why},
                    .source = host.real_key(profile_list)};
  for (const std::string& name : keys.value) {
    if (profiles.users.size() < most_profiles)
      profiles.users.push_back(read_user(host, name));
    else
      ++profiles.left_out;
  }
}

}  // namespace rdpdoctor::inspect
