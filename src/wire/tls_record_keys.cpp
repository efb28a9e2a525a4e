#include "wire/tls_record_keys.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>

#include "base/release.h"
#include "wire/tls_key_schedule.h"
#include "wire/tls_records.h"

namespace rdpdoctor::wire {
namespace {

using CipherContextPtr = std::unique_ptr<EVP_CIPHER_CTX, Release<EVP_CIPHER_CTX_free>>;

constexpr std::size_t tag_size = 16;
constexpr std::size_t nonce_size = 12;
constexpr std::size_t explicit_nonce_size = 8;  // GCM in TLS 1.2

const EVP_CIPHER* openssl_cipher(TlsCipher cipher) {
  switch (cipher) {
    case TlsCipher::aes_128_gcm: return EVP_aes_128_gcm();
    case TlsCipher::aes_256_gcm: return EVP_aes_256_gcm();
    case TlsCipher::chacha20_poly1305: return EVP_chacha20_poly1305();
    case TlsCipher::aes_128_cbc: return EVP_aes_128_cbc();
    case TlsCipher::aes_256_cbc: return EVP_aes_256_cbc();
    case TlsCipher::triple_des_cbc: return EVP_des_ede3_cbc();
  }
  return nullptr;
}

std::size_t key_size(TlsCipher cipher) {
  return static_cast<std::size_t>(EVP_CIPHER_get_key_length(openssl_cipher(cipher)));
}

std::size_t block_size(TlsCipher cipher) {
  return cipher == TlsCipher::triple_des_cbc ? 8 : 16;
}

// RFC 8446 5.3 and RFC 7905 2: the sequence number, padded on the left, XORed into the IV.
Bytes nonce_by_xor(Bytes iv, std::uint64_t sequence) {
  for (std::size_t i = 0; i < 8 && i < iv.size(); ++i) {
    iv[iv.size() - 1 - i] ^= static_cast<std::uint8_t>(sequence >> (8 * i) & 0xff);
  }
  return iv;
}

Bytes pseudo_header(std::uint64_t sequence, std::uint8_t type, std::uint16_t version, std::size_t length) {
  Writer out;
  out.u32be(static_cast<std::uint32_t>(sequence >> 32)).u32be(static_cast<std::uint32_t>(sequence));
  out.u8(type).u16be(version).u16be(static_cast<std::uint16_t>(length));
  return out.take();
}

Bytes hmac(TlsHash hash, View key, View header, View data) {
  Writer all;
  all.bytes(header).bytes(data);
  const std::array<OSSL_PARAM, 2> parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>(openssl_name(hash)), 0),
      OSSL_PARAM_END};
  Bytes out(EVP_MAX_MD_SIZE);
  std::size_t size = 0;
  if (!EVP_Q_mac(nullptr, "HMAC", nullptr, nullptr, parameters.data(), key.data(), key.size(),
                 all.view().data(), all.size(), out.data(), out.size(), &size)) {
    size = 0;
  }
  out.resize(size);
  return out;
}

// The bytes without padding_length and padding (RFC 5246 6.2.3.2); nothing when they are not padded so.
std::optional<View> without_padding(View padded) {
  if (padded.empty()) return std::nullopt;
  const std::size_t padding = padded.back() + std::size_t{1};
  if (padding > padded.size()) return std::nullopt;
  const bool all_alike =
      std::ranges::all_of(padded.last(padding), [&](auto b) { return b == padded.back(); });
  if (!all_alike) return std::nullopt;
  return padded.first(padded.size() - padding);
}

Bytes copy(View bytes) {
  return {bytes.begin(), bytes.end()};
}

}  // namespace

struct TlsRecordKeys::Inside {
  const TlsSuite& suite;
  std::uint16_t version = 0;
  Mac mac = Mac::before_encrypting;
  CipherContextPtr context{EVP_CIPHER_CTX_new()};
  Bytes secret;  // TLS 1.3: the traffic secret
  Bytes mac_key;
  Bytes iv;
  std::uint64_t sequence = 0;

