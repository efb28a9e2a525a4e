// Judges whether the certificate was made by a product that opens TLS on the way.
#include "base/text.h"
#include "causes/engine/inspection_products.h"
#include "causes/engine/key_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

struct Signature {
  const InspectionProduct* product = nullptr;
  std::string name;  // the certificate's issuer that carries it
};

// A self-issued leaf is the host's own: its issuer is whatever the host is called.
std::optional<Signature> signed_by_product(const std::vector<evidence::Certificate>& chain) {
  if (chain.empty() || chain.front().self_issued) return std::nullopt;
  for (const evidence::Certificate& certificate : chain) {
    std::string issuer = lower(certificate.issuer);
    for (const InspectionProduct& product : inspection_products) {
      if (issuer.find(product.fragment) != std::string::npos) return Signature{&product, certificate.issuer};
    }
  }
  return std::nullopt;
}

std::optional<Found> fault(const SeenCertificate& seen) {
  auto signature = signed_by_product(seen.where.front()->tls.chain);
  if (!signature) return std::nullopt;
  Found found{
      Certainty::likely,
      {},
      true,
      fmt::format("TLS is opened on the way: {} signed the certificate.", signature->product->product)};
  found.evidence.push_back(certificate_line(
      seen, fmt::format("the certificate of {} is issued by \"{}\"", named(*seen.leaf), signature->name)));
  found.evidence.push_back(certificate_line(seen,
                                            "NLA binds to the certificate that the host itself uses, so a "
                                            "replaced one breaks it even where it is trusted"));
  return found;
}

// The host was inspected and has another certificate than connections meet.
Found another(const ShownAgainstHost& both, EvidenceLine shown) {
  const auto& own = both.own->certificate;
  return {Certainty::possible,
          {std::move(shown), line(own, fmt::format("the host itself would show {} ({})", named(*own.get()),
                                                   own.get()->sha1_thumbprint))},
          false,
          "Connections meet another certificate than the host has: TLS is opened on the way, or another "
          "machine answers."};
}

Verdict judge(const CaseFile& c) {
  ShownAgainstHost both = shown_against_host(c);
  if (both.is == Shown::the_hosts_own)
    return excluded("the host itself has the certificate that it shows: " + both.own->certificate.source);
  if (both.is == Shown::another) {
    SeenCertificate seen = host_certificates(c).front();
    if (auto found = fault(seen)) return *found;
    return another(both, certificate_line(seen, fmt::format("{} ({}) is shown", named(*both.shown),
                                                            both.shown->sha1_thumbprint)));
  }
  return judge_certificates(c, fault, [](const evidence::Certificate& leaf) {
    if (leaf.self_issued) return "the certificate is the host's own (" + named(leaf) + ")";
    return "its issuer \"" + leaf.issuer + "\" is no inspection product known here";
  });
}

}  // namespace

Cause tls_intercepted() {
  return {
      .id = "tls-intercepted",
      .title = "A product on the way opens TLS and signs the certificate itself.",
      .stage = Stage::tls,
      .machine = Machine::path,
      .explanation =
          "A proxy, firewall or security suite ends the client's TLS, looks inside and opens its own to "
          "the host. It shows the client a certificate that it made itself. For web pages that goes "
          "unnoticed where its authority is trusted; for Remote Desktop it breaks Network Level "
          "Authentication, which ties the logon to the public key of the host's own certificate (channel "
          "binding and CredSSP's pubKeyAuth), and many such products close what is not HTTP inside.",
      .tell_apart =
          "The issuer names the product. Compare the certificate's thumbprint with what the host shows from "
          "its own subnet (rdpdoctor diagnose there), or with its own store: if they differ, TLS is opened "
          "in between; if they are the same, the host really uses a certificate of that issuer.",
      .advice =
          {"On the inspecting product: exempt Remote Desktop (TCP 3389 to these hosts) from TLS inspection.",
           "On the client, and again from the host's own subnet into another file:   rdpdoctor diagnose HOST "
           "--json > here.json",
           "Anywhere, whether both saw the same certificate:   rdpdoctor compare here.json there.json",
           "On the client, if the product is a security suite there: exempt mstsc.exe or the host from its "
           "TLS scanning; don't remove the suite."},
      .article = Article::names_it,
      .article_note = "It says to switch security suites off. An exemption for Remote Desktop is enough.",
      .codes = {{"disconnect", 0x907, Certainty::possible,
                 "the certificate is not the one that the client expected"},
                {"disconnect", 0x904, Certainty::possible, "the product closed what it could not inspect"},
                {"extended", 0x7, Certainty::possible,
                 "the client's word for a connection that is ended early"},
                {"schannel", 0x80090346, Certainty::possible, "the channel bindings do not match"},
                {"ntstatus", 0xC000035B, Certainty::possible, "the channel bindings do not match"},
                {"schannel", 0x80090325, Certainty::possible, "the product's authority is not trusted"},
                {"tls-alert", 48, Certainty::possible, "the product's authority is not trusted"},
                {"freerdp", 0x20008, Certainty::possible, "the certificate was not accepted"},
                {"freerdp", 0x20009, Certainty::possible, "the logon is bound to another certificate"}},
      .signs = {{"mstsc-data-encryption", Certainty::possible,
                 "something on the way may have changed the encrypted data"},
                {"mstsc-certificate-unexpected", Certainty::possible,
                 "the certificate is not the expected one"},
                {"mstsc-message-altered", Certainty::possible,
                 "with another certificate in between the binding does not verify"},
                {"certificate-changed", Certainty::possible,
                 "something in between may show its own certificate"},
                {"event-termdd", Certainty::possible, "something on the way may have changed the stream"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
