// Judges whether the certificate's key lies there under another machine's number, as after cloning.
#include "causes/engine/key_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

Verdict judge_file(const CaseFile& c, const HostFacts& host, const InUse& in_use) {
  const HostCertificate& certificate = *in_use.certificate;
  if (absent(certificate.container)) return names_no_key(certificate);
  if (unreadable(certificate.key_size)) return needs_reading(certificate.key_size);
  if (certificate.key_size.get())
    return excluded("this machine's own key file is there: " + certificate.key_size.source);
  if (certificate.other_machines.empty())
    return excluded("no file of that container belongs to another machine: " + certificate.key_size.source);
  Found found{
      Certainty::likely,
      {line(certificate.key_size, "there is no key file with this machine's MachineGuid"),
       line(certificate.key_size, fmt::format("beside it lies {}: the same container, of another MachineGuid",
                                              certificate.other_machines.front())),
       line(certificate.certificate,
            fmt::format("{} needs {}", certificate_words(in_use), container_words(certificate)))},
      true,
      ""};
  if (in_use.pinned) found.explains = fails_at_tls(c);
  return weighed(c, host, in_use, std::move(found));
}

Verdict judge(const CaseFile& c) {
  return judge_key(c, judge_file);
}

}  // namespace

Cause key_of_another_machine() {
  return {
      .id = "key-of-another-machine",
      .title = "The private key of the host's certificate belongs to another installation.",
      .stage = Stage::tls,
      .machine = Machine::host,
      .topic = Topic::certificate,
      .explanation =
          "Windows ends the name of a machine's key file with the MachineGuid of its registry, and looks "
          "for that name only. Where a disk was cloned without sysprep, a registry was restored from "
          "another machine or MachineGuid was changed, the file of the certificate's key ends with the old "
          "number: it lies there, and Windows does not find it.",
      .tell_apart =
          "The file of the same container with another number at its end tells it. Without any such file it "
          "is key-file-missing; with this machine's own beside it the other is only a leftover.",
      .advice =
          {"On the host, PowerShell as administrator, keep a copy of the store:   reg export "
           "\"HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\Remote Desktop\" C:\\rdp-store.reg",
           "On the host, PowerShell, which certificate it is, note the thumbprint:   dir "
           "\"Cert:\\LocalMachine\\Remote Desktop\"",
           "From the host's console, as it ends sessions; Windows then makes a new one (undo: reg import "
           "C:\\rdp-store.reg):   Remove-Item \"Cert:\\LocalMachine\\Remote Desktop\\THUMBPRINT\"; "
           "Restart-Service SessionEnv; Restart-Service TermService -Force",
           "On the host, PowerShell, whether MachineGuid is as it was before:   Get-ItemProperty "
           "HKLM:\\SOFTWARE\\Microsoft\\Cryptography MachineGuid",
           "Before further clones are made, on the original machine:   sysprep /generalize /oobe /shutdown"},
      .article_note = "It does not tell a key of another machine from one that can't be read.",
      .fixes = {"regenerate-certificate", "clear-certificate-binding"},
      .codes = {{"disconnect", 0x904, Certainty::possible, "the client saw its socket closed when TLS began"},
                {"extended", 0x7, Certainty::possible,
                 "the client's word for a host that ends the connection early"},
                {"schannel", 0x80090016, Certainty::possible, "there is no such key container"}},
      .covers = {"certificate-key-unusable", "certificate-missing", "key-file-missing"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