  void use_key(View key) {
    EVP_DecryptInit_ex2(context.get(), openssl_cipher(suite.cipher), key.data(), nullptr, nullptr);
  }
  void use_secret() {
    use_key(hkdf_expand_label(suite.prf, secret, "key", key_size(suite.cipher)));
    iv = hkdf_expand_label(suite.prf, secret, "iv", nonce_size);
    sequence = 0;
  }
  [[nodiscard]] std::optional<Bytes> open_aead(View nonce, View additional, View sealed);
  [[nodiscard]] std::optional<Bytes> decrypt_cbc(View fragment);
  [[nodiscard]] bool authentic(std::uint8_t type, View data, View tag) const;
  [[nodiscard]] std::optional<Bytes> open_cbc(std::uint8_t type, View fragment);
  [[nodiscard]] std::optional<Bytes> open_tls12(std::uint8_t type, View fragment);
  [[nodiscard]] std::optional<TlsPlain> open_tls13(View fragment);
};

std::optional<Bytes> TlsRecordKeys::Inside::open_aead(View nonce, View additional, View sealed) {
  if (sealed.size() < tag_size || nonce.size() != nonce_size) return std::nullopt;
  const View cipher_text = sealed.first(sealed.size() - tag_size);
  Bytes tag = copy(sealed.last(tag_size));
  Bytes out(cipher_text.size() + 1);  // never empty: OpenSSL wants a place, even for nothing
  int n = 0;
  auto* c = context.get();
  const bool opened =
      EVP_DecryptInit_ex2(c, nullptr, nullptr, nonce.data(), nullptr) == 1 &&
      EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag.size()), tag.data()) == 1 &&
      EVP_DecryptUpdate(c, nullptr, &n, additional.data(), static_cast<int>(additional.size())) == 1 &&
      EVP_DecryptUpdate(c, out.data(), &n, cipher_text.data(), static_cast<int>(cipher_text.size())) == 1 &&
      EVP_DecryptFinal_ex(c, out.data() + cipher_text.size(), &n) == 1;
  ERR_clear_error();
  if (!opened) return std::nullopt;
  out.resize(cipher_text.size());
  return out;
}

// TLS 1.1 and later bring the IV with each record; in TLS 1.0 it is the last block of the record before.
std::optional<Bytes> TlsRecordKeys::Inside::decrypt_cbc(View fragment) {
  const std::size_t block = block_size(suite.cipher);
  if (version >= 0x0302) {
    if (fragment.size() < block) return std::nullopt;
    iv = copy(fragment.first(block));
    fragment = fragment.subspan(block);
  }
  if (fragment.empty() || fragment.size() % block != 0) return std::nullopt;
  Bytes out(fragment.size() + block);
  int n = 0;
  const bool decrypted = EVP_DecryptInit_ex2(context.get(), nullptr, nullptr, iv.data(), nullptr) == 1 &&
                         EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1 &&
                         EVP_DecryptUpdate(context.get(), out.data(), &n, fragment.data(),
                                           static_cast<int>(fragment.size())) == 1;
  ERR_clear_error();
  if (!decrypted) return std::nullopt;
  out.resize(static_cast<std::size_t>(n));
  iv = copy(fragment.last(block));
  return out;
}

bool TlsRecordKeys::Inside::authentic(std::uint8_t type, View data, View tag) const {
  const Bytes expected = hmac(suite.mac, mac_key, pseudo_header(sequence, type, version, data.size()), data);
  return !expected.empty() && std::ranges::equal(expected, tag);
}

std::optional<Bytes> TlsRecordKeys::Inside::open_cbc(std::uint8_t type, View fragment) {
  const std::size_t tag = size_of(suite.mac);
  if (mac == Mac::after_encrypting) {
    if (fragment.size() < tag) return std::nullopt;
    const View encrypted = fragment.first(fragment.size() - tag);
    if (!authentic(type, encrypted, fragment.last(tag))) return std::nullopt;
    fragment = encrypted;
  }
  const auto padded = decrypt_cbc(fragment);
  const auto content = padded ? without_padding(*padded) : std::nullopt;
  if (!content) return std::nullopt;
  if (mac == Mac::after_encrypting) return copy(*content);
  if (content->size() < tag) return std::nullopt;
  const View data = content->first(content->size() - tag);
  if (!authentic(type, data, content->last(tag))) return std::nullopt;
  return copy(data);
}

