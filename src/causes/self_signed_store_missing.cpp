// Judges whether Windows can keep the certificate that it makes for Remote Desktop.
#include "base/text.h"
#include "causes/engine/key_views.h"
#include "causes/engine/policy_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

constexpr std::string_view usual = "Remote Desktop";

bool own_certificate_lasts(const CaseFile& c, const HostFacts& host) {
  const evidence::Certificate* own = host.certificate.of_self_signed.certificate.get();
  return own && host_now(c) <= own->not_after;
}

// SYSTEM may not add a certificate to the store: told by the key's access list.
Found closed_store(const CaseFile& c, const HostFacts& host) {
  const auto& fact = host.certificate.store_access;
  const evidence::AccessFacts& access = *fact.get();
  Found found{Certainty::proven, {}, true, ""};
  found.evidence.push_back(line(
      fact, fmt::format("SYSTEM lacks 0x{:x} of what adding a certificate takes: {}", access.system_lacks,
                        access.denied.empty() ? "no entry grants it" : access.denied)));
  found.evidence.push_back(line(fact, "access list " + access.sddl));
  const auto& own = host.certificate.of_self_signed.certificate;
  if (own_certificate_lasts(c, host) || unreadable(host.certificate.self_signed) ||
      own.is.state == Presence::unreadable) {
    found.certainty = Certainty::likely;
    found.explains = false;
    found.evidence.push_back({own.source.empty() ? fact.source : own.source,
                              own.get() ? "the certificate that is there still serves; the next can't be made"
                                        : "whether a certificate is there could not be read"});
  } else {
    found.evidence.push_back({own.source.empty() ? fact.source : own.source,
                              "there is no valid certificate of its own, and none can be made"});
    // One that has expired may still be shown, and some clients take it.
    if (own.get()) found.certainty = Certainty::likely;
  }
  if (access.conditional) found.certainty = Certainty::likely;
  temper(host, "SOFTWARE", found);
  return found;
}

Verdict by_value(const HostFacts& host) {
  const evidence::TextFact& store = host.certificate.self_signed_store;
  if (const std::string* name = store.get(); name && !name->empty()) {
    if (equal_ignoring_case(*name, usual))
      return excluded(fmt::format("the store is \"{}\" ({})", *name, store.source));
    return Found{Certainty::possible,
                 {line(store, fmt::format("the store is \"{}\", and Windows' own is \"{}\"", *name, usual))},
                 false,
                 "Remote Desktop's own certificate is looked for in another store than Windows'."};
  }
  if (!host.certificate.self_signed.get()) {
    return excluded_if_whole(host, "SYSTEM",
                             "no store is named and no certificate either: Windows writes both when the "
                             "service first starts (" +
                                 store.source + ")");
  }
  Found found{Certainty::possible,
              {line(store, "no store is named"),
               line(host.certificate.self_signed,
                    "though a certificate of it is: " + *host.certificate.self_signed.get())},
              false,
              ""};
  temper(host, "SYSTEM", found);
  return found;
}

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  InUse in_use = certificate_in_use(*host);
  if (in_use.pinned)
    return excluded("a chosen certificate is used, not Windows' own (" + host->certificate.pinned.source +
                    ")");
  if (unreadable(host->certificate.pinned)) return needs_reading(host->certificate.pinned);
  const auto& access = host->certificate.store_access;
  if (access.get() && access.get()->system_lacks != 0) return closed_store(c, *host);
  if (unreadable(host->certificate.self_signed_store))
    return needs_reading(host->certificate.self_signed_store);
  Verdict verdict = by_value(*host);
  if (std::holds_alternative<Excluded>(verdict) && unreadable(access)) return needs_reading(access);
  return verdict;
}

}  // namespace

Cause self_signed_store_missing() {
  return {
      .id = "self-signed-store-missing",
      .title = "Windows has no store, or may not write to it, for the certificate that it makes itself.",
      .stage = Stage::x224,
      .machine = Machine::host,
      .topic = Topic::certificate,
      .explanation =
          "Windows keeps the certificate that it makes for Remote Desktop in a store of its own, which "
          "SelfSignedCertStore names and which is a key of the registry. If SYSTEM may not write there (it "
          "was closed on purpose to be rid of self-made certificates, or a hardening script did it), no new "
          "certificate can be made: when the old one ends, after six months at most, none is left. A store "
          "that is merely not there is no fault, as Windows makes it anew.",
      .tell_apart =
          "The access list of the store's key tells it. The host's log has event 1057 or 1058, and on the "
          "wire the host refuses TLS (certificate-missing). A host with a chosen certificate does not need "
          "the store.",
      .advice =
          {"On the host, PowerShell, who may write there:   (Get-Acl "
           "\"HKLM:\\SOFTWARE\\Microsoft\\SystemCertificates\\Remote Desktop\").Access",
           "On the host, in regedit as administrator: Permissions of that key, take the entry away that "
           "denies SYSTEM; note it first.",
           "On the host, which name is set, it must be Remote Desktop:   reg query "
           "\"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\" /v "
           "SelfSignedCertStore",
           "On the host, as administrator, if not (undo: the old name):   reg add "
           "\"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\" /v "
           "SelfSignedCertStore "
           "/t REG_SZ /d \"Remote Desktop\" /f",
           "Then, from the host's console, as it ends sessions:   Restart-Service SessionEnv; "
           "Restart-Service TermService -Force"},
      .fixes = {"restore-certificate-store"},
      .covers = {"certificate-missing"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
