// Lets the service read the one file with the private key of the listener's certificate.
#include <algorithm>

#include "base/text.h"
#include "fixes/engine/fix.h"
#include "fixes/engine/let_in.h"
#include "fixes/engine/listener_key.h"
#include "fmt/core.h"

namespace rdpdoctor::fixes {
namespace {

// The path where no machine is at hand; the script puts the machine's own MachineGuid into it.
constexpr std::string_view usual_file =
    R"(%ProgramData%\Microsoft\Crypto\RSA\MachineKeys\f686aace6942fb7f7ceb231212eef4a4_%MachineGuid%)";

LetIn network_service() {
  return {.token = formats::network_service_token("TermService"),
          .wanted = formats::file_generic_read,
          .grant = {.mask = formats::file_generic_read, .sid = "S-1-5-20"},
          .itself = {"S-1-5-20", "S-1-5-6", "S-1-5-80-0", formats::service_sid("TermService")}};
}

LetIn local_system() {
  return {.token = formats::local_system_token(),
          .wanted = formats::file_generic_read,
          .grant = {.mask = formats::file_all_access, .sid = "S-1-5-18"},
          .itself = {"S-1-5-18"}};
}

struct Edited {
  AccessEdited list;
  std::string left;  // what SYSTEM still can't, which is no reason to refuse the rest
};

// The service's own reading counts; SYSTEM is needed when the certificate is renewed.
Edited let_services_read(View before) {
  AccessEdited service = let_in(before, network_service());
  if (!service.problem.empty()) return {std::move(service), ""};
  AccessEdited both = let_in(service.descriptor, local_system());
  const bool nothing_else = std::ranges::equal(service.descriptor, before);
  if (!both.problem.empty() && !nothing_else) return {std::move(service), std::move(both.problem)};
  both.taken_away.insert(both.taken_away.begin(), service.taken_away.begin(), service.taken_away.end());
  return {std::move(both), ""};
}

Result<Bytes> edit(View before) {
  AccessEdited edited = let_services_read(before).list;
  if (edited.problem.empty()) return std::move(edited.descriptor);
  return std::unexpected(Error{.doing = std::move(edited.problem), .kind = ErrorKind::malformed});
}

void plan_file(Planner& p, const std::string& file, bool pinned) {
  const auto security = p.host().file_security(file);
  if (const auto* now = security.get()) {
    const Edited trial = let_services_read(formats::encode_security_descriptor(*now));
    const std::string_view instead = pinned ? "" : "; or regenerate-certificate";
    if (!trial.list.problem.empty())
      return p.refuse(fmt::format("{}: {}{}", printable(file), trial.list.problem, instead));
    if (!trial.left.empty()) p.note("SYSTEM gets nothing: " + trial.left);
    for (const std::string& entry : trial.list.taken_away)
      p.note(fmt::format("the entry \"{}\" is taken away; all others stay", entry));
  }
  p.access_of_file(file, edit, "NETWORK SERVICE may read the private key of the listener's certificate");
}

void plan_blind(Planner& p) {
  const auto key = listener_key(p);
  p.access_of_file(key && !key->file.empty() ? key->file : std::string(usual_file), edit,
                   "NETWORK SERVICE may read the private key of the listener's certificate");
  if (!key)
    p.note("meant is the key of Remote Desktop's own certificate, in its first container TSSecKeySet1");
}

void plan(Planner& p) {
  if (p.blind()) return plan_blind(p);
  const auto key = listener_key(p);
  if (p.refused()) return;
  if (!key)
    return p.note("the listener has no certificate yet: Windows makes one, and its key, when it starts");
  if (key->container.empty())
    return p.refuse(
        fmt::format("{} has no private key with it: regenerate-certificate", certificate_words(*key)));
  if (key->file.empty())
    return p.refuse(fmt::format("where the private key of {} lies can't be told", certificate_words(*key)));
  if (!key->file_there)
    return p.refuse(
        fmt::format("the key's file {} is not there, so access is not what is missing: "
                    "regenerate-certificate",
                    printable(key->file)));
  if (key->size == 0)
    return p.refuse(
        fmt::format("the key's file {} is empty, so access is not what is missing: "
                    "regenerate-certificate",
                    printable(key->file)));
  plan_file(p, key->file, key->pinned);
}

}  // namespace

Fix grant_key_access() {
  return {
      .id = "grant-key-access",
      .title = "The service may read the private key of the host's certificate.",
      .explanation =
          "Adds one entry to the access list of one file: NETWORK SERVICE, as which Remote Desktop runs, may "
          "read the private key of the certificate that the listener uses; SYSTEM gets its own entry back if "
          "it lacks one. An entry that denies NETWORK SERVICE or services is taken away; one that denies a "
          "group is named and left to you. Owner, the other entries, the folder MachineKeys and the keys of "
          "other programs stay as they are. It helps where the key is there and can't be read; it does not "
          "where the file is empty, missing or damaged.",
      .side = Side::host,
      .risk = Risk::low,
      .takes_effect = "for the next connection",
      .verified_by = "key-file-access is no longer found",
      .article = "give NETWORK SERVICE read permission on the MachineKeys folder",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