std::optional<Bytes> TlsRecordKeys::Inside::open_tls12(std::uint8_t type, View fragment) {
  if (suite.mac != TlsHash::none) return open_cbc(type, fragment);
  Bytes nonce;
  if (suite.cipher == TlsCipher::chacha20_poly1305) {
    nonce = nonce_by_xor(iv, sequence);
  } else {
    if (fragment.size() < explicit_nonce_size) return std::nullopt;
    Writer both;
    both.bytes(iv).bytes(fragment.first(explicit_nonce_size));
    nonce = both.take();
    fragment = fragment.subspan(explicit_nonce_size);
  }
  if (fragment.size() < tag_size) return std::nullopt;
  return open_aead(nonce, pseudo_header(sequence, type, version, fragment.size() - tag_size), fragment);
}

std::optional<TlsPlain> TlsRecordKeys::Inside::open_tls13(View fragment) {
  Writer header;
  header.u8(tls_application_data).u16be(0x0303).u16be(static_cast<std::uint16_t>(fragment.size()));
  auto inner = open_aead(nonce_by_xor(iv, sequence), header.view(), fragment);
  if (!inner) return std::nullopt;
  while (!inner->empty() && inner->back() == 0) inner->pop_back();  // TLSInnerPlaintext.zeros
  if (inner->empty()) return std::nullopt;
  const std::uint8_t type = inner->back();
  inner->pop_back();
  return TlsPlain{type, std::move(*inner)};
}

TlsKeySizes key_sizes(const TlsSuite& suite, std::uint16_t version) {
  TlsKeySizes sizes{size_of(suite.mac), key_size(suite.cipher), 0};
  if (suite.cipher == TlsCipher::chacha20_poly1305) {
    sizes.iv = nonce_size;
  } else if (suite.mac == TlsHash::none) {
    sizes.iv = nonce_size - explicit_nonce_size;
  } else if (version == 0x0301) {
    sizes.iv = block_size(suite.cipher);
  }
  return sizes;
}

TlsRecordKeys::TlsRecordKeys(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
TlsRecordKeys::TlsRecordKeys(TlsRecordKeys&&) noexcept = default;
TlsRecordKeys& TlsRecordKeys::operator=(TlsRecordKeys&&) noexcept = default;
TlsRecordKeys::~TlsRecordKeys() = default;

std::optional<TlsRecordKeys> TlsRecordKeys::tls13(const TlsSuite& suite, View traffic_secret) {
  if (traffic_secret.size() != size_of(suite.prf)) return std::nullopt;
  auto inside = std::make_unique<Inside>(Inside{.suite = suite, .version = 0x0304});
  inside->secret = copy(traffic_secret);
  inside->use_secret();
  return TlsRecordKeys(std::move(inside));
}

TlsRecordKeys TlsRecordKeys::tls12(const TlsSuite& suite, std::uint16_t version, TlsKeyBlockPart part,
                                   Mac mac) {
  auto inside = std::make_unique<Inside>(Inside{.suite = suite, .version = version, .mac = mac});
  inside->mac_key = copy(part.mac_key);
  inside->iv = copy(part.iv);
  inside->use_key(part.key);
  return TlsRecordKeys(std::move(inside));
}

std::optional<TlsPlain> TlsRecordKeys::open(std::uint8_t type, View fragment) {
  std::optional<TlsPlain> out;
  if (inside_->version == 0x0304) {
    out = inside_->open_tls13(fragment);
  } else if (auto content = inside_->open_tls12(type, fragment)) {
    out = TlsPlain{type, std::move(*content)};
  }
  ++inside_->sequence;
  return out;
}

void TlsRecordKeys::update() {
  inside_->secret =
      hkdf_expand_label(inside_->suite.prf, inside_->secret, "traffic upd", size_of(inside_->suite.prf));
  inside_->use_secret();
}

}  // namespace rdpdoctor::wire
