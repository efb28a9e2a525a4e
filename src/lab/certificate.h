// The certificates that the acting host shows, made with OpenSSL when first asked for, in memory only.
#pragma once

#include <memory>

#include "base/error.h"
#include "base/time.h"
#include "lab/fault.h"

namespace rdpdoctor::lab {

struct Identity {
  Bytes certificate_der;
  Bytes private_key_der;  // PKCS#8, not encrypted
};

// A new certificate, its dates counted from `now`. All kinds share one RSA-2048 key per process, but
// weak_key.
[[nodiscard]] Result<Identity> make_identity(CertificateKind kind, Instant now);

// The same, but made once per kind and process: `now` decides the dates the first time only.
[[nodiscard]] Result<std::shared_ptr<const Identity>> identity(CertificateKind kind, Instant now);

}  // namespace rdpdoctor::lab
