// Judges whether the certificate in use has lost the file of its private key.
#include "causes/engine/key_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

Found keyless(const HostCertificate& certificate, const InUse& in_use) {
  return {Certainty::likely,
          {line(certificate.container,
                fmt::format("{} stands in the store without any private key", certificate_words(in_use)))},
          true,
          "The host's certificate stands in its store without a private key."};
}

Verdict judge_file(const CaseFile& c, const HostFacts& host, const InUse& in_use) {
  const HostCertificate& certificate = *in_use.certificate;
  if (absent(certificate.container)) return weighed(c, host, in_use, keyless(certificate, in_use));
  if (unreadable(certificate.key_size)) return needs_reading(certificate.key_size);
  if (const std::uint64_t* size = certificate.key_size.get())
    return excluded(fmt::format("the key file is there, {} bytes ({})", *size, certificate.key_size.source));
  if (!certificate.other_machines.empty())
    return excluded("it is there under another machine's name: see key-of-another-machine");
  Found found{Certainty::likely,
              {line(certificate.key_size, "there is no such file"),
               line(certificate.certificate,
                    fmt::format("{} is in the store and has its key in {}, which is that file",
                                certificate_words(in_use), container_words(certificate)))},
              true,
              ""};
  say_fallback(c, in_use, found);
  return weighed(c, host, in_use, std::move(found));
}

Verdict judge(const CaseFile& c) {
  return judge_key(c, judge_file);
}

}  // namespace

Cause key_file_missing() {
  return {
      .id = "key-file-missing",
      .title = "The file with the private key of the host's certificate is gone.",
      .stage = Stage::tls,
      .machine = Machine::host,
      .topic = Topic::certificate,
      .explanation =
          "The store still has the certificate, but the file with its private key is not where the "
          "certificate says. Cleaning tools, a renamed MachineKeys folder, a restored system state or a "
          "certificate that was imported without its key do that. A host that has lost the certificate as "
          "well is in no trouble: Windows makes both anew when the service starts.",
      .tell_apart =
          "The certificate names its container, and the file's name follows from it. If a file of the same "
          "container lies there with another machine's number at its end, it is key-of-another-machine.",
      .advice =
          {"On the host, PowerShell as administrator, keep a copy of the store:   reg export "
           "\"HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\Remote Desktop\" C:\\rdp-store.reg",
           "On the host, PowerShell, which certificate it is, note the thumbprint:   dir "
           "\"Cert:\\LocalMachine\\Remote Desktop\"",
           "From the host's console, as it ends sessions; Windows then makes a new one (undo: reg import "
           "C:\\rdp-store.reg):   Remove-Item \"Cert:\\LocalMachine\\Remote Desktop\\THUMBPRINT\"; "
           "Restart-Service SessionEnv; Restart-Service TermService -Force",
           "On the host, if it is a certificate of your own, PowerShell: import it again with its key:   "
           "Import-PfxCertificate -FilePath FILE.pfx -CertStoreLocation Cert:\\LocalMachine\\My",
           "On the machine that read the disk, to see that it holds:   rdpdoctor inspect --image DIR"},
      .article_note = "Renaming the MachineKeys folder, as is often advised, is one way to get here.",
      .fixes = {"regenerate-certificate", "clear-certificate-binding"},
      .codes = {{"disconnect", 0x904, Certainty::possible, "the client saw its socket closed when TLS began"},
                {"extended", 0x7, Certainty::possible,
                 "the client's word for a host that ends the connection early"},
                {"schannel", 0x80090016, Certainty::possible, "there is no such key container"}},
      .covers = {"certificate-key-unusable", "certificate-missing"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
