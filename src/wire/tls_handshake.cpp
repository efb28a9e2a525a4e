#include "wire/tls_handshake.h"

#include <algorithm>
#include <array>

namespace rdpdoctor::wire {
namespace {

constexpr std::size_t random_size = 32;
constexpr std::size_t most_certificates = 32;  // later ones are passed over
constexpr std::uint16_t ext_encrypt_then_mac = 22;
constexpr std::uint16_t ext_supported_versions = 43;

// RFC 8446 4.1.3: the random of a ServerHello that is a HelloRetryRequest.
constexpr std::array<std::uint8_t, random_size> retry_random = {
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

Bytes copy(View bytes) {
  return {bytes.begin(), bytes.end()};
}

void read_extensions(Reader& r, TlsServerChoice& choice) {
  if (r.left() == 0) return;  // TLS 1.0 hosts may leave the block out
  Reader block = r.sub(r.u16be("extensions.length"), "extensions");
  while (block.left() > 0) {
    const std::uint16_t type = block.u16be("extension_type");
    Reader body = block.sub(block.u16be("extension_data.length"), "extension_data");
    if (type == ext_supported_versions) choice.version = body.u16be("selected_version");
    if (type == ext_encrypt_then_mac) choice.encrypt_then_mac = true;
    block.absorb(body);
  }
  r.absorb(block);
}

}  // namespace

Decoded<Bytes> client_random_of(View client_hello) {
  Reader r(client_hello);
  r.u16be("legacy_version");
  Bytes random = copy(r.bytes(random_size, "random"));
  if (r.error()) return std::unexpected(*r.error());
  return random;
}

Decoded<TlsServerChoice> read_server_choice(View server_hello) {
  Reader r(server_hello);
  TlsServerChoice choice;
  choice.version = r.u16be("legacy_version");
  choice.random = copy(r.bytes(random_size, "random"));
  choice.hello_retry_request = std::ranges::equal(choice.random, retry_random);
  r.skip(r.u8("session_id.length"), "session_id");
  choice.cipher_suite = r.u16be("cipher_suite");
  choice.compression = r.u8("compression_method");
  read_extensions(r, choice);
  if (r.error()) return std::unexpected(*r.error());
  return choice;
}

Decoded<std::vector<Bytes>> read_tls13_certificates(View certificate) {
  Reader r(certificate);
  r.skip(r.u8("certificate_request_context.length"), "certificate_request_context");
  Reader list = r.sub(r.u24be("certificate_list.length"), "certificate_list");
  std::vector<Bytes> chain;
  while (list.left() > 0) {
    const View der = list.bytes(list.u24be("cert_data.length"), "cert_data");
    list.skip(list.u16be("extensions.length"), "extensions");
    if (list.ok() && chain.size() < most_certificates) chain.push_back(copy(der));
  }
  r.absorb(list);
  if (r.error()) return std::unexpected(*r.error());
  return chain;
}

}  // namespace rdpdoctor::wire
