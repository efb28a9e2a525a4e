#include "lab/certificate.h"

#include <doctest/doctest.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <string>

namespace rdpdoctor::lab {
namespace {

const Instant now = from_civil(2026, 11, 21, 12, 0, 0);

struct FreeX509 {
  void operator()(X509* x) const { X509_free(x); }
};
using X509Ptr = std::unique_ptr<X509, FreeX509>;

X509Ptr certificate(CertificateKind kind) {
  const auto made = make_identity(kind, now);
  REQUIRE(made.has_value());
  const unsigned char* at = made->certificate_der.data();
  X509Ptr x(d2i_X509(nullptr, &at, static_cast<long>(made->certificate_der.size())));
  REQUIRE(x != nullptr);
  return x;
}

std::string line(const X509_NAME* name) {
  char* text = X509_NAME_oneline(name, nullptr, 0);
  const std::string out = text;
  OPENSSL_free(text);
  return out;
}

// Whole days, because the dates are made from `now`.
int days_to(const ASN1_TIME* date) {
  ASN1_TIME* from = ASN1_TIME_set(nullptr, static_cast<time_t>(now.ms / 1000));
  int days = 0;
  int seconds = 0;
  CHECK(ASN1_TIME_diff(&days, &seconds, from, date) == 1);
  ASN1_TIME_free(from);
  return days;
}

std::string hash_of(const X509* x) {
  int hash = NID_undef;
  CHECK(X509_get_signature_info(const_cast<X509*>(x), &hash, nullptr, nullptr, nullptr) == 1);
  return OBJ_nid2sn(hash);
}

}  // namespace

TEST_CASE("the usual certificate is what Windows makes for itself") {
  const auto x = certificate(CertificateKind::windows_self_signed);
  CHECK(line(X509_get_subject_name(x.get())) == "/CN=LAB-HOST");
  CHECK(line(X509_get_issuer_name(x.get())) == "/CN=LAB-HOST");
  CHECK(EVP_PKEY_get_bits(X509_get0_pubkey(x.get())) == 2048);
  CHECK(hash_of(x.get()) == "SHA256");
  CHECK(X509_get_key_usage(x.get()) == (KU_KEY_ENCIPHERMENT | KU_DATA_ENCIPHERMENT));
  CHECK(X509_get_extended_key_usage(x.get()) == XKU_SSL_SERVER);
  CHECK(X509_get_ext_by_NID(x.get(), NID_subject_alt_name, -1) == -1);
  int days = 0;
  int seconds = 0;
  CHECK(ASN1_TIME_diff(&days, &seconds, X509_get0_notBefore(x.get()), X509_get0_notAfter(x.get())) == 1);
  CHECK(days == 183);
  CHECK(days_to(X509_get0_notBefore(x.get())) < 0);
}

TEST_CASE("each other kind is wrong in one point") {
  CHECK(days_to(X509_get0_notAfter(certificate(CertificateKind::expired).get())) == -30);
  CHECK(days_to(X509_get0_notBefore(certificate(CertificateKind::not_yet_valid).get())) == 30);
  CHECK(EVP_PKEY_get_bits(X509_get0_pubkey(certificate(CertificateKind::weak_key).get())) == 1024);
  CHECK(hash_of(certificate(CertificateKind::sha1_signature).get()) == "SHA1");
  CHECK(X509_get_extended_key_usage(certificate(CertificateKind::wrong_usage).get()) == XKU_SSL_CLIENT);
  const auto inspected = certificate(CertificateKind::inspection_product);
  CHECK(line(X509_get_subject_name(inspected.get())) == "/CN=LAB-HOST");
  CHECK(line(X509_get_issuer_name(inspected.get())).find("Zscaler") != std::string::npos);
}

TEST_CASE("the oversized certificate fills 60 KB and stays below what TLS peers accept") {
  const auto made = make_identity(CertificateKind::oversized, now);
  REQUIRE(made.has_value());
  CHECK(60'000 < made->certificate_der.size());
  CHECK(made->certificate_der.size() < 65'536);
}

TEST_CASE("a kind is made once, and all but the weak one share a key") {
  const auto first = identity(CertificateKind::windows_self_signed, now).value();
  CHECK(identity(CertificateKind::windows_self_signed, Instant{0}).value() == first);
  CHECK(identity(CertificateKind::expired, now).value()->private_key_der == first->private_key_der);
  CHECK(identity(CertificateKind::weak_key, now).value()->private_key_der != first->private_key_der);
}

}  // namespace rdpdoctor::lab
