// Judges whether a user's profile was moved aside: a key of ProfileList with a twin that ends in .bak, or one
// that was left with a temporary profile.
#include <algorithm>

#include "base/text.h"
#include "causes/engine/policy_views.h"
#include "causes/engine/profile_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

// ProfileList\<SID>\State: a temporary profile is loaded.
constexpr std::uint32_t temporary = 0x800;

const UserProfile* twin(const HostFacts& host, const UserProfile& of) {
  for (const UserProfile& user : host.profiles.users)
    if (user.backup != of.backup && equal_ignoring_case(user.sid, of.sid)) return &user;
  return nullptr;
}

// "C:\Users\TEMP", "C:\Users\TEMP.CORP.003".
bool temporary_path(const UserProfile& user) {
  const std::string* path = user.path.get();
  if (!path) return false;
  std::string name = lower(path->substr(path->rfind('\\') + 1));
  return name == "temp" || name.starts_with("temp.");
}

bool says_temporary(const UserProfile& user) {
  const std::uint32_t* state = user.state.get();
  return !user.backup && ((state && (*state & temporary) != 0) || temporary_path(user));
}

std::string state_words(const UserProfile& user) {
  const std::uint32_t* state = user.state.get();
  return state ? fmt::format(", State 0x{:x}", *state) : "";
}

void add_user(const HostFacts& host, const UserProfile& user, Found& found) {
  const UserProfile* other = twin(host, user);
  if (user.backup && other) {
    found.evidence.push_back({profile_key(host, user),
                              fmt::format("the profile {} was moved aside; beside it stands a key with {}{}",
                                          whose_profile(user), whose_profile(*other), state_words(*other))});
    found.certainty = Certainty::likely;
  } else if (user.backup) {
    found.evidence.push_back(
        {profile_key(host, user), fmt::format("the profile {} was moved aside, and nothing "
                                              "stands in its place: the next logon takes "
                                              "it up again",
                                              whose_profile(user))});
  } else if (!other && says_temporary(user)) {
    found.evidence.push_back({profile_key(host, user), fmt::format("a temporary profile: {}{}",
                                                                   whose_profile(user), state_words(user))});
  }
}

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  const auto& profiles = host->profiles;
  if (unreadable(profiles.count)) return needs_reading(profiles.count);
  Found found{Certainty::possible, {}, after_logon(c), ""};
  for (const UserProfile& user : profiles.users) add_user(*host, user, found);
  if (!found.evidence.empty()) {
    // Alone, it is mended by itself or was a guest's.
    found.note = found.certainty == Certainty::possible && !found.explains;
    temper(*host, "SOFTWARE", found);
    return found;
  }
  for (const UserProfile& user : profiles.users)
    if (user.path.is.state == Presence::unreadable) return needs_reading(user.path);
  std::string left = profiles.left_out == 0 ? "" : fmt::format(", {} more not looked at", profiles.left_out);
  return excluded_if_whole(*host, "SOFTWARE",
                           fmt::format("no profile was moved aside ({}: {}{})", profiles.count.source,
                                       count_of(profiles.users.size(), "user"), left));
}

}  // namespace

Cause profile_list_backup() {
  return {
      .id = "profile-list-backup",
      .title = "A user's profile was moved aside, and the user gets a temporary one.",
      .stage = Stage::session,
      .machine = Machine::host,
      .topic = Topic::profiles,
      .explanation =
          "When a profile can't be loaded, Windows renames its key in ProfileList to SID.bak and gives the "
          "user a temporary profile under the SID itself. From then on every logon of that user meets a "
          "temporary profile, or is refused by the profile service, until the two keys are put right. "
          "Others are not touched.",
      .tell_apart =
          "It is one user's and acts after the logon: other accounts work. Events 1511 and 1515 of User "
          "Profiles Service have the day on which it began. A user's registry that can't be opened is "
          "profile-hive-damaged, and often why it began.",
      .advice =
          {"On the host: log on with another administrator's account, and have the user logged off.",
           "On the host, the pairs:   reg query \"HKLM\\SOFTWARE\\Microsoft\\Windows "
           "NT\\CurrentVersion\\ProfileList\"",
           "On the host, as administrator, keep them first:   reg export "
           "\"HKLM\\SOFTWARE\\Microsoft\\Windows "
           "NT\\CurrentVersion\\ProfileList\" C:\\profilelist.reg",
           "On the host, in regedit: rename SID to SID.old and SID.bak to SID, and set State and RefCount to "
           "0 "
           "(undo: reg import C:\\profilelist.reg).",
           "On the host, before that: see why it was moved aside, or it happens again:   rdpdoctor explain "
           "profile-hive-damaged"},
      .article = Article::names_it,
      .article_note = "It acts after the logon, so it is not what ends a connection with 0x904 and 0x7.",
      .fixes = {"repair-profile-list"},
      .covers = {"profile-broken"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
