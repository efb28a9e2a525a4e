// Judges the library that TermService loads: Windows' own termsrv.dll, there, and readable by its account.
#include "base/text.h"
#include "causes/engine/policy_views.h"
#include "causes/engine/service_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

using evidence::ServiceFacts;

constexpr std::string_view own_library = "system32\\termsrv.dll";

// Read and execute; of a file whose entries depend on a condition nothing is said.
std::optional<Found> not_allowed(const ServiceFacts& term) {
  const evidence::AccessFacts* access = term.library_access.get();
  if (!access || access->network_service_lacks == 0 || access->conditional) return std::nullopt;
  return Found{
      Certainty::proven,
      {line(term.library_access,
            fmt::format("NETWORK SERVICE lacks 0x{:x} of what it needs to load it{}{}",
                        access->network_service_lacks, access->denied.empty() ? "" : ": ", access->denied)),
       line(term.library_access, fmt::format("its access list: {}", printable(access->sddl, 300)))},
      true,
      "TermService's account may not read its library."};
}

std::optional<Found> missing(const ServiceFacts& term) {
  const bool* exists = term.library_exists.get();
  if (!exists || *exists) return std::nullopt;
  return Found{Certainty::proven,
               {line(term.library, fmt::format("TermService loads {}", printable(*term.library.get()))),
                line(term.library_exists, "the file is not there")},
               true,
               "The library that TermService loads is not there."};
}

// A library of somebody else's that is there: it works until an update of Windows changes what it patches.
Found foreign(const ServiceFacts& term) {
  const std::string& path = *term.library.get();
  std::string what = file_name_of(path) == "rdpwrap.dll" ? ", RDP Wrapper" : "";
  return Found{
      Certainty::possible,
      {line(term.library, fmt::format("TermService loads {}{}, not Windows' own System32\\termsrv.dll",
                                      printable(path), what)),
       {term.library.source,
        "such a library patches the service in memory: after an update that it does not know the "
        "service fails or refuses; whether it does can't be read"}},
      true,
      "TermService loads a library that is not Windows' own."};
}

Verdict not_set(const HostFacts& host, const ServiceFacts& term) {
  if (absent(term.exists)) return needs("the service TermService, which is gone");
  if (std::string doubts = doubts_of(host, "SYSTEM"); !doubts.empty())
    return needs(fmt::format("a whole SYSTEM hive: {}", doubts));
  if (unreadable(term.image_path) || absent(term.image_path))
    return needs(fmt::format("a whole key of TermService: {} is not there either", term.image_path.source));
  return Found{Certainty::likely,
               {line(term.library, "the value is not there, so svchost has no library to load")},
               true,
               "TermService has no library."};
}

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  const ServiceFacts* term = service(*host, "TermService");
  if (!term) return needs_inspection();
  if (unreadable(term->library)) return needs_reading(term->library);
  if (absent(term->library)) return not_set(*host, *term);
  bool own = below_windows(*term->library.get()) == own_library;
  std::optional<Found> found = missing(*term);
  if (!found) found = not_allowed(*term);
  if (!found && !own) found = foreign(*term);
  if (found) {
    if (!own && found->certainty == Certainty::proven)
      found->evidence.push_back(line(term->library, "Windows' own is System32\\termsrv.dll"));
    temper(*host, "SYSTEM", *found);
    return *found;
  }
  if (unreadable(term->library_exists)) return needs_reading(term->library_exists);
  if (unreadable(term->library_access)) return needs_reading(term->library_access);
  if (term->library_access.get()->conditional)
    return needs(fmt::format("the conditions in the access list of {}", term->library_access.source));
  return excluded(
      fmt::format("TermService loads Windows' own library, and its account may ({})", term->library.source));
}

}  // namespace

Cause service_library_replaced() {
  return {
      .id = "service-library-replaced",
      .title = "TermService's library is not Windows' own, is missing, or can't be read.",
      .stage = Stage::tcp,
      .machine = Machine::host,
      .topic = Topic::services,
      .explanation =
          "TermService is a library, System32\\termsrv.dll, that svchost loads as NETWORK SERVICE; "
          "ServiceDll "
          "names it. RDP Wrapper puts its own rdpwrap.dll there, which loads the real one and patches it in "
          "memory for more sessions than the licence has. After an update of Windows that it does not know, "
          "there is no listener, or every connection is refused. Taken away by an antivirus program, it "
          "leaves a name without a file. An access list that NETWORK SERVICE is not in does the same.",
      .tell_apart =
          "Events 7023 and 7000 of the Service Control Manager tell that the service can't start. A service "
          "that is disabled is service-stopped. A patched termsrv.dll under its own name has another "
          "signature, which sfc finds and this inspection does not look at.",
      .advice =
          {"On the host, what it loads:   reg query "
           "\"HKLM\\SYSTEM\\CurrentControlSet\\Services\\TermService\\Parameters\" /v ServiceDll",
           "On the host: if it is RDP Wrapper, remove it with its own installer (RDPWInst -u), and restart.",
           "On the host, as administrator, Windows' own again (undo: the old path), then restart:   reg add "
           "\"HKLM\\SYSTEM\\CurrentControlSet\\Services\\TermService\\Parameters\" /v ServiceDll /t "
           "REG_EXPAND_SZ /d \"%SystemRoot%\\System32\\termsrv.dll\" /f",
           "On the host, as administrator, if the file is missing, changed or can't be read:   sfc "
           "/scanfile=C:\\Windows\\System32\\termsrv.dll"},
      .article = Article::misses,
      .fixes = {"restore-service-library"},
      .codes = {{"disconnect", 0x204, Certainty::possible, "nothing listens without the service"},
                {"disconnect", 0x904, Certainty::possible, "a patched service closes or crashes"}},
      .covers = {"port-closed", "listener-unresponsive"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
