// Told by its codes, by credentials and by the host's user rights: the account may not log on through Remote
// Desktop.
#include "causes/engine/logon_rights.h"
#include "causes/engine/policy_views.h"
#include "causes/engine/session_views.h"
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {
namespace {

Verdict seen_by_clients(const CaseFile& c) {
  Verdict told = judge_logon_status(c, {0xC000015B});
  if (std::holds_alternative<Found>(told)) return told;
  return possible_in_hidden_logon(
      c, "a missing right, a refused name or password and refused NTLM look alike", told);
}

// A refusal that a client met is the stronger evidence; the rights say why.
Verdict judge(const CaseFile& c) {
  Verdict seen = seen_by_clients(c);
  const HostFacts* host = host_of(c);
  if (!host) return seen;
  Verdict rights = judge_logon_rights(*host);
  auto* refused = std::get_if<Found>(&seen);
  auto* taken = std::get_if<Found>(&rights);
  if (refused && taken) {
    if (taken->certainty < refused->certainty) std::swap(*refused, *taken);
    for (EvidenceLine& more : taken->evidence) refused->evidence.push_back(std::move(more));
    return seen;
  }
  if (refused) return seen;
  if (std::holds_alternative<Excluded>(rights))
    return excluded_unless_told(c, "logon-right-missing", std::move(rights), std::move(seen));
  return rights;
}

}  // namespace

Cause logon_right_missing() {
  return {
      .id = "logon-right-missing",
      .title = "The account lacks the right to log on through Remote Desktop.",
      .stage = Stage::session,
      .machine = Machine::host,
      .topic = Topic::logon,
      .explanation =
          "Name and password are right, and the account is not in Administrators or Remote Desktop Users of "
          "the host, or a policy took the right \"Allow log on through Remote Desktop Services\" from them "
          "or denies it, as hardening templates do to local accounts and administrators.",
      .tell_apart =
          "The early answer of NLA (access denied after a good password) or this code name it. A member of "
          "a farm that is reached without its collection refuses in the same words: farm-token-missing.",
      .advice = {"On the host, PowerShell, who is in Remote Desktop Users:   Get-LocalGroupMember -SID "
                 "S-1-5-32-555",
                 "There, as administrator (undo: Remove-LocalGroupMember):   Add-LocalGroupMember -SID "
                 "S-1-5-32-555 -Member DOMAIN\\USER",
                 "On the host: secpol.msc > Local Policies > User Rights Assignment: allow and deny \"log on "
                 "through Remote Desktop Services\".",
                 "On the host, as administrator, which policy sets them, to be changed there:   gpresult /h "
                 "C:\\gpresult.html"},
      .codes = {{"disconnect", 0x1307, Certainty::likely, "the account lacks this kind of logon"},
                {"extended", 0x9, Certainty::likely, "the account lacks the right"},
                {"error-info", 0x9, Certainty::likely, "the account lacks the right"},
                {"ntstatus", 0xC000015B, Certainty::likely, "the account lacks this kind of logon"},
                {"early-authorization", 0x5, Certainty::likely,
                 "the host denies the user access before the session begins"},
                {"rdstls", 0x5, Certainty::likely, "the user may not open a session on the host"},
                {"logon-error", 0xFFFFFFFA, Certainty::likely, "the user lacks the permission"},
                {"logon-error", 0xFFFFFFFF, Certainty::possible, "the logon was denied"},
                {"freerdp", 0x2000A, Certainty::likely, "the account lacks the right"},
                {"freerdp", 0x2001A, Certainty::likely, "the account lacks this kind of logon"},
                {"freerdp", 0x20016, Certainty::possible, "the host denied the user access"},
                {"ntstatus", 0xC00A002B, Certainty::possible, "the user may not use this listener"}},
      .events = {{"Security-Auditing", 4825, "", Certainty::proven,
                  "a user without the right to log on through Remote Desktop was turned away"},
                 {"Security-Auditing", 4625, "0xC000015B", Certainty::likely,
                  "a logon failed, for the account lacks this kind of logon"}},
      .signs = {{"account-logon-type", Certainty::likely, "the words say that the right is missing"},
                {"account-not-authorized", Certainty::likely, "the words say that the right is missing"},
                {"account-workstations", Certainty::possible,
                 "on Entra-joined hosts a missing role is told like this"},
                {"sign-in-method", Certainty::possible, "the right to log on in this way is missing"},
                {"access-denied-by-server", Certainty::possible, "one of the four that guacd sums up so"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
