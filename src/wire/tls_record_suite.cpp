#include "wire/tls_record_suite.h"

#include <algorithm>
#include <functional>
#include <iterator>

namespace rdpdoctor::wire {
namespace {

using enum TlsCipher;
using enum TlsHash;

// By their number in IANA's registry; the comment is what differs between suites of one kind.
constexpr TlsSuite all[] = {
    {0x000a, triple_des_cbc, sha1, sha256},     // RSA
    {0x0013, triple_des_cbc, sha1, sha256},     // DHE_DSS
    {0x0016, triple_des_cbc, sha1, sha256},     // DHE_RSA
    {0x002f, aes_128_cbc, sha1, sha256},        // RSA
    {0x0032, aes_128_cbc, sha1, sha256},        // DHE_DSS
    {0x0033, aes_128_cbc, sha1, sha256},        // DHE_RSA
    {0x0035, aes_256_cbc, sha1, sha256},        // RSA
    {0x0038, aes_256_cbc, sha1, sha256},        // DHE_DSS
    {0x0039, aes_256_cbc, sha1, sha256},        // DHE_RSA
    {0x003c, aes_128_cbc, sha256, sha256},      // RSA
    {0x003d, aes_256_cbc, sha256, sha256},      // RSA
    {0x0040, aes_128_cbc, sha256, sha256},      // DHE_DSS
    {0x0067, aes_128_cbc, sha256, sha256},      // DHE_RSA
    {0x006a, aes_256_cbc, sha256, sha256},      // DHE_DSS
    {0x006b, aes_256_cbc, sha256, sha256},      // DHE_RSA
    {0x009c, aes_128_gcm, none, sha256},        // RSA
    {0x009d, aes_256_gcm, none, sha384},        // RSA
    {0x009e, aes_128_gcm, none, sha256},        // DHE_RSA
    {0x009f, aes_256_gcm, none, sha384},        // DHE_RSA
    {0x00a2, aes_128_gcm, none, sha256},        // DHE_DSS
    {0x00a3, aes_256_gcm, none, sha384},        // DHE_DSS
    {0x1301, aes_128_gcm, none, sha256},        // TLS 1.3
    {0x1302, aes_256_gcm, none, sha384},        // TLS 1.3
    {0x1303, chacha20_poly1305, none, sha256},  // TLS 1.3
    {0xc008, triple_des_cbc, sha1, sha256},     // ECDHE_ECDSA
    {0xc009, aes_128_cbc, sha1, sha256},        // ECDHE_ECDSA
    {0xc00a, aes_256_cbc, sha1, sha256},        // ECDHE_ECDSA
    {0xc012, triple_des_cbc, sha1, sha256},     // ECDHE_RSA
    {0xc013, aes_128_cbc, sha1, sha256},        // ECDHE_RSA
    {0xc014, aes_256_cbc, sha1, sha256},        // ECDHE_RSA
    {0xc023, aes_128_cbc, sha256, sha256},      // ECDHE_ECDSA
    {0xc024, aes_256_cbc, sha384, sha384},      // ECDHE_ECDSA
    {0xc027, aes_128_cbc, sha256, sha256},      // ECDHE_RSA
    {0xc028, aes_256_cbc, sha384, sha384},      // ECDHE_RSA
    {0xc02b, aes_128_gcm, none, sha256},        // ECDHE_ECDSA
    {0xc02c, aes_256_gcm, none, sha384},        // ECDHE_ECDSA
    {0xc02f, aes_128_gcm, none, sha256},        // ECDHE_RSA
    {0xc030, aes_256_gcm, none, sha384},        // ECDHE_RSA
    {0xcca8, chacha20_poly1305, none, sha256},  // ECDHE_RSA
    {0xcca9, chacha20_poly1305, none, sha256},  // ECDHE_ECDSA
    {0xccaa, chacha20_poly1305, none, sha256},  // DHE_RSA
};
static_assert(std::ranges::is_sorted(all, std::less{}, &TlsSuite::id));

}  // namespace

const TlsSuite* find_tls_suite(std::uint16_t id) {
  const auto* found = std::ranges::lower_bound(all, id, std::less{}, &TlsSuite::id);
  return found != std::end(all) && found->id == id ? found : nullptr;
}

}  // namespace rdpdoctor::wire
