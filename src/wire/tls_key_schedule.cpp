#include "wire/tls_key_schedule.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <array>
#include <memory>

#include "base/release.h"

namespace rdpdoctor::wire {
namespace {

using KdfPtr = std::unique_ptr<EVP_KDF, Release<EVP_KDF_free>>;
using KdfContextPtr = std::unique_ptr<EVP_KDF_CTX, Release<EVP_KDF_CTX_free>>;

OSSL_PARAM octets(const char* name, View value) {
  // OpenSSL only reads it; its parameters have no const.
  return OSSL_PARAM_construct_octet_string(name, const_cast<std::uint8_t*>(value.data()), value.size());
}
OSSL_PARAM text(const char* name, const char* value) {
  return OSSL_PARAM_construct_utf8_string(name, const_cast<char*>(value), 0);
}

Bytes derive(const char* kdf_name, const OSSL_PARAM* parameters, std::size_t size) {
  const KdfPtr kdf(EVP_KDF_fetch(nullptr, kdf_name, nullptr));
  const KdfContextPtr context(kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr);
  Bytes out(size);
  if (!context || EVP_KDF_derive(context.get(), out.data(), out.size(), parameters) != 1) {
    ERR_clear_error();
    return {};
  }
  return out;
}

}  // namespace

const char* openssl_name(TlsHash hash) {
  switch (hash) {
    case TlsHash::none: break;
    case TlsHash::sha1: return "SHA1";
    case TlsHash::sha256: return "SHA256";
    case TlsHash::sha384: return "SHA384";
  }
  return "";
}

std::size_t size_of(TlsHash hash) {
  switch (hash) {
    case TlsHash::none: break;
    case TlsHash::sha1: return 20;
    case TlsHash::sha256: return 32;
    case TlsHash::sha384: return 48;
  }
  return 0;
}

Bytes tls_prf(std::uint16_t version, TlsHash hash, View secret, std::string_view label, View seed,
              std::size_t size) {
  Writer labelled;
  labelled.text(label).bytes(seed);
  const std::array<OSSL_PARAM, 4> parameters = {
      text(OSSL_KDF_PARAM_DIGEST, version < 0x0303 ? "MD5-SHA1" : openssl_name(hash)),
      octets(OSSL_KDF_PARAM_SECRET, secret), octets(OSSL_KDF_PARAM_SEED, labelled.view()), OSSL_PARAM_END};
  return derive("TLS1-PRF", parameters.data(), size);
}

Bytes hkdf_expand_label(TlsHash hash, View secret, std::string_view label, std::size_t size) {
  constexpr std::string_view prefix = "tls13 ";
  Writer info;  // HkdfLabel
  info.u16be(static_cast<std::uint16_t>(size));
  info.u8(static_cast<std::uint8_t>(prefix.size() + label.size())).text(prefix).text(label).u8(0);
  const std::array<OSSL_PARAM, 5> parameters = {
      text(OSSL_KDF_PARAM_MODE, "EXPAND_ONLY"), text(OSSL_KDF_PARAM_DIGEST, openssl_name(hash)),
      octets(OSSL_KDF_PARAM_KEY, secret), octets(OSSL_KDF_PARAM_INFO, info.view()), OSSL_PARAM_END};
  return derive("HKDF", parameters.data(), size);
}

}  // namespace rdpdoctor::wire
