// Judges by the client's saved entries, beside a logon that was refused: an entry alone says nothing of its
// password.
#include <algorithm>

#include "base/text.h"
#include "causes/engine/client_views.h"
#include "causes/engine/log_views.h"
#include "causes/engine/told.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

using evidence::SavedCredentialFacts;

constexpr std::string_view id = "client-saved-credentials-stale";
constexpr std::string_view place = "the Credential Manager";
constexpr std::uint32_t STATUS_LOGON_FAILURE = 0xC000006D, STATUS_WRONG_PASSWORD = 0xC000006A;

// What old or unwelcome credentials give. 0x904 is of the socket, and comes before any password is looked at.
bool of_the_logon(const evidence::Complaint& complaint) {
  static constexpr std::uint32_t codes[] = {0x807, 0xA07, 0x2107, STATUS_LOGON_FAILURE,
                                            STATUS_WRONG_PASSWORD};
  constexpr std::uint32_t rejected_saved = 0xA;
  return std::ranges::count(codes, complaint.code) != 0 || complaint.extended.value_or(0) == rejected_saved;
}

// A client's own logon, not the probe's, which sends no credentials.
Connections refused_logons(const CaseFile& c) {
  return finished(c, [](const Connection& conn) {
    const std::uint32_t error = conn.nla.error_code.value_or(0);
    return of_a_client(conn) && (error == STATUS_LOGON_FAILURE || error == STATUS_WRONG_PASSWORD);
  });
}

std::string words(const SavedCredentialFacts& entry) {
  std::string out = fmt::format("{} is saved", printable(entry.target, 120));
  if (!entry.user.empty()) out += fmt::format(" for {}", printable(entry.user, 80));
  if (entry.written) out += ", last changed " + minute_of(*entry.written);
  return out;
}

Verdict judge_entries(const CaseFile& c, const std::vector<const SavedCredentialFacts*>& entries) {
  const Cause* self = find_cause(id);
  const Connections refused = refused_logons(c);
  const bool by_code = c.complaint && of_the_logon(*c.complaint);
  const bool told = self && told_of(*self, c).has_value();
  if (!by_code && !told && refused.empty()) {
    if (!c.complaint) return needs(need::client_code);
    return excluded(fmt::format(
        "0x{:X} is not of credentials: an old password gives 0x807, saved ones that are not taken 0x2107",
        c.complaint->code));
  }
  Found found{Certainty::possible, {}, true, ""};
  // "The host does not take saved credentials", in the client's own code.
  const bool says_so =
      c.complaint && (c.complaint->code == 0x2107 || c.complaint->extended.value_or(0) == 0xA);
  if (says_so) found.certainty = Certainty::likely;
  for (const SavedCredentialFacts* entry : entries)
    found.evidence.push_back({std::string(place), words(*entry)});
  if (!refused.empty()) found.evidence.push_back({source("nla", refused), "the host refuses the logon"});
  return found;
}

Verdict judge(const CaseFile& c) {
  const ClientFacts* client = client_of(c);
  if (!client) return needs_client_look();
  if (unread(client->credentials))
    return needs_reading_of("the user's saved Remote Desktop credentials", client->credentials);
  const auto entries = saved_for(c, *client);
  if (entries.empty()) return excluded("no TERMSRV entry for this host is saved for the user");
  return judge_entries(c, entries);
}

}  // namespace

Cause client_saved_credentials_stale() {
  return {
      .id = id,
      .title = "The client sends saved credentials that are no longer right.",
      .stage = Stage::session,
      .machine = Machine::client,
      .explanation =
          "The client has a saved entry for this host (TERMSRV/name) with an old password or user and sends "
          "it without asking, or the host wants credentials typed anew and refuses saved ones.",
      .tell_apart =
          "cmdkey /list shows the entry. Connecting with \"Always ask for credentials\" works if it is "
          "this.",
      .advice = {"On the client, the saved entry for the host:   cmdkey /list:TERMSRV/HOST",
                 "On the client, in mstsc: Show Options > \"Always ask for credentials\", to try without it.",
                 "On the client, remove that one entry (it is saved anew at the next logon, if wanted):   "
                 "cmdkey /delete:TERMSRV/HOST"},
      .article = Article::wrong,
      .article_note =
          "Saved credentials that are refused have codes of their own (0x807, 0x2107), which say that the "
          "network and TLS are fine; 0x904 does not mean them.",
      .fixes = {"clear-saved-credentials"},
      .codes = {{"disconnect", 0x2107, Certainty::likely, "the host does not take saved credentials"},
                {"extended", 0xA, Certainty::likely, "the host wants credentials typed anew"},
                {"error-info", 0xA, Certainty::likely, "the host wants credentials typed anew"},
                {"disconnect", 0x807, Certainty::possible, "the saved name or password is old"},
                {"disconnect", 0xA07, Certainty::possible, "the saved user is not known there"},
                {"ntstatus", 0xC000006D, Certainty::possible, "the saved name or password is old"},
                {"ntstatus", 0xC000006A, Certainty::possible, "the saved password is old"}},
      .signs = {{"mstsc-saved-credentials", Certainty::possible,
                 "saved credentials are in use and are not accepted"},
                {"logon-failed", Certainty::possible, "an old saved password is refused like this"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
