// Judges whether the file of the certificate's private key is empty.
#include "causes/engine/key_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

Verdict judge_file(const CaseFile& c, const HostFacts& host, const InUse& in_use) {
  const HostCertificate& certificate = *in_use.certificate;
  if (absent(certificate.container)) return names_no_key(certificate);
  if (unreadable(certificate.key_size)) return needs_reading(certificate.key_size);
  const std::uint64_t* size = certificate.key_size.get();
  if (!size) return excluded("there is no such file: " + certificate.key_size.source);
  if (*size != 0)
    return excluded(fmt::format("the key file has {} bytes ({})", *size, certificate.key_size.source));
  Found found{
      Certainty::likely,
      {line(certificate.key_size, "the key file has no content at all"),
       line(certificate.certificate, fmt::format("{} has its key there, in {}", certificate_words(in_use),
                                                 container_words(certificate)))},
      true,
      ""};
  say_fallback(c, in_use, found);
  return weighed(c, host, in_use, std::move(found));
}

Verdict judge(const CaseFile& c) {
  return judge_key(c, judge_file);
}

}  // namespace

Cause key_file_empty() {
  return {
      .id = "key-file-empty",
      .title = "The file with the private key of the host's certificate is empty.",
      .stage = Stage::tls,
      .machine = Machine::host,
      .topic = Topic::certificate,
      .explanation =
          "The key file has its name and its place, and zero bytes: a full disk, a crash or a damaged file "
          "system while it was written, or a security program that emptied it. The certificate is still "
          "there and valid, so Windows goes on using it, and no TLS handshake can be made with it.",
      .tell_apart =
          "The file's size tells it. A file that has content and can't be read is key-file-access; one that "
          "is not there at all is key-file-missing.",
      .advice =
          {"On the host, PowerShell as administrator, keep a copy of the store:   reg export "
           "\"HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\Remote Desktop\" C:\\rdp-store.reg",
           "On the host, PowerShell, which certificate it is, note the thumbprint:   dir "
           "\"Cert:\\LocalMachine\\Remote Desktop\"",
           "From the host's console, as it ends sessions; Windows then makes a new one (undo: reg import "
           "C:\\rdp-store.reg):   Remove-Item \"Cert:\\LocalMachine\\Remote Desktop\\THUMBPRINT\"; "
           "Restart-Service SessionEnv; Restart-Service TermService -Force",
           "If event 1057 or 1058 follows, the empty file is in the way; move only that one aside (undo: "
           "rename it back):   Rename-Item -Force \"FILE\" key.old",
           "On the host, if it is a certificate of your own, PowerShell: import it again with its key:   "
           "Import-PfxCertificate -FilePath FILE.pfx -CertStoreLocation Cert:\\LocalMachine\\My"},
      .article_note = "The article knows unreadable keys only; an empty one needs another remedy.",
      .fixes = {"regenerate-certificate", "clear-certificate-binding"},
      .codes = {{"disconnect", 0x904, Certainty::possible, "the client saw its socket closed when TLS began"},
                {"extended", 0x7, Certainty::possible,
                 "the client's word for a host that ends the connection early"},
                {"schannel", 0x80090016, Certainty::possible, "the key container can't be opened"}},
      .covers = {"certificate-key-unusable", "certificate-missing"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
