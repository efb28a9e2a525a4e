// What Windows makes for its own Remote Desktop listener, and variations of it that are wrong in one point
// each.
#include "lab/certificate.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "base/release.h"

namespace rdpdoctor::lab {
namespace {

using KeyPtr = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, Release<X509_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>>;
using Pkcs8Ptr = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Release<PKCS8_PRIV_KEY_INFO_free>>;

constexpr std::int64_t day_s = 86'400;
constexpr std::int64_t validity_s = 183 * day_s;
constexpr std::int64_t margin_s = 30 * day_s;
constexpr const char* host_name = "LAB-HOST";
constexpr const char* inspecting_issuer = "Zscaler Intermediate Root CA (zscaler.net)";
constexpr const char* inspecting_organization = "Zscaler Inc.";
constexpr std::size_t oversized_bytes = std::size_t{60} * 1024;

EVP_PKEY* key_for(CertificateKind kind) {
  static const KeyPtr usual(EVP_RSA_gen(2048));
  if (kind != CertificateKind::weak_key) return usual.get();
  static const KeyPtr weak(EVP_RSA_gen(1024));
  return weak.get();
}

std::int64_t not_before_s(CertificateKind kind, std::int64_t now_s) {
  if (kind == CertificateKind::expired) return now_s - margin_s - validity_s;
  if (kind == CertificateKind::not_yet_valid) return now_s + margin_s;
  return now_s - day_s;
}

bool add_name(X509_NAME* name, const char* field, const char* value) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(value);
  return X509_NAME_add_entry_by_txt(name, field, MBSTRING_ASC, bytes, -1, -1, 0) == 1;
}

bool set_names(X509* certificate, CertificateKind kind) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  if (!add_name(subject, "CN", host_name)) return false;
  if (kind != CertificateKind::inspection_product) return X509_set_issuer_name(certificate, subject) == 1;
  X509_NAME* issuer = X509_get_issuer_name(certificate);
  return add_name(issuer, "O", inspecting_organization) && add_name(issuer, "CN", inspecting_issuer);
}

bool set_dates(X509* certificate, std::int64_t begin_s) {
  return ASN1_TIME_set(X509_getm_notBefore(certificate), static_cast<time_t>(begin_s)) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), static_cast<time_t>(begin_s + validity_s)) != nullptr;
}

bool set_serial(X509* certificate, CertificateKind kind, std::int64_t now_s) {
  const std::uint64_t serial = (static_cast<std::uint64_t>(now_s) << 8) | static_cast<std::uint64_t>(kind);
  return ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial) == 1;
}

bool add_extension(X509* certificate, int nid, const std::string& value) {
  ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

std::string many_names() {
  std::string list;
  for (std::size_t n = 0, size = 0; size < oversized_bytes; ++n) {
    const std::string name = "host-" + std::to_string(n) + ".lab.example";
    list += (n == 0 ? "DNS:" : ",DNS:") + name;
    size += name.size() + 2;  // tag and length
  }
  return list;
}

// No digitalSignature and no subjectAltName: so it is on every Windows host, and so it is healthy.
bool add_extensions(X509* certificate, CertificateKind kind) {
  const char* usage = kind == CertificateKind::wrong_usage ? "clientAuth" : "serverAuth";
  return add_extension(certificate, NID_ext_key_usage, usage) &&
         add_extension(certificate, NID_key_usage, "keyEncipherment,dataEncipherment") &&
         (kind != CertificateKind::oversized ||
          add_extension(certificate, NID_subject_alt_name, many_names()));
}

X509Ptr make_certificate(CertificateKind kind, EVP_PKEY* key, std::int64_t now_s) {
  X509Ptr certificate(X509_new());
  if (!certificate || !key) return nullptr;
  X509* c = certificate.get();
  const EVP_MD* hash = kind == CertificateKind::sha1_signature ? EVP_sha1() : EVP_sha256();
  const bool made = X509_set_version(c, X509_VERSION_3) == 1 && set_serial(c, kind, now_s) &&
                    set_names(c, kind) && set_dates(c, not_before_s(kind, now_s)) &&
                    X509_set_pubkey(c, key) == 1 && add_extensions(c, kind) && X509_sign(c, key, hash) > 0;
  return made ? std::move(certificate) : nullptr;
}

// `encode` is OpenSSL's i2d function of the object.
template <class T>
Bytes to_der(const T* object, int (*encode)(const T*, unsigned char**)) {
  const int size = encode(object, nullptr);
  if (size <= 0) return {};
  Bytes der(static_cast<std::size_t>(size));
  unsigned char* at = der.data();
  encode(object, &at);
  return der;
}

}  // namespace

Result<Identity> make_identity(CertificateKind kind, Instant now) {
  EVP_PKEY* key = key_for(kind);
  const X509Ptr certificate = make_certificate(kind, key, now.ms / 1000);
  const Pkcs8Ptr pkcs8(key ? EVP_PKEY2PKCS8(key) : nullptr);
  if (!certificate || !pkcs8)
    return std::unexpected(Error{"make the lab's certificate", ErrorKind::bug, 0, ""});
  return Identity{to_der<X509>(certificate.get(), i2d_X509),
                  to_der<PKCS8_PRIV_KEY_INFO>(pkcs8.get(), i2d_PKCS8_PRIV_KEY_INFO)};
}

Result<std::shared_ptr<const Identity>> identity(CertificateKind kind, Instant now) {
  static std::mutex mutex;
  static std::map<CertificateKind, std::shared_ptr<const Identity>> made;
  const std::lock_guard lock(mutex);
  auto& kept = made[kind];
  if (!kept) {
    auto fresh = make_identity(kind, now);
    if (!fresh) return std::unexpected(fresh.error());
    kept = std::make_shared<const Identity>(std::move(*fresh));
  }
  return kept;
}

}  // namespace rdpdoctor::lab
