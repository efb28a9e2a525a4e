#include "causes/engine/logon_rights.h"

#include <algorithm>

#include "base/text.h"
#include "causes/engine/policy_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

using evidence::AccountRights;
using evidence::right_deny_remote_interactive;
using evidence::right_remote_interactive;

constexpr std::string_view administrators = "S-1-5-32-544", remote_desktop_users = "S-1-5-32-555";

// Whom a right given to a group reaches. [MS-DTYP] 2.4.2.4
enum class Reach { everybody, administering, invited, local_accounts, few };
struct Group {
  std::string_view sid;
  std::string_view name;
  Reach reach;
};
constexpr Group groups[] = {
    {"S-1-1-0", "Everyone", Reach::everybody},
    {"S-1-5-11", "Authenticated Users", Reach::everybody},
    {"S-1-5-14", "REMOTE INTERACTIVE LOGON", Reach::everybody},
    {"S-1-5-32-545", "Users", Reach::everybody},
    {administrators, "Administrators", Reach::administering},
    {remote_desktop_users, "Remote Desktop Users", Reach::invited},
    {"S-1-5-113", "Local account", Reach::local_accounts},
    {"S-1-5-114", "Local account and member of Administrators group", Reach::local_accounts},
};
constexpr std::string_view domain_prefix = "S-1-5-21-", domain_users = "-513";

Group group_of(std::string_view sid) {
  for (const Group& group : groups)
    if (group.sid == sid) return group;
  if (sid.starts_with(domain_prefix) && sid.ends_with(domain_users))
    return {sid, "Domain Users", Reach::everybody};
  return {sid, sid, Reach::few};
}

EvidenceLine of_account(const HostFacts& host, std::string_view sid, std::string text) {
  return {fmt::format("{}\\{}\\ActSysAc", host.logon.rights.source, sid), std::move(text)};
}

// Local accounts are all that there is without a domain; in one, hardening turns them away on purpose.
Found local_accounts_denied(const HostFacts& host, Found found) {
  std::optional<bool> domain = in_domain(host);
  if (domain == false) return found;
  found.certainty = Certainty::possible;
  found.explains = false;
  found.note = domain == true;
  found.evidence.push_back(line(host.system.domain, "accounts of the domain are not hit"));
  return found;
}

std::optional<Found> denied(const HostFacts& host) {
  std::optional<Found> mild;
  for (const AccountRights& account : *host.logon.rights.get()) {
    Group group = group_of(account.sid);
    bool denies = (account.rights & right_deny_remote_interactive) != 0;
    if (!denies || group.reach == Reach::few) continue;
    Found found{
        Certainty::likely,
        {of_account(host, account.sid,
                    fmt::format("logon through Remote Desktop is denied to {}: 0x{:x} holds 0x800, and a "
                                "denial beats every permission",
                                group.name, account.rights))},
        true,
        fmt::format("Logon through Remote Desktop is denied to {}.", group.name)};
    if (group.reach == Reach::local_accounts) found = local_accounts_denied(host, std::move(found));
    if (found.explains) return found;
    if (!mild) mild = std::move(found);
  }
  return mild;
}

struct Allowed {
  std::vector<std::string_view> others;  // accounts and groups that are none of the usual
  bool everybody = false, administrators = false, remote_desktop_users = false;
};

Allowed allowed(const HostFacts& host) {
  Allowed out;
  for (const AccountRights& account : *host.logon.rights.get()) {
    bool may = (account.rights & right_remote_interactive) != 0 &&
               (account.rights & right_deny_remote_interactive) == 0;
    if (!may) continue;
    switch (group_of(account.sid).reach) {
      case Reach::everybody: out.everybody = true; break;
      case Reach::administering: out.administrators = true; break;
      case Reach::invited: out.remote_desktop_users = true; break;
      case Reach::local_accounts:
      case Reach::few: out.others.push_back(account.sid); break;
    }
  }
  return out;
}

Found nobody_usual(const HostFacts& host, const Allowed& who) {
  if (who.others.empty()) {
    return {Certainty::proven,
            {{host.logon.rights.source,
              "no account and no group has the right to log on through Remote "
              "Desktop (0x400)"}},
            true,
            "Nobody has the right to log on through Remote Desktop."};
  }
  return {Certainty::possible,
          {{host.logon.rights.source,
            fmt::format("neither Administrators nor Remote Desktop Users have the right to log on through "
                        "Remote Desktop, only {}",
                        count_of(who.others.size(), "other account"))}},
          false,
          "Only accounts of one's own choice may log on through Remote Desktop."};
}

// Meant so by many a hardening guide, and news to who is in the other group.
Found one_group_only(const HostFacts& host, const Allowed& who) {
  std::string_view may = who.administrators ? "Administrators" : "Remote Desktop Users";
  std::string_view may_not = who.administrators ? "Remote Desktop Users" : "Administrators";
  std::string_view sid = who.administrators ? remote_desktop_users : administrators;
  Found found{Certainty::possible,
              {of_account(host, sid,
                          fmt::format("{} lack the right to log on through Remote Desktop (0x400); "
                                      "{} have it",
                                      may_not, may))},
              false,
              fmt::format("{} may not log on through Remote Desktop here.", may_not)};
  found.note = true;
  return found;
}

}  // namespace

Verdict judge_logon_rights(const HostFacts& host) {
  const auto& fact = host.logon.rights;
  if (unreadable(fact)) return needs_reading(fact);
  if (!fact.get() || fact.get()->empty())
    return needs(fmt::format("the user rights, which every Windows has ({} was not found)", fact.source));
  std::optional<Found> found = denied(host);
  Allowed who = allowed(host);
  bool both = who.everybody || (who.administrators && who.remote_desktop_users);
  bool usual = both || (who.administrators && is_domain_controller(host));
  bool one_group = who.administrators || who.remote_desktop_users;
  bool settled = usual || (found && found->explains);
  if (!settled && !one_group) found = nobody_usual(host, who);
  if (!settled && !found) found = one_group_only(host, who);
  if (!found) {
    return excluded(fmt::format("{} have the right, and no broad group is denied it ({})",
                                both ? "Administrators and Remote Desktop Users" : "Administrators",
                                fact.source));
  }
  temper(host, "SECURITY", *found);
  return *found;
}

}  // namespace rdpdoctor::causes
