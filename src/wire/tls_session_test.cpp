#include "wire/tls_session.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "support/test_certificate.h"

using namespace rdpdoctor;
using namespace rdpdoctor::wire;

namespace {

TlsSession make_client(const TlsClientOptions& options = {}) {
  auto session = TlsSession::client(options);
  REQUIRE(session.has_value());
  return std::move(*session);
}

TlsServerOptions server_options(const test::CertificateWanted& wanted = {}) {
  auto made = test::make_certificate(wanted);
  return {0x0301, 0x0304, "", "", made.der, made.key_pkcs8};
}

TlsSession make_server(const TlsServerOptions& options) {
  auto session = TlsSession::server(options);
  REQUIRE(session.has_value());
  return std::move(*session);
}

void deliver(const Bytes& bytes, TlsSession& to, std::size_t piece) {
  for (View left = bytes; !left.empty();) {
    View now = left.first(std::min(piece, left.size()));
    left = left.subspan(now.size());
    to.received(now);
  }
}

// Carries bytes both ways until neither has anything to say.
void converse(TlsSession& client, TlsSession& server, std::size_t piece = 100000) {
  client.start();
  while (true) {
    Bytes to_server = client.to_send();
    deliver(to_server, server, piece);
    Bytes to_client = server.to_send();
    deliver(to_client, client, piece);
    if (to_server.empty() && to_client.empty()) return;
  }
}

std::string text(const Bytes& bytes) {
  return {bytes.begin(), bytes.end()};
}
Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

}  // namespace

TEST_CASE("client and server meet in every version, whole or byte by byte, and exchange data") {
  TlsServerOptions options = server_options();
  for (std::uint16_t version : std::vector<std::uint16_t>{0x0301, 0x0302, 0x0303, 0x0304}) {
    for (std::size_t piece : {1U, 100000U}) {
      CAPTURE(version);
      CAPTURE(piece);
      options.min_version = options.max_version = version;
      TlsSession client = make_client();
      TlsSession server = make_server(options);
      converse(client, server, piece);
      REQUIRE_MESSAGE(client.established(), client.failure());
      REQUIRE(server.established());
      CHECK(client.version() == version);
      CHECK(server.version() == version);
      CHECK(client.cipher().starts_with("TLS_"));
      CHECK(client.cipher() == server.cipher());
      REQUIRE(client.peer_chain().size() == 1);
      CHECK(client.peer_chain()[0] == options.certificate_der);
      REQUIRE(client.watcher().server_hello());
      CHECK(client.watcher().server_hello()->version == version);
      CHECK_FALSE(client.watcher().error());
      CHECK(client.watcher().certificates().size() == (version < 0x0304 ? 1 : 0));
      client.write(bytes_of("token"));
      server.write(bytes_of("challenge"));
      converse(client, server, piece);
      CHECK(text(server.read()) == "token");
      CHECK(text(client.read()) == "challenge");
      CHECK(client.read().empty());
      server.close();
      converse(client, server, piece);
      CHECK(client.peer_closed());
      CHECK_FALSE(client.failed());
    }
  }
}

TEST_CASE("the signature of the server is named by its kind and hash") {
  struct Expected {
    test::CertificateWanted certificate;
    std::uint16_t version;
    std::string ciphers;
    std::string server_signatures;
    std::string signature;
  };
  const std::vector<Expected> expected = {
      {{}, 0x0304, "", "", "RSA-PSS SHA256"},
      {{}, 0x0303, "ECDHE-RSA-AES256-GCM-SHA384", "RSA+SHA256", "RSA SHA256"},
      {{}, 0x0303, "ECDHE-RSA-AES128-SHA", "RSA+SHA1", "RSA SHA1"},
      {{}, 0x0303, "DHE-RSA-AES256-SHA", "RSA+SHA256", "RSA SHA256"},
      {{}, 0x0303, "AES256-SHA", "", ""},
      {{}, 0x0301, "AES128-SHA", "", ""},
      {{}, 0x0301, "ECDHE-RSA-AES128-SHA", "", "RSA MD5-SHA1"},
      {{.key = "P-256", .key_usage = "digitalSignature"}, 0x0303, "", "", "ECDSA SHA256"},
      {{.key = "P-384", .key_usage = "digitalSignature"}, 0x0304, "", "", "ECDSA SHA384"},
      {{.key = "ed25519", .hash = "", .key_usage = ""}, 0x0304, "", "", "Ed25519"},
  };
  for (const Expected& e : expected) {
    CAPTURE(e.signature);
    CAPTURE(e.ciphers);
    TlsServerOptions options = server_options(e.certificate);
    options.min_version = options.max_version = e.version;
    options.cipher_list = e.ciphers;
    options.signature_algorithms = e.server_signatures;
    TlsSession client = make_client();
    TlsSession server = make_server(options);
    converse(client, server);
    REQUIRE_MESSAGE(client.established(), client.failure());
    CHECK(client.peer_signature() == e.signature);
  }
}

