// Judges whether the service may read the file of its certificate's private key.
#include <algorithm>

#include "causes/engine/key_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

// FILE_GENERIC_READ, 0x120089, is what using a key takes.
std::string lacking(std::uint32_t rights) {
  if (rights == 0x120089) return "has no right to read it";
  return fmt::format("lacks 0x{:x} of the rights that reading takes", rights);
}

Found denied(const HostCertificate& certificate, const InUse& in_use, const evidence::AccessFacts& access) {
  const auto& fact = certificate.key_access;
  Found found{Certainty::proven, {}, true, ""};
  std::string reason = access.denied.empty() ? "no entry of its access list grants it" : access.denied;
  found.evidence.push_back(
      line(fact, fmt::format("NETWORK SERVICE {}: {}", lacking(access.network_service_lacks), reason)));
  found.evidence.push_back(line(
      fact,
      fmt::format("owner {}, access list {}", access.owner.empty() ? "none" : access.owner, access.sddl)));
  found.evidence.push_back(line(
      certificate.certificate,
      fmt::format("{} has its key there, in {}", certificate_words(in_use), container_words(certificate))));
  if (access.system_lacks != 0) found.evidence.push_back(line(fact, "SYSTEM can't read it either"));
  if (access.conditional) {
    found.certainty = Certainty::likely;
    found.evidence.push_back(line(fact, "an entry depends on a condition that can't be weighed from here"));
  }
  return found;
}

// The service itself reads on; what SYSTEM makes anew does not.
Found only_system(const HostCertificate& certificate, const evidence::AccessFacts& access) {
  return {Certainty::possible,
          {line(certificate.key_access,
                fmt::format("SYSTEM lacks 0x{:x} of what reading takes ({}), so the certificate can't be "
                            "renewed; NETWORK SERVICE may read it",
                            access.system_lacks, access.denied.empty() ? "no grant" : access.denied))},
          false,
          "SYSTEM can't read the key file of the host's certificate."};
}

Verdict judge_file(const CaseFile& c, const HostFacts& host, const InUse& in_use) {
  const HostCertificate& certificate = *in_use.certificate;
  if (absent(certificate.container)) return names_no_key(certificate);
  if (absent(certificate.key_size)) return excluded("there is no such file: " + certificate.key_size.source);
  if (unreadable(certificate.key_access)) return needs_reading(certificate.key_access);
  const evidence::AccessFacts& access = certificate.key_access.is.value;
  if (access.network_service_lacks != 0) return weighed(c, host, in_use, denied(certificate, in_use, access));
  if (access.system_lacks != 0) return weighed(c, host, in_use, only_system(certificate, access));
  return excluded(
      fmt::format("NETWORK SERVICE and SYSTEM may read the key file ({})", certificate.key_access.source));
}

Verdict judge(const CaseFile& c) {
  return judge_key(c, judge_file);
}

}  // namespace

Cause key_file_access() {
  return {
      .id = "key-file-access",
      .title = "NETWORK SERVICE may not read the private key of the host's certificate.",
      .stage = Stage::tls,
      .machine = Machine::host,
      .topic = Topic::certificate,
      .explanation =
          "Remote Desktop runs as NETWORK SERVICE and needs to read the file with the private key for every "
          "TLS handshake. A hardening script, a restored backup or a changed access list on MachineKeys "
          "takes that right away, or a certificate of your own never had it. The listener stays up and "
          "promises TLS, and each handshake ends at once. Windows does not heal it, since the certificate "
          "is still valid. One entry that denies beats all that grant; grants may be spread over several.",
      .tell_apart =
          "The access list tells it directly. From the wire it looks like certificate-key-unusable, and "
          "like a key file that is empty or not there: those are key-file-empty and key-file-missing. The "
          "host's log has Schannel 36870 with 0x8009030D.",
      .advice =
          {"On the host, as administrator, who may read it and which entry denies:   icacls \"FILE\"",
           "On the host, as administrator, let the service read it (undo: icacls \"FILE\" /remove:g "
           "*S-1-5-20):   icacls \"FILE\" /grant *S-1-5-20:R",
           "On the host, as administrator, if an entry denies, take only that one away (undo: /deny "
           "ACCOUNT:R):   icacls \"FILE\" /remove:d ACCOUNT",
           "On the host, if it is a certificate of your own: certlm.msc > Personal > the certificate > All "
           "Tasks > Manage Private Keys, and give NETWORK SERVICE Read.",
           "On the machine that read the disk, to see that it holds:   rdpdoctor inspect --image DIR"},
      .article = Article::names_it,
      .article_note =
          "Right, but it is one guess among many there, and the usual advice to rename MachineKeys breaks "
          "the keys of other services. The file and the missing right can be named.",
      .fixes = {"grant-key-access", "regenerate-certificate"},
      .codes = {{"disconnect", 0x904, Certainty::possible, "the client saw its socket closed when TLS began"},
                {"extended", 0x7, Certainty::possible,
                 "the client's word for a host that ends the connection early"},
                {"schannel", 0x8009030D, Certainty::possible,
                 "in the host's event 36870: the private key can't be used"}},
      .covers = {"certificate-key-unusable", "certificate-missing"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
