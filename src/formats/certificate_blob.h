// A certificate as the registry's stores hold it: the value Blob below SystemCertificates, store,
// Certificates, thumbprint. [MS-GPEF] 2.2.1.1.1 (the properties, of which the certificate is one) and
// 2.2.1.1.1.1.1 (KEY_PROV_INFO).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"

namespace rdpdoctor::formats {

// CERT_KEY_PROV_INFO_PROP_ID: where the private key is.
struct KeyProvider {
  std::string container;    // "TSSecKeySet1"; of a CNG key its name
  std::string provider;     // "Microsoft Enhanced Cryptographic Provider v1.0"
  std::uint32_t type = 0;   // 0: a CNG key storage provider, else a CSP's type (1 PROV_RSA_FULL)
  std::uint32_t flags = 0;  // 0x20 CRYPT_MACHINE_KEYSET
  std::uint32_t key_spec = 0;
};

struct CertificateBlob {
  Bytes certificate;               // DER; never empty
  std::optional<KeyProvider> key;  // none: the certificate has no private key with it
  std::string key_problem;         // there is such a property and it can't be read: why; else ""
};

[[nodiscard]] Decoded<CertificateBlob> decode_certificate_blob(View bytes);
[[nodiscard]] Decoded<KeyProvider> decode_key_provider(View bytes);

}  // namespace rdpdoctor::formats
