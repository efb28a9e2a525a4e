// Has TermService load Windows' own library again, and lets its account read it.
#include "base/text.h"
#include "fixes/engine/fix.h"
#include "fixes/engine/let_in.h"
#include "fixes/engine/listener_keys.h"
#include "fmt/core.h"
#include "host/files.h"
#include "host/key_names.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::string_view parameters = R"(HKLM\SYSTEM\CurrentControlSet\Services\TermService\Parameters)",
                           value = "ServiceDll", own_library = R"(%SystemRoot%\System32\termsrv.dll)",
                           network_service = "S-1-5-20";

// Read and execute, what a service needs to load a library. [MS-DTYP] 2.4.3
constexpr std::uint32_t to_load = formats::file_generic_read | 0x20;

LetIn term_service() {
  return {.token = formats::network_service_token("TermService"),
          .wanted = to_load,
          .grant = {.mask = to_load, .sid = std::string(network_service)},
          .itself = {std::string(network_service)}};
}

// Where nothing else is amiss, not knowing it is no plan.
void let_service_read(Planner& p, const std::string& path, bool is_all) {
  const auto security = p.host().file_security(path);
  if (!security.get()) {
    const std::string what =
        fmt::format("whether TermService's account may read {} is not known: {}", path, security.why);
    return is_all ? p.refuse(what) : p.note(what);
  }
  const LetIn who = term_service();
  const AccessEdited trial = let_in(formats::encode_security_descriptor(*security.get()), who);
  if (!trial.problem.empty()) return p.refuse(path + ": " + trial.problem);
  p.access_of_file(
      path, [who](View before) { return let_in_or_error(before, who); },
      "NETWORK SERVICE may load the library");
}

void plan(Planner& p) {
  const std::string own(own_library);
  if (p.blind())
    return p.set(std::string(parameters), std::string(value), text(own, host::reg_expand_sz),
                 "TermService loads Windows' own library");
  const std::string path = host::expanded(p.host(), own);
  const auto now = p.text_of(parameters, value);
  if (!key_is_there(p, host::parent_of(parameters)) && !p.refused())
    return p.refuse("the service TermService is gone as a whole, not its library alone");
  if (!file_is_there(p, path) && !p.refused())
    return p.refuse(
        fmt::format("{} is not there, so that no value helps; on the host, as administrator: sfc "
                    "/scanfile={}; of a disk: sfc /scannow /offbootdir /offwindir",
                    path, path));
  if (p.refused()) return;
  const bool already = now.get() && host::same_name(host::expanded(p.host(), trim(*now.get())), path);
  if (!already) {
    p.set(std::string(parameters), std::string(value), text(own, host::reg_expand_sz),
          "TermService loads Windows' own library");
    p.note(
        "what put another library there may do so again: remove it with its own installer (RDP Wrapper: "
        "RDPWInst -u)");
    if (p.running()) p.note(std::string(counts_after_restart));
  }
  let_service_read(p, path, already);
}

}  // namespace

Fix restore_service_library() {
  return {
      .id = "restore-service-library",
      .title = "TermService loads Windows' own library, and may.",
      .explanation =
          "Sets ServiceDll of TermService to %SystemRoot%\\System32\\termsrv.dll where something else stands "
          "there, as RDP Wrapper leaves it, and where that file exists. Where the file's access list keeps "
          "NETWORK SERVICE out, an entry to read and execute is added and a denial of that account taken "
          "away; "
          "all else of the list stays. A library that is missing or was patched under its own name is not "
          "made whole by it: sfc does that.",
      .side = Side::host,
      .risk = Risk::medium,
      .interrupts =
          "more sessions than the licence of this Windows has end with the library that allowed them",
      .takes_effect = "when TermService starts the next time; on a disk when Windows starts",
      .verified_by = "service-library-replaced is no longer found",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
