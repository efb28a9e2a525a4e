// OpenSSL 3.0 over two memory BIOs. One shared client context, since making one costs as much as a
// handshake's arithmetic; a server's context holds its certificate and is made for each.
#include "wire/tls_session.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/release.h"
#include "base/text.h"

namespace rdpdoctor::wire {
namespace {

using ContextPtr = std::unique_ptr<SSL_CTX, Release<SSL_CTX_free>>;
using SslPtr = std::unique_ptr<SSL, Release<SSL_free>>;
using X509Ptr = std::unique_ptr<X509, Release<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using Pkcs8Ptr = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Release<PKCS8_PRIV_KEY_INFO_free>>;

// What a peer may make us hold: its certificate message, plain text nobody has read, answers nobody has sent.
constexpr long largest_certificate_message = 256L * 1024;
constexpr std::size_t largest_unread = std::size_t{1024} * 1024;
constexpr std::size_t largest_unsent = std::size_t{1024} * 1024;
constexpr std::size_t piece_size = std::size_t{16} * 1024;

// Every suite but the anonymous ones, which no Remote Desktop host speaks and some filters take for an
// attack.
constexpr const char* every_cipher = "ALL:!aNULL:@SECLEVEL=0";
// In the order of a current Windows client, then what only others sign with.
constexpr const char* signatures_with_sha1 =
    "rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:RSA+SHA256:RSA+SHA384:RSA+SHA1:"
    "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA1:RSA+SHA512:ECDSA+SHA512:"
    "rsa_pss_pss_sha256:rsa_pss_pss_sha384:rsa_pss_pss_sha512:ed25519:ed448";
constexpr const char* signatures_without_sha1 =
    "rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:RSA+SHA256:RSA+SHA384:"
    "ECDSA+SHA256:ECDSA+SHA384:RSA+SHA512:ECDSA+SHA512:"
    "rsa_pss_pss_sha256:rsa_pss_pss_sha384:rsa_pss_pss_sha512:ed25519:ed448";
constexpr const char* key_exchange_groups = "X25519:P-256:P-384:P-521";

std::string openssl_reason() {
  const char* reason = ERR_reason_error_string(ERR_peek_error());
  ERR_clear_error();
  return reason ? lower(reason) : "unexpected end of the handshake";
}

std::unexpected<Error> refused(std::string doing, ErrorKind kind, std::string expected = "") {
  ERR_clear_error();
  return std::unexpected(Error{std::move(doing), kind, 0, std::move(expected)});
}

int accept_any_chain(X509_STORE_CTX*, void*) {
  return 1;
}

// What both ends share. The system's openssl.cnf is left out: its policy must not decide what an old host may
// speak.
ContextPtr new_context(const char* signatures) {
  OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  ContextPtr context(SSL_CTX_new(TLS_method()));
  if (!context) return nullptr;
  SSL_CTX* c = context.get();
  SSL_CTX_set_security_level(c, 0);
  SSL_CTX_set_options(c, SSL_OP_ALL | SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_IGNORE_UNEXPECTED_EOF |
                             SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
  SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_cert_list(c, largest_certificate_message);
  SSL_CTX_set_verify(c, SSL_VERIFY_NONE, nullptr);
  // OpenSSL would walk the chain and only then ignore the outcome.
  SSL_CTX_set_cert_verify_callback(c, accept_any_chain, nullptr);
  bool set = SSL_CTX_set_cipher_list(c, every_cipher) == 1 &&
             SSL_CTX_set1_groups_list(c, key_exchange_groups) == 1 &&
             (!signatures || SSL_CTX_set1_sigalgs_list(c, signatures) == 1);
  return set ? std::move(context) : nullptr;
}

// The application data of a client's SSL is the text that its secrets go to, if they are wanted.
void keep_secret(const SSL* ssl, const char* line) {
  auto* key_log = static_cast<std::string*>(SSL_get_app_data(ssl));
  if (key_log) *key_log += std::string(line) + "\n";
}

SSL_CTX* client_context() {
  static const ContextPtr shared = [] {
    ContextPtr made = new_context(signatures_with_sha1);
    if (made) SSL_CTX_set_keylog_callback(made.get(), keep_secret);
    return made;
  }();
  return shared.get();
}

X509Ptr read_certificate(View der) {
  const unsigned char* at = der.data();
  return X509Ptr(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

KeyPtr read_key(View pkcs8) {
  const unsigned char* at = pkcs8.data();
  Pkcs8Ptr info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(pkcs8.size())));
  return KeyPtr(info ? EVP_PKCS82PKEY(info.get()) : nullptr);
}

Bytes to_der(X509* certificate) {
  int size = i2d_X509(certificate, nullptr);
  if (size <= 0) return {};
  Bytes der(static_cast<std::size_t>(size));
  unsigned char* at = der.data();
  i2d_X509(certificate, &at);
  return der;
}

std::string signature_type_name(int nid) {
  switch (nid) {
    case NID_rsaEncryption: return "RSA";
    case NID_rsassaPss: return "RSA-PSS";
    case NID_X9_62_id_ecPublicKey: return "ECDSA";
    case NID_ED25519: return "Ed25519";
    case NID_ED448: return "Ed448";
    case NID_dsa: return "DSA";
    default: break;
  }
  const char* name = OBJ_nid2sn(nid);
  return name ? name : "unknown";
}

}  // namespace

struct TlsSession::State {
  SslPtr ssl;
  BIO* from_peer = nullptr;  // both owned by ssl
  BIO* to_peer = nullptr;
  bool is_client = true;
  TlsWatcher watcher;
  Bytes plain;
  bool established = false;
  bool failed = false;
  bool peer_closed = false;
  std::string failure;
  std::string key_log;

