// For tests only: both ends of a TLS connection, OpenSSL in memory; what passes between them is kept, with
// the key log that OpenSSL writes.
#pragma once

#include <doctest/doctest.h>
#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/release.h"
#include "support/test_certificate.h"
#include "wire/tls_opener.h"

namespace rdpdoctor::wire {

using ContextPtr = std::unique_ptr<SSL_CTX, Release<SSL_CTX_free>>;
using SslPtr = std::unique_ptr<SSL, Release<SSL_free>>;
using SessionPtr = std::unique_ptr<SSL_SESSION, Release<SSL_SESSION_free>>;

inline const test::CertificateMade& certificate() {
  static const auto made = test::make_certificate({});
  return made;
}

inline std::string& logged(const SSL_CTX* context) {
  return *static_cast<std::string*>(SSL_CTX_get_app_data(context));
}

struct Wanted {
  int version = TLS1_2_VERSION;
  const char* suites = "ALL:!aNULL:@SECLEVEL=0";
  std::uint64_t options = 0;
};

// What passed by, in order.
struct Flight {
  TlsOpener::From from = TlsOpener::From::client;
  Bytes bytes;
};

struct Conversation {
  std::string key_log;
  ContextPtr client_context{SSL_CTX_new(TLS_client_method())};
  ContextPtr host_context{SSL_CTX_new(TLS_server_method())};
  SslPtr client;
  SslPtr host;
  std::vector<Flight> flights;

  explicit Conversation(const Wanted& wanted, SSL_SESSION* resumed = nullptr) {
    for (SSL_CTX* context : {client_context.get(), host_context.get()}) {
      SSL_CTX_set_min_proto_version(context, wanted.version);
      SSL_CTX_set_max_proto_version(context, wanted.version);
      if (wanted.version == TLS1_3_VERSION) {
        REQUIRE(SSL_CTX_set_ciphersuites(context, wanted.suites) == 1);
      } else {
        REQUIRE(SSL_CTX_set_cipher_list(context, wanted.suites) == 1);
      }
      SSL_CTX_set_security_level(context, 0);
      SSL_CTX_set_options(context, wanted.options);
    }
    SSL_CTX_set_app_data(client_context.get(), &key_log);
    SSL_CTX_set_keylog_callback(client_context.get(), [](const SSL* ssl, const char* line) {
      logged(SSL_get_SSL_CTX(ssl)).append(line).append("\n");
    });
    REQUIRE(SSL_CTX_use_certificate_ASN1(host_context.get(), static_cast<int>(certificate().der.size()),
                                         certificate().der.data()) == 1);
    REQUIRE(SSL_CTX_use_PrivateKey_ASN1(EVP_PKEY_RSA, host_context.get(), certificate().key_pkcs8.data(),
                                        static_cast<long>(certificate().key_pkcs8.size())) == 1);
    connect(resumed);
  }

  void connect(SSL_SESSION* resumed = nullptr) {
    client.reset(SSL_new(client_context.get()));
    host.reset(SSL_new(host_context.get()));
    SSL_set_bio(client.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_bio(host.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(client.get());
    SSL_set_accept_state(host.get());
    if (resumed) SSL_set_session(client.get(), resumed);
  }

  // Carries one side's bytes to the other.
  bool carry(TlsOpener::From from) {
    SSL* sender = from == TlsOpener::From::client ? client.get() : host.get();
    SSL* receiver = from == TlsOpener::From::client ? host.get() : client.get();
    Bytes bytes(65536);
    const int n = BIO_read(SSL_get_wbio(sender), bytes.data(), static_cast<int>(bytes.size()));
    if (n <= 0) return false;
    bytes.resize(static_cast<std::size_t>(n));
    BIO_write(SSL_get_rbio(receiver), bytes.data(), n);
    flights.push_back({from, std::move(bytes)});
    return true;
  }

  static std::string read(SSL* ssl) {
    std::string out(65536, '\0');
    const int n = SSL_read(ssl, out.data(), static_cast<int>(out.size()));
    out.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return out;
  }

  // Until neither side has anything to say; what each read is thrown away.
  void settle() {
    while (true) {
      SSL_do_handshake(client.get());
      read(client.get());
      const bool one = carry(TlsOpener::From::client);
      SSL_do_handshake(host.get());
      read(host.get());
      const bool other = carry(TlsOpener::From::host);
      if (!one && !other) return;
    }
  }
  void say(TlsOpener::From from, std::string_view text) {
    SSL* ssl = from == TlsOpener::From::client ? client.get() : host.get();
    REQUIRE(SSL_write(ssl, text.data(), static_cast<int>(text.size())) == static_cast<int>(text.size()));
    settle();
  }
};

}  // namespace rdpdoctor::wire
