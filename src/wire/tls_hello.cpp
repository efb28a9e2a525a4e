// The table of offers and the ClientHello they are written as: RFC 8446 4.1.2, RFC 5246 7.4.1.2.
#include "wire/tls_hello.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "wire/tpkt.h"

namespace rdpdoctor::wire {
namespace {

using Values = std::vector<std::uint16_t>;

constexpr std::size_t record_header_size = 5;
constexpr std::size_t largest_record = record_header_size + 16384;

// Extension types: RFC 8446 4.2, RFC 8422 5.1, RFC 7685, RFC 7627, RFC 5746.
enum Extension : std::uint16_t {
  server_name = 0,
  supported_groups = 10,
  ec_point_formats = 11,
  signature_algorithms = 13,
  padding = 21,
  extended_master_secret = 23,
  supported_versions = 43,
  psk_key_exchange_modes = 45,
  key_share = 51,
  renegotiation_info = 0xff01,
};

constexpr std::uint16_t x25519 = 0x001d;

const Values tls13_suites = {0x1302, 0x1301, 0x1303};
// ECDHE and AEAD: what is left on a hardened host.
const Values modern_suites = {0xc02c, 0xc02b, 0xc030, 0xc02f, 0xcca9, 0xcca8};
const Values older_suites = {
    0x009f, 0x009e, 0xccaa,                                          // DHE, AEAD
    0xc024, 0xc023, 0xc028, 0xc027, 0xc00a, 0xc009, 0xc014, 0xc013,  // ECDHE, CBC
    0x006b, 0x0067, 0x0039, 0x0033,                                  // DHE, CBC
    0x009d, 0x009c, 0x003d, 0x003c, 0x0035, 0x002f,                  // static RSA
};
const Values rc4_and_3des_suites = {0xc008, 0xc012, 0x0016, 0x000a, 0xc007, 0xc011, 0x0005, 0x0004};
const Values small_suites = {0xc02c, 0xc02b, 0xc030, 0xc02f, 0xc014, 0xc013, 0x009c, 0x002f};

// RSA-PSS, RSA PKCS#1 and ECDSA with SHA-256 to SHA-512.
const Values strong_signatures = {0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0403, 0x0503, 0x0601, 0x0603};
const Values weak_signatures = {0x0201, 0x0203, 0x0101};  // RSA SHA-1, ECDSA SHA-1, RSA MD5
const Values small_signatures = {0x0804, 0x0401, 0x0403, 0x0201};

Values joined(std::initializer_list<Values> parts) {
  Values all;
  for (const Values& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

Values wide_suites(std::uint16_t min_version, std::uint16_t max_version) {
  Values suites;
  if (max_version >= 0x0304) suites = tls13_suites;
  return min_version >= 0x0304 ? suites : joined({suites, modern_suites, older_suites, rc4_and_3des_suites});
}

// Like "wide" between two versions. RFC 5246 7.4.1.4.1: no signature_algorithms when TLS 1.2 is not offered.
HelloOffer wide(std::uint16_t min_version, std::uint16_t max_version, bool sha1 = true) {
  HelloOffer offer{min_version, max_version, wide_suites(min_version, max_version), {}, "", 0};
  if (max_version >= 0x0303) {
    offer.signature_algorithms = sha1 ? joined({strong_signatures, weak_signatures}) : strong_signatures;
  }
  return offer;
}

void put_values(Writer& w, const Values& values) {
  for (std::uint16_t value : values) w.u16be(value);
}

// extension_type, then the length of what `body` writes, then that.
template <class Body>
void put_extension(Writer& w, Extension type, Body body) {
  w.u16be(type).u16be(0);
  std::size_t start = w.size();
  body();
  w.patch_u16be(start - 2, static_cast<std::uint16_t>(w.size() - start));
}

void put_value_list(Writer& w, Extension type, const Values& values) {
  put_extension(w, type, [&] {
    w.u16be(static_cast<std::uint16_t>(2 * values.size()));
    put_values(w, values);
  });
}

void put_server_name(Writer& w, std::string_view name) {  // RFC 6066 3
  auto size = static_cast<std::uint16_t>(std::min<std::size_t>(name.size(), 255));
  put_extension(w, server_name, [&] {
    w.u16be(static_cast<std::uint16_t>(size + 3)).u8(0).u16be(size).text(name.substr(0, size));
  });
}

// Any 32 bytes are an X25519 public key, save a few of low order that a server must refuse: zeros are one of
// them, hence the mask.
void put_key_share(Writer& w, View random32) {
  put_extension(w, key_share, [&] {
    w.u16be(36).u16be(x25519).u16be(32);
    for (std::uint8_t byte : random32) w.u8(byte ^ 0x5a);
  });
}

void put_tls13_extensions(Writer& w, const HelloOffer& offer, View random32) {
  put_extension(w, supported_versions, [&] {
    w.u8(static_cast<std::uint8_t>(2 * (offer.max_version - offer.min_version + 1)));
    for (std::uint16_t version = offer.max_version; version >= offer.min_version; --version) w.u16be(version);
  });
  put_extension(w, psk_key_exchange_modes, [&] { w.u8(1).u8(1); });  // psk_dhe_ke
  put_key_share(w, random32);
}

void put_padding(Writer& w, std::size_t pad_to) {
  std::size_t missing = std::min(pad_to, largest_record) - std::min({w.size(), pad_to, largest_record});
  if (missing == 0) return;
  put_extension(w, padding, [&] {
    for (std::size_t i = 4; i < missing; ++i) w.u8(0);
  });
}

void put_extensions(Writer& w, const HelloOffer& offer, View random32) {
  if (!offer.server_name.empty()) put_server_name(w, offer.server_name);
  put_value_list(w, supported_groups, {x25519, 0x0017, 0x0018});
  if (offer.min_version < 0x0304) {
    put_extension(w, ec_point_formats, [&] { w.u8(1).u8(0); });
    put_extension(w, extended_master_secret, [] {});
    put_extension(w, renegotiation_info, [&] { w.u8(0); });
  }
  if (!offer.signature_algorithms.empty()) {
    put_value_list(w, signature_algorithms, offer.signature_algorithms);
  }
  if (offer.max_version >= 0x0304) put_tls13_extensions(w, offer, random32);
  put_padding(w, offer.pad_to);
}

}  // namespace

HelloOffer hello_offer(std::string_view name) {
  if (name == "modern") {
    return {0x0303, 0x0304, joined({tls13_suites, modern_suites}), strong_signatures, "", 0};
  }
  if (name == "tls1.3") return wide(0x0304, 0x0304);
  if (name == "tls1.2") return wide(0x0303, 0x0303);
  if (name == "tls1.1") return wide(0x0302, 0x0302);
  if (name == "tls1.0") return wide(0x0301, 0x0301);
  if (name == "no-sha1") return wide(0x0301, 0x0304, false);
  if (name == "legacy-ciphers") {
    HelloOffer offer = wide(0x0301, 0x0303);
    offer.cipher_suites = rc4_and_3des_suites;
    return offer;
  }
  if (name == "small") return {0x0303, 0x0303, small_suites, small_signatures, "", 0};
  assert(name == "wide");
  return wide(0x0301, 0x0304);
}

Bytes client_hello_record(const HelloOffer& offer, View random32) {
  assert(random32.size() == 32);
  Writer w;
  w.u8(0x16).u16be(0x0301).u16be(0);  // record: handshake
  w.u8(0x01).u24be(0);                // client_hello
  w.u16be(std::min<std::uint16_t>(offer.max_version, 0x0303)).bytes(random32);
  // RFC 8446 D.4: a session id makes TLS 1.3 look like a resumed TLS 1.2 to middleboxes.
  if (offer.max_version >= 0x0304) {
    w.u8(32);
    for (std::uint8_t byte : random32) w.u8(byte ^ 0xa5);
  } else {
    w.u8(0);
  }
  w.u16be(static_cast<std::uint16_t>(2 * offer.cipher_suites.size()));
  put_values(w, offer.cipher_suites);
  w.u8(1).u8(0);  // compression_methods: null
  w.u16be(0);
  std::size_t extensions = w.size();
  put_extensions(w, offer, random32);
  w.patch_u16be(extensions - 2, static_cast<std::uint16_t>(w.size() - extensions));
  w.patch_u24be(record_header_size + 1, static_cast<std::uint32_t>(w.size() - record_header_size - 4));
  w.patch_u16be(3, static_cast<std::uint16_t>(w.size() - record_header_size));
  return w.take();
}

Bytes not_a_hello_record(std::size_t size) {
  size = std::clamp(size, record_header_size + 4, largest_record);
  Writer w;
  w.u8(0x16).u16be(0x0301).u16be(static_cast<std::uint16_t>(size - record_header_size));
  w.u8(0x10).u24be(static_cast<std::uint32_t>(size - record_header_size - 4));
  while (w.size() < size) w.u8(static_cast<std::uint8_t>(w.size() * 37));
  return w.take();
}

Bytes not_tls_at_all(std::size_t size) {
  constexpr std::size_t largest_tpkt = 65535;
  constexpr std::size_t data_header_size = 3;  // LI, code DT, end of TSDU
  size = std::clamp(size, tpkt_header_size + data_header_size, largest_tpkt);
  Bytes payload = {2, 0xf0, 0x80};
  payload.resize(size - tpkt_header_size);
  return tpkt(payload);
}

}  // namespace rdpdoctor::wire