  [[nodiscard]] bool over() const { return failed || peer_closed; }
  bool open(SSL_CTX* context, std::uint16_t min_version, std::uint16_t max_version);
  void advance();
  void shake_hands();
  void decrypt();
  void judge(int result);
  void fail(std::string why);
};

bool TlsSession::State::open(SSL_CTX* context, std::uint16_t min_version, std::uint16_t max_version) {
  ssl.reset(SSL_new(context));
  BIO* in = BIO_new(BIO_s_mem());
  BIO* out = BIO_new(BIO_s_mem());
  if (!ssl || !in || !out) {
    BIO_free(in);
    BIO_free(out);
    return false;
  }
  SSL_set_bio(ssl.get(), in, out);
  from_peer = in;
  to_peer = out;
  if (is_client) {
    SSL_set_connect_state(ssl.get());
  } else {
    SSL_set_accept_state(ssl.get());
  }
  return SSL_set_min_proto_version(ssl.get(), min_version) == 1 &&
         SSL_set_max_proto_version(ssl.get(), max_version) == 1;
}

void TlsSession::State::advance() {
  if (over()) return;
  ERR_clear_error();
  if (!established) shake_hands();
  if (established && !over()) decrypt();
  if (!over() && BIO_ctrl_pending(to_peer) > largest_unsent) fail("too much unsent data");
}

void TlsSession::State::shake_hands() {
  int result = SSL_do_handshake(ssl.get());
  if (result == 1) {
    established = true;
    return;
  }
  judge(result);
}

void TlsSession::State::decrypt() {
  std::array<std::uint8_t, piece_size> piece;
  while (true) {
    int n = SSL_read(ssl.get(), piece.data(), static_cast<int>(piece.size()));
    if (n <= 0) return judge(n);
    if (plain.size() + static_cast<std::size_t>(n) > largest_unread) return fail("too much unread data");
    plain.insert(plain.end(), piece.begin(), piece.begin() + n);
  }
}

void TlsSession::State::judge(int result) {
  switch (SSL_get_error(ssl.get(), result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: return;
    case SSL_ERROR_ZERO_RETURN:
      peer_closed = true;
      if (!established) fail("closed by the peer during the handshake");
      return;
    default: fail(openssl_reason());
  }
}

void TlsSession::State::fail(std::string why) {
  ERR_clear_error();
  failed = true;
  if (failure.empty()) failure = std::move(why);
}

Result<TlsSession> TlsSession::client(const TlsClientOptions& options) {
  auto state = std::make_unique<State>();
  SSL_CTX* context = client_context();
  if (!context || !state->open(context, options.min_version, options.max_version)) {
    return refused("set up TLS", ErrorKind::bug);
  }
  SSL* ssl = state->ssl.get();
  if (options.key_log) SSL_set_app_data(ssl, &state->key_log);
  if (!options.sha1_signatures && SSL_set1_sigalgs_list(ssl, signatures_without_sha1) != 1) {
    return refused("set up TLS signatures", ErrorKind::bug);
  }
  if (!options.server_name.empty() && SSL_set_tlsext_host_name(ssl, options.server_name.c_str()) != 1) {
    return refused("use the server name in TLS", ErrorKind::usage, "a host name of at most 255 bytes");
  }
  return TlsSession(std::move(state));
}

Result<TlsSession> TlsSession::server(const TlsServerOptions& options) {
  const char* signatures =
      options.signature_algorithms.empty() ? nullptr : options.signature_algorithms.c_str();
  ContextPtr context = new_context(signatures);
  if (!context) return refused("set up TLS", ErrorKind::usage, "signature algorithms that OpenSSL knows");
  const std::string ciphers = options.cipher_list + ":@SECLEVEL=0";
  if (!options.cipher_list.empty() && SSL_CTX_set_cipher_list(context.get(), ciphers.c_str()) != 1) {
    return refused("set up TLS", ErrorKind::usage, "cipher suites that OpenSSL knows");
  }
  SSL_CTX_set_num_tickets(context.get(), 0);
  SSL_CTX_set_dh_auto(context.get(), 1);
  X509Ptr certificate = read_certificate(options.certificate_der);
  KeyPtr key = read_key(options.private_key_der);
  if (!certificate || !key) {
    return refused("read the server's certificate and key", ErrorKind::malformed, "DER and PKCS#8");
  }
  if (X509_check_private_key(certificate.get(), key.get()) != 1 ||
      SSL_CTX_use_certificate(context.get(), certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1) {
    return refused("use the server's certificate and key", ErrorKind::malformed, "a key that belongs to it");
  }
  auto state = std::make_unique<State>();
  state->is_client = false;
  if (!state->open(context.get(), options.min_version, options.max_version)) {
    return refused("set up TLS", ErrorKind::bug);
  }
  return TlsSession(std::move(state));
}

TlsSession::TlsSession(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsSession::TlsSession(TlsSession&&) noexcept = default;
TlsSession& TlsSession::operator=(TlsSession&&) noexcept = default;
TlsSession::~TlsSession() = default;

void TlsSession::start() {
  state_->advance();
}

void TlsSession::received(View bytes) {
  state_->watcher.feed(bytes);
  while (!bytes.empty() && !state_->over()) {
    View piece = bytes.first(std::min(bytes.size(), piece_size));
    bytes = bytes.subspan(piece.size());
    BIO_write(state_->from_peer, piece.data(), static_cast<int>(piece.size()));
    state_->advance();
  }
}

Bytes TlsSession::to_send() {
  Bytes out(BIO_ctrl_pending(state_->to_peer));
  if (!out.empty()) BIO_read(state_->to_peer, out.data(), static_cast<int>(out.size()));
  return out;
}

void TlsSession::write(View plain) {
  if (!state_->established || state_->failed || plain.empty()) return;
  ERR_clear_error();
  std::size_t written = 0;
  if (SSL_write_ex(state_->ssl.get(), plain.data(), plain.size(), &written) != 1) {
    state_->fail(openssl_reason());
  }
}

Bytes TlsSession::read() {
  return std::exchange(state_->plain, {});
}

void TlsSession::close() {
  if (!state_->established || state_->failed) return;
  ERR_clear_error();
  SSL_shutdown(state_->ssl.get());
}

bool TlsSession::established() const {
  return state_->established;
}
bool TlsSession::failed() const {
  return state_->failed;
}
std::string TlsSession::failure() const {
  return state_->failure;
}
const TlsWatcher& TlsSession::watcher() const {
  return state_->watcher;
}
bool TlsSession::peer_closed() const {
  return state_->peer_closed;
}

std::uint16_t TlsSession::version() const {
  return state_->established ? static_cast<std::uint16_t>(SSL_version(state_->ssl.get())) : std::uint16_t{0};
}

std::string TlsSession::cipher() const {
  const SSL_CIPHER* cipher = SSL_get_current_cipher(state_->ssl.get());
  const char* name = cipher ? SSL_CIPHER_standard_name(cipher) : nullptr;
  return name ? name : "";
}

std::string TlsSession::peer_signature() const {
  int type = NID_undef;
  int hash = NID_undef;
  if (SSL_get_peer_signature_type_nid(state_->ssl.get(), &type) != 1) return {};
  std::string name = signature_type_name(type);
  if (SSL_get_peer_signature_nid(state_->ssl.get(), &hash) != 1 || hash == NID_undef) return name;
  return name + " " + OBJ_nid2sn(hash);
}

std::vector<Bytes> TlsSession::peer_chain() const {
  std::vector<Bytes> chain;
  const STACK_OF(X509)* certificates = SSL_get_peer_cert_chain(state_->ssl.get());
  // A server's view of the client's chain lacks the leaf.
  X509* leaf = SSL_get0_peer_certificate(state_->ssl.get());
  if (!state_->is_client && leaf) chain.push_back(to_der(leaf));
  for (int i = 0; certificates && i < sk_X509_num(certificates); ++i) {
    chain.push_back(to_der(sk_X509_value(certificates, i)));
  }
  return chain;
}

const std::string& TlsSession::key_log() const {
  return state_->key_log;
}

}  // namespace rdpdoctor::wire
