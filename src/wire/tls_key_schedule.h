// Keys from secrets: the PRF of TLS 1.0 to 1.2 (RFC 2246 5, RFC 5246 5) and HKDF-Expand-Label of TLS 1.3 (RFC
// 8446 7.1).
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "wire/tls_record_suite.h"

namespace rdpdoctor::wire {

// `size` bytes; `hash` is the suite's and counts from TLS 1.2 (0x0303) on. Empty if OpenSSL can't.
[[nodiscard]] Bytes tls_prf(std::uint16_t version, TlsHash hash, View secret, std::string_view label,
                            View seed, std::size_t size);

// With an empty context. `label` is without "tls13 ". Empty if OpenSSL can't.
[[nodiscard]] Bytes hkdf_expand_label(TlsHash hash, View secret, std::string_view label, std::size_t size);

// "SHA256", as OpenSSL calls it.
[[nodiscard]] const char* openssl_name(TlsHash hash);
[[nodiscard]] std::size_t size_of(TlsHash hash);  // bytes of its output

}  // namespace rdpdoctor::wire
