// Judges whether users' own registries, NTUSER.DAT, can be opened.
#include <algorithm>

#include "base/text.h"
#include "causes/engine/policy_views.h"
#include "causes/engine/profile_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

bool damaged(const UserProfile& user) {
  const std::string* hive = user.hive.get();
  return hive && hive->starts_with("damaged");
}

// One that was moved aside is nobody's at present, and one that is not there is made anew, or lies in a
// container that is there only while its user is.
bool counts(const UserProfile& user) {
  return !user.backup && user.hive.is.state != Presence::absent && user.hive.is.state != Presence::not_looked;
}

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  const auto& profiles = host->profiles;
  if (unreadable(profiles.count)) return needs_reading(profiles.count);
  Found found{Certainty::likely, {}, false, ""};
  std::size_t looked_at = 0, bad = 0;
  const UserProfile* unread = nullptr;
  for (const UserProfile& user : profiles.users) {
    if (!counts(user)) continue;
    ++looked_at;
    if (!user.hive.get() && !unread) unread = &user;
    if (!damaged(user)) continue;
    ++bad;
    found.evidence.push_back(line(user.hive, *user.hive.get()));
  }
  if (bad != 0) {
    // Somebody who left may have a damaged profile on a host that is well.
    found.explains = after_logon(c) || (bad == looked_at && profiles.left_out == 0);
    return found;
  }
  if (unread) return needs_reading(unread->hive);
  std::string left = profiles.left_out == 0 ? "" : fmt::format(", {} more not looked at", profiles.left_out);
  return excluded(fmt::format("the registries of {} open ({}{})", count_of(looked_at, "user"),
                              profiles.count.source, left));
}

}  // namespace

Cause profile_hive_damaged() {
  return {
      .id = "profile-hive-damaged",
      .title = "A user's own registry, NTUSER.DAT, is damaged.",
      .stage = Stage::session,
      .machine = Machine::host,
      .topic = Topic::profiles,
      .explanation =
          "NTUSER.DAT in the profile's folder holds the user's part of the registry. If it is empty or "
          "damaged, after a full disk, a power cut or a copy that was broken off, the profile does not "
          "load: the logon is refused by the profile service, or the user gets a temporary profile.",
      .tell_apart =
          "It is read from the file itself. It is one user's and acts after the logon; other accounts work. "
          "Events 1508 and 1502 of User Profiles Service say so on the host. A profile that was moved aside "
          "is profile-list-backup.",
      .advice =
          {"On the host: log on with another administrator's account, and have the user logged off.",
           "On the host, PowerShell, what the profile service said:   Get-WinEvent -FilterHashtable "
           "@{LogName='Application'; ProviderName='Microsoft-Windows-User Profiles Service'} -MaxEvents 20",
           "On the host, as administrator, is the disk full or failing?   chkdsk C:",
           "On the host: copy the whole profile folder aside, then put NTUSER.DAT back from a backup or an "
           "earlier version of the folder.",
           "Without a backup: let the user log on with a new profile and copy the documents over from the "
           "old folder."},
      .article = Article::names_it,
      .article_note =
          "It has a damaged NTUSER.DAT behind 0x904 with 0x7. A profile loads after the logon, so it can't "
          "end a connection before TLS.",
      .fixes = {"repair-profile-list"},
      .covers = {"profile-broken"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
