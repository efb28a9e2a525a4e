// Certificates made on the spot with OpenSSL, so that no test depends on a key in the tree or on today's
// date.
#pragma once

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <map>
#include <memory>
#include <string>

#include "base/bytes.h"

namespace rdpdoctor::test {

// By default what Windows makes for itself: CN only, no SAN, key and data encipherment, serverAuth, 183 days.
struct CertificateWanted {
  std::string key = "rsa2048";  // "rsaN", "P-256", "P-384", "ed25519"
  std::string hash = "SHA256";  // "" for ed25519
  std::string common_name = "SRV-FIN-02";
  std::string not_before = "20250101000000Z";
  std::string not_after = "20250703000000Z";
  std::string key_usage = "keyEncipherment,dataEncipherment";  // OpenSSL's extension syntax; "" for none
  std::string extended_key_usage = "serverAuth";
  std::string alternative_names{};  // "DNS:a.example,IP:10.0.0.1"
  std::string basic_constraints{};  // "CA:TRUE"
};

struct CertificateMade {
  Bytes der;
  Bytes key_pkcs8;
};

// Keys are made once per program: an RSA key takes a while.
inline EVP_PKEY* test_key(const std::string& kind) {
  static std::map<std::string, std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>> keys;
  auto known = keys.find(kind);
  if (known != keys.end()) return known->second.get();
  EVP_PKEY* made = nullptr;
  if (kind.starts_with("rsa")) {
    made = EVP_RSA_gen(static_cast<unsigned>(std::stoul(kind.substr(3))));
  } else if (kind == "ed25519") {
    made = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  } else {
    made = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", kind.c_str());
  }
  REQUIRE(made != nullptr);
  keys.try_emplace(kind, made, EVP_PKEY_free);
  return made;
}

inline void add_extension(X509* certificate, int nid, const std::string& value) {
  if (value.empty()) return;
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  REQUIRE(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

inline Bytes key_to_pkcs8(EVP_PKEY* key) {
  PKCS8_PRIV_KEY_INFO* info = EVP_PKEY2PKCS8(key);
  unsigned char* der = nullptr;
  int size = i2d_PKCS8_PRIV_KEY_INFO(info, &der);
  REQUIRE(size > 0);
  Bytes out(der, der + size);
  OPENSSL_free(der);
  PKCS8_PRIV_KEY_INFO_free(info);
  return out;
}

inline CertificateMade make_certificate(const CertificateWanted& wanted = {}) {
  EVP_PKEY* key = test_key(wanted.key);
  std::unique_ptr<X509, decltype(&X509_free)> made(X509_new(), X509_free);
  X509* x = made.get();
  X509_set_version(x, 2);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), 0x1a2b3c4d5e6f);
  REQUIRE(ASN1_TIME_set_string_X509(X509_getm_notBefore(x), wanted.not_before.c_str()) == 1);
  REQUIRE(ASN1_TIME_set_string_X509(X509_getm_notAfter(x), wanted.not_after.c_str()) == 1);
  X509_NAME* name = X509_get_subject_name(x);
  const auto* text = reinterpret_cast<const unsigned char*>(wanted.common_name.data());
  X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8, text,
                             static_cast<int>(wanted.common_name.size()), -1, 0);
  X509_set_issuer_name(x, name);
  X509_set_pubkey(x, key);
  add_extension(x, NID_key_usage, wanted.key_usage);
  add_extension(x, NID_ext_key_usage, wanted.extended_key_usage);
  add_extension(x, NID_subject_alt_name, wanted.alternative_names);
  add_extension(x, NID_basic_constraints, wanted.basic_constraints);
  const EVP_MD* hash = wanted.hash.empty() ? nullptr : EVP_get_digestbyname(wanted.hash.c_str());
  REQUIRE(X509_sign(x, key, hash) > 0);
  unsigned char* der = nullptr;
  int size = i2d_X509(x, &der);
  REQUIRE(size > 0);
  CertificateMade out{Bytes(der, der + size), key_to_pkcs8(key)};
  OPENSSL_free(der);
  return out;
}

}  // namespace rdpdoctor::test
