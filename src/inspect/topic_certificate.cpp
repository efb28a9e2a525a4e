// Which certificate the listener uses, and its key. SSLCertificateSHA1Hash of the listener names one in the
// machine's store MY and wins over the one that the service made for itself, which WinStations names.
#include "base/text.h"
#include "fmt/core.h"
#include "formats/certificate_blob.h"
#include "formats/x509.h"
#include "formats/x509_as.h"
#include "host/files.h"
#include "inspect/key_file.h"
#include "inspect/readings.h"
#include "inspect/topics.h"

namespace rdpdoctor::inspect {
namespace {

using evidence::Certificate;
using evidence::HostCertificate;
using evidence::KeyContainerFacts;
using evidence::TextFact;

constexpr std::string_view own_stores = R"(HKLM\SOFTWARE\Microsoft\SystemCertificates)";
// The same store as a policy and the enterprise fill it; what is in them counts as being in it.
constexpr std::string_view other_stores[] = {R"(HKLM\SOFTWARE\Policies\Microsoft\SystemCertificates)",
                                             R"(HKLM\SOFTWARE\Microsoft\EnterpriseCertificates)"};
constexpr std::string_view default_store = "Remote Desktop";

// To add a certificate: KEY_READ, KEY_SET_VALUE and KEY_CREATE_SUB_KEY. [MS-RRP] 2.2.3
constexpr std::uint32_t key_read_and_add = 0x2001f;

std::string key_of(std::string_view stores, std::string_view store, std::string_view thumbprint) {
  std::string name(thumbprint);
  for (char& c : name)
    if ('a' <= c && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
  return fmt::format("{}\\{}\\Certificates\\{}", stores, store, name);
}

void read_container(const formats::CertificateBlob& blob, HostCertificate& into) {
  using Read = Reading<KeyContainerFacts>;
  if (blob.key) {
    into.container.is = Read::present({.name = printable(blob.key->container),
                                       .provider = printable(blob.key->provider),
                                       .provider_type = blob.key->type});
  } else if (!blob.key_problem.empty()) {
    into.container.is = Read::unreadable("damaged: " + blob.key_problem);
  } else {
    into.container.is = Read::absent();
  }
}

void read_blob(host::Host& host, const std::string& key, HostCertificate& into) {
  Reading<Bytes> raw = host::as_bytes(host.value(key, "Blob"));
  into.certificate.is.state = raw.state;
  into.certificate.is.why = raw.why;
  into.certificate.source = host::value_source(host, key, "Blob");
  into.container.source = into.certificate.source;
  if (!raw.get()) return;
  auto damaged = [&](const DecodeError& error) {
    std::string why = fmt::format("damaged: {}: {}", error.field, error.reason);
    into.certificate.is = Reading<Certificate>::unreadable(why);
    into.container.is = Reading<KeyContainerFacts>::unreadable(why);
  };
  auto blob = formats::decode_certificate_blob(*raw.get());
  if (!blob) return damaged(blob.error());
  auto facts = formats::read_x509(blob->certificate);
  if (!facts) return damaged(facts.error());
  into.certificate.is = Reading<Certificate>::present(formats::x509_as<Certificate>(*facts));
  read_container(*blob, into);
}

HostCertificate certificate_of(host::Host& host, std::string_view store, const std::string& thumbprint) {
  HostCertificate found{.store = std::string(store)};
  read_blob(host, key_of(own_stores, store, thumbprint), found);
  for (std::string_view stores : other_stores) {
    if (found.certificate.is.state != Presence::absent) break;
    HostCertificate other{.store = found.store};
    read_blob(host, key_of(stores, store, thumbprint), other);
    if (other.certificate.is.state != Presence::absent) found = std::move(other);
  }
  if (found.certificate.get()) inspect_key_file(host, found);
  return found;
}

bool names_one(const TextFact& hash) {
  return hash.get() && hash.get()->find_first_not_of('0') != std::string::npos;
}

// The only one of the store, where no value names one. Of several none is chosen.
HostCertificate unnamed_certificate(host::Host& host, const std::string& store) {
  const std::string key = host::under(host::under(own_stores, store), "Certificates");
  auto thumbprints = host.subkeys(key);
  if (thumbprints.get() && thumbprints.value.size() == 1)
    return certificate_of(host, store, thumbprints.value.front());
  HostCertificate none{.store = store};
  none.certificate.source = host.real_key(key);
  none.certificate.is.state = thumbprints.get() ? Presence::absent : thumbprints.state;
  none.certificate.is.why = thumbprints.why;
  return none;
}

// A key file of Remote Desktop's own without its certificate: what the service meets when it makes a new one.
void leftover_key(host::Host& host, const std::string& store, HostCertificate& certificate) {
  HostCertificate leftover{.store = store};
  leftover.container.is.state = Presence::absent;
  leftover.container.source = certificate.certificate.source;
  inspect_key_file(host, leftover);
  if (!leftover.key_size.get()) return;
  leftover.certificate = std::move(certificate.certificate);
  certificate = std::move(leftover);
}

// A deny on the store or on the key of its certificates stops a new one.
void read_store_access(host::Host& host, const std::string& store, evidence::CertificateFacts& facts) {
  std::string key = host::under(own_stores, store);
  for (const std::string& at : {key, host::under(key, "Certificates")}) {
    Reading<formats::SecurityDescriptor> security = host.key_security(at);
    if (security.state == Presence::absent && facts.store_access.get())
      return;  // it will inherit the store's
    facts.store_access.source = host.real_key(at);
    facts.store_access.is.state = security.state;
    facts.store_access.is.why = security.why;
    if (!security.get()) return;
    facts.store_access.is.value = access_facts(*security.get(), key_read_and_add);
    if (facts.store_access.is.value.system_lacks != 0) return;
  }
}

}  // namespace

void inspect_certificate(host::Host& host, evidence::HostFacts& facts) {
  evidence::CertificateFacts& c = facts.certificate;
  const std::string stations = fmt::format("{}\\WinStations", terminal_server);
  c.pinned = hex_of(host, stations + "\\RDP-Tcp", "SSLCertificateSHA1Hash");
  c.self_signed = hex_of(host, stations, "SelfSignedCertificate");
  c.self_signed_store = text(host, stations, "SelfSignedCertStore");
  c.template_name = text(host, terminal_services_policy, "CertTemplateName");
  const std::string* named = c.self_signed_store.get();
  const std::string store = named && !named->empty() ? *named : std::string(default_store);
  if (names_one(c.pinned)) c.of_pinned = certificate_of(host, "MY", *c.pinned.get());
  if (names_one(c.self_signed)) c.of_self_signed = certificate_of(host, store, *c.self_signed.get());
  bool unnamed = c.self_signed.is.state == Presence::absent;
  if (unnamed) c.of_self_signed = unnamed_certificate(host, store);
  if (c.of_self_signed.certificate.is.state == Presence::absent) leftover_key(host, store, c.of_self_signed);
  read_store_access(host, store, c);
}

}  // namespace rdpdoctor::inspect