TEST_CASE("a server with only SHA-1 signatures is met with them and not without") {
  TlsServerOptions options = server_options();
  options.max_version = 0x0303;
  options.min_version = 0x0303;
  options.signature_algorithms = "RSA+SHA1";
  options.cipher_list = "ECDHE-RSA-AES128-SHA";
  for (bool sha1 : {true, false}) {
    TlsSession client = make_client({.sha1_signatures = sha1});
    TlsSession server = make_server(options);
    converse(client, server);
    CHECK(client.established() == sha1);
    CHECK(client.failed() == !sha1);
    if (sha1) continue;
    REQUIRE(client.watcher().alert());
    CHECK(client.watcher().alert()->description == 40);
    CHECK(client.failure().find("handshake failure") != std::string::npos);
  }
}

TEST_CASE("the ClientHello says what the options ask for") {
  TlsSession client = make_client({0x0302, 0x0303, "srv-fin-02.corp.example", false});
  client.start();
  auto hello = read_client_hello(client.to_send());
  REQUIRE(hello.has_value());
  REQUIRE(hello->has_value());
  CHECK((*hello)->server_name == "srv-fin-02.corp.example");
  CHECK((*hello)->legacy_version == 0x0303);
  CHECK(std::ranges::count((*hello)->signature_algorithms, 0x0201) == 0);
  CHECK(std::ranges::count((*hello)->signature_algorithms, 0x0203) == 0);
  CHECK(std::ranges::count((*hello)->cipher_suites, 0x002f) == 1);
  TlsSession plain = make_client();
  plain.start();
  auto wide = read_client_hello(plain.to_send());
  REQUIRE(wide.has_value());
  REQUIRE(wide->has_value());
  CHECK((*wide)->server_name.empty());
  CHECK((*wide)->supported_versions == std::vector<std::uint16_t>{0x0304, 0x0303, 0x0302, 0x0301});
  CHECK(std::ranges::count((*wide)->signature_algorithms, 0x0201) == 1);
}

TEST_CASE("versions that do not meet end with alert 70") {
  TlsServerOptions options = server_options();
  options.min_version = 0x0303;
  TlsSession client = make_client({.min_version = 0x0301, .max_version = 0x0302});
  TlsSession server = make_server(options);
  converse(client, server);
  CHECK(client.failed());
  CHECK_FALSE(client.established());
  CHECK(client.version() == 0);
  REQUIRE(client.watcher().alert());
  CHECK(client.watcher().alert()->description == 70);
  CHECK_FALSE(client.watcher().server_hello());
  CHECK(client.failure().find("protocol version") != std::string::npos);
}

TEST_CASE("an answer that is not TLS fails the session, and the watcher stays readable") {
  TlsSession client = make_client();
  client.start();
  client.received(bytes_of("HTTP/1.1 400 Bad Request\r\n\r\n"));
  CHECK(client.failed());
  CHECK_FALSE(client.failure().empty());
  CHECK(client.watcher().error());
  client.received(bytes_of("more"));
  CHECK(client.watcher().bytes() == 32);
  client.write(bytes_of("x"));
  client.close();
  CHECK(client.read().empty());
}

TEST_CASE("a cut at any byte of the server's flight leaves the client waiting, neither done nor failed") {
  TlsServerOptions options = server_options();
  options.max_version = 0x0303;
  TlsSession first = make_client();
  TlsSession server = make_server(options);
  first.start();
  server.received(first.to_send());
  Bytes flight = server.to_send();
  for (std::size_t i = 0; i + 1 < flight.size(); ++i) {
    first.received(View(flight).subspan(i, 1));
    REQUIRE_FALSE(first.established());
    REQUIRE_FALSE(first.failed());
  }
  CHECK(first.to_send().empty());
}

TEST_CASE("a flipped bit anywhere in the server's flight never completes the handshake") {
  TlsServerOptions options = server_options();
  options.max_version = 0x0303;
  for (std::size_t at = 5; at < 700; at += 37) {
    CAPTURE(at);
    TlsSession client = make_client();
    TlsSession server = make_server(options);
    client.start();
    server.received(client.to_send());
    Bytes flight = server.to_send();
    REQUIRE(at < flight.size());
    flight[at] ^= 0x01;
    client.received(flight);
    server.received(client.to_send());
    client.received(server.to_send());
    CHECK_FALSE(client.established());
  }
}

TEST_CASE("a peer that sends without end fails the session instead of growing it") {
  TlsSession client = make_client();
  TlsSession server = make_server(server_options());
  converse(client, server);
  REQUIRE(client.established());
  const Bytes block(100000, 'x');
  for (int i = 0; i < 20; ++i) {
    server.write(block);
    client.received(server.to_send());
  }
  CHECK(client.failed());
  CHECK(client.failure() == "too much unread data");
  CHECK(client.read().size() <= 1024 * 1024);
}

TEST_CASE("a certificate message over the limit fails the handshake at its header") {
  TlsServerOptions options = server_options();
  options.max_version = 0x0303;
  TlsSession client = make_client();
  TlsSession server = make_server(options);
  client.start();
  server.received(client.to_send());
  Bytes flight = server.to_send();
  std::size_t hello_end = 5 + static_cast<std::size_t>(flight[3] << 8 | flight[4]);
  client.received(View(flight).first(hello_end));
  REQUIRE_FALSE(client.failed());
  client.received(Bytes{0x16, 3, 3, 0, 4, 11, 0x20, 0, 0});
  CHECK(client.failed());
  CHECK(client.failure() == "excessive message size");
}

TEST_CASE("a session that is closed at once by the peer's close_notify has failed") {
  TlsSession client = make_client();
  client.start();
  client.received(Bytes{0x15, 3, 1, 0, 2, 1, 0});
  CHECK(client.failed());
  CHECK(client.peer_closed());
  REQUIRE(client.watcher().alert());
  CHECK(client.watcher().alert()->description == 0);
}

TEST_CASE("a server needs a certificate and the key that belongs to it") {
  auto good = test::make_certificate();
  auto other = test::make_certificate({.key = "P-256", .key_usage = ""});
  auto no_key = TlsSession::server({0x0301, 0x0304, "", "", good.der, {}});
  REQUIRE_FALSE(no_key.has_value());
  CHECK(no_key.error().kind == ErrorKind::malformed);
  CHECK_FALSE(TlsSession::server({0x0301, 0x0304, "", "", good.der, other.key_pkcs8}).has_value());
  CHECK_FALSE(TlsSession::server({0x0301, 0x0304, "NO-SUCH", "", good.der, good.key_pkcs8}).has_value());
  CHECK_FALSE(TlsSession::server({0x0301, 0x0304, "", "NO+SUCH", good.der, good.key_pkcs8}).has_value());
}

TEST_CASE("weak certificates are still served and still met") {
  TlsServerOptions options =
      server_options({.key = "rsa1024", .hash = "MD5", .not_after = "20250102000000Z"});
  TlsSession client = make_client();
  TlsSession server = make_server(options);
  converse(client, server);
  CHECK_MESSAGE(client.established(), client.failure());
}
