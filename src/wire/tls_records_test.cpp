#include "wire/tls_records.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace rdpdoctor;
using namespace rdpdoctor::wire;

namespace {

Bytes record(std::uint8_t type, View fragment) {
  Writer w;
  w.u8(type).u16be(0x0303).u16be(static_cast<std::uint16_t>(fragment.size())).bytes(fragment);
  return w.take();
}

Bytes message(std::uint8_t type, View body) {
  Writer w;
  w.u8(type).u24be(static_cast<std::uint32_t>(body.size())).bytes(body);
  return w.take();
}

Bytes server_hello_body(std::uint16_t cipher, View extensions, View random = Bytes(32, 0x11)) {
  Writer w;
  w.u16be(0x0303).bytes(random).u8(4).bytes(Bytes(4, 9)).u16be(cipher).u8(0);
  if (!extensions.empty()) w.u16be(static_cast<std::uint16_t>(extensions.size())).bytes(extensions);
  return w.take();
}

const Bytes selected_tls13 = {0, 43, 0, 2, 3, 4};
const Bytes retry_random = *from_hex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");

Bytes certificate_body() {
  Writer w;
  w.u24be(3 + 5 + 3 + 2).u24be(5).text("leaf!").u24be(2).text("ca");
  return w.take();
}

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

// ServerHello, Certificate, ServerHelloDone of TLS 1.2, each message cut over records of `cut` bytes.
Bytes tls12_flight(std::size_t cut) {
  Bytes messages = joined(
      {message(2, server_hello_body(0xc030, {})), message(11, certificate_body()), message(14, Bytes{})});
  Bytes stream;
  for (View left = messages; !left.empty();) {
    View piece = left.first(std::min(cut, left.size()));
    left = left.subspan(piece.size());
    Bytes one = record(tls_handshake, piece);
    stream.insert(stream.end(), one.begin(), one.end());
  }
  return stream;
}

void check_tls12_flight(const TlsWatcher& w) {
  CHECK_FALSE(w.error());
  REQUIRE(w.server_hello());
  CHECK(w.server_hello()->version == 0x0303);
  CHECK(w.server_hello()->cipher_suite == 0xc030);
  REQUIRE(w.certificates().size() == 2);
  CHECK(w.certificates()[0] == Bytes{'l', 'e', 'a', 'f', '!'});
  CHECK(w.certificates()[1] == Bytes{'c', 'a'});
  CHECK(w.server_hello_done());
}

TlsWatcher watch(View bytes) {
  TlsWatcher w;
  w.feed(bytes);
  return w;
}

}  // namespace

TEST_CASE("the clear flight of TLS 1.2 is seen whole, however it is cut into records and pieces") {
  for (std::size_t cut : {1U, 3U, 50U, 16384U}) {
    CAPTURE(cut);
    Bytes stream = tls12_flight(cut);
    check_tls12_flight(watch(stream));
    TlsWatcher one_by_one;
    for (std::uint8_t byte : stream) one_by_one.feed(View(&byte, 1));
    check_tls12_flight(one_by_one);
    CHECK(one_by_one.bytes() == stream.size());
  }
}

TEST_CASE("every truncation of the clear flight is incomplete and no error") {
  Bytes stream = tls12_flight(16384);
  for (std::size_t n = 0; n < stream.size(); ++n) {
    TlsWatcher w = watch(View(stream).first(n));
    CHECK_FALSE(w.error());
    CHECK_FALSE(w.server_hello_done());
  }
}

TEST_CASE("every truncation of a ServerHello body is an error, or a hello without its extensions") {
  Bytes body = server_hello_body(0x1301, selected_tls13);
  for (std::size_t n = 0; n < body.size(); ++n) {
    CAPTURE(n);
    TlsWatcher w = watch(record(tls_handshake, message(2, View(body).first(n))));
    bool without_extensions = n == body.size() - selected_tls13.size() - 2;
    CHECK(w.error().has_value() == !without_extensions);
    CHECK(w.server_hello().has_value() == without_extensions);
  }
}

TEST_CASE("TLS 1.3 is told by supported_versions and a retry by its random") {
  TlsWatcher w =
      watch(record(tls_handshake, message(2, server_hello_body(0x1302, selected_tls13, retry_random))));
  REQUIRE(w.server_hello());
  CHECK(w.server_hello()->version == 0x0304);
  CHECK(w.server_hello()->hello_retry_request);
  // The second ServerHello follows a ChangeCipherSpec that means nothing.
  w.feed(record(tls_change_cipher_spec, Bytes{1}));
  w.feed(record(tls_handshake, message(2, server_hello_body(0x1301, selected_tls13))));
  CHECK(w.server_hello()->cipher_suite == 0x1301);
  CHECK_FALSE(w.server_hello()->hello_retry_request);
}

TEST_CASE("an alert is kept with any value, and a fatal one wins over a warning") {
  TlsWatcher w = watch(record(tls_alert, Bytes{1, 112}));
  REQUIRE(w.alert());
  CHECK(w.alert()->description == 112);
  w.feed(record(tls_alert, Bytes{2, 213}));
  CHECK(w.alert()->level == 2);
  CHECK(w.alert()->description == 213);
  w.feed(record(tls_alert, Bytes{2, 80}));
  CHECK(w.alert()->description == 213);
}

TEST_CASE("what comes after encryption began is not taken for clear alerts") {
  TlsWatcher tls12 = watch(
      joined({tls12_flight(100), record(tls_change_cipher_spec, Bytes{1}), record(tls_alert, Bytes{2, 40})}));
  CHECK_FALSE(tls12.alert());
  check_tls12_flight(tls12);
  TlsWatcher tls13 =
      watch(joined({record(tls_handshake, message(2, server_hello_body(0x1301, selected_tls13))),
                    record(tls_application_data, Bytes(40, 7)), record(tls_alert, Bytes{2, 40})}));
  CHECK_FALSE(tls13.alert());
  CHECK_FALSE(tls13.error());
  CHECK(tls13.server_hello());
}

TEST_CASE("an answer that is not TLS is named at its first bytes") {
  const Bytes http = {'H'};
  REQUIRE(watch(http).error());
  CHECK(watch(http).error()->field == "ContentType");
  CHECK(watch(Bytes{0x80}).error()->reason == "looks like an SSLv2 record");
  CHECK(watch(Bytes{0x16, 9}).error()->field == "ProtocolVersion");
  CHECK(watch(Bytes{0x16, 3, 3, 0xff, 0xff}).error()->field == "length");
  CHECK(watch(Bytes{0x16, 3, 3, 0, 0}).error()->field == "length");
  TlsWatcher late = watch(joined({tls12_flight(100), Bytes{'x'}}));
  REQUIRE(late.error());
  CHECK(late.error()->offset == tls12_flight(100).size());
  CHECK(late.server_hello_done());  // what was seen stays
}

TEST_CASE("a certificate message with broken lengths is an error") {
  Bytes body = certificate_body();
  for (std::size_t n = 0; n < body.size(); ++n) {
    TlsWatcher w = watch(joined({record(tls_handshake, message(2, server_hello_body(0xc030, {}))),
                                 record(tls_handshake, message(11, View(body).first(n)))}));
    CHECK(w.error());
    CHECK(w.certificates().empty());
  }
}

TEST_CASE("a message that announces more than is ever kept is an error at once") {
  TlsWatcher w = watch(record(tls_handshake, Bytes{11, 0x10, 0, 0}));
  REQUIRE(w.error());
  CHECK(w.error()->reason == "handshake message over 96 KiB");
  w.feed(Bytes(1 << 20, 0x16));
  CHECK(w.bytes() == 9 + (1 << 20));
}

TEST_CASE("thousands of empty certificates are not all kept") {
  Writer w;
  w.u24be(9000);
  for (int i = 0; i < 3000; ++i) w.u24be(0);
  TlsWatcher watcher = watch(record(tls_handshake, message(11, w.view())));
  CHECK_FALSE(watcher.error());
  CHECK(watcher.certificates().size() <= 32);
}

TEST_CASE("a ClientHello is read from several records and needs all of its bytes") {
  HelloOffer offer = hello_offer("wide");
  offer.server_name = "srv";
  Bytes whole = client_hello_record(offer, Bytes(32, 3));
  View hello = View(whole).subspan(5);
  for (std::size_t cut : {1U, 7U, 200U}) {
    Bytes stream;
    for (View left = hello; !left.empty();) {
      View piece = left.first(std::min<std::size_t>(cut, left.size()));
      left = left.subspan(piece.size());
      Bytes one = record(tls_handshake, piece);
      stream.insert(stream.end(), one.begin(), one.end());
    }
    for (std::size_t n = 0; n < stream.size(); ++n) {
      auto part = read_client_hello(View(stream).first(n));
      REQUIRE(part.has_value());
      CHECK_FALSE(part->has_value());
    }
    auto seen = read_client_hello(stream);
    REQUIRE(seen.has_value());
    REQUIRE(seen->has_value());
    CHECK((*seen)->cipher_suites == offer.cipher_suites);
    CHECK((*seen)->size == hello.size());
    CHECK((*seen)->server_name == "srv");
  }
}

TEST_CASE("every truncation of a ClientHello body is an error, or a hello without its extensions") {
  Bytes whole = client_hello_record(hello_offer("small"), Bytes(32, 3));
  View body = View(whole).subspan(9);
  int readable = 0;
  for (std::size_t n = 0; n < body.size(); ++n) {
    auto seen = read_client_hello(record(tls_handshake, message(1, body.first(n))));
    if (seen) ++readable;
  }
  CHECK(readable == 1);
}

TEST_CASE("a client that never ends its hello is stopped at 64 KiB") {
  Bytes announced = record(tls_handshake, Bytes{1, 1, 0, 1});
  CHECK_FALSE(read_client_hello(announced).has_value());
  Bytes crumbs = record(tls_handshake, Bytes{1, 0, 0xff, 0xff});
  while (crumbs.size() < 65536) {
    Bytes one = record(tls_handshake, Bytes{0});
    crumbs.insert(crumbs.end(), one.begin(), one.end());
  }
  auto read = read_client_hello(crumbs);
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error().reason == "over 64 KiB");
}

TEST_CASE("what is not a ClientHello is an error") {
  CHECK_FALSE(read_client_hello(Bytes{'G', 'E', 'T'}).has_value());
  CHECK_FALSE(read_client_hello(Bytes{0x80, 0x2e, 1}).has_value());
  CHECK_FALSE(read_client_hello(record(tls_alert, Bytes{2, 40})).has_value());
  CHECK_FALSE(read_client_hello(record(tls_handshake, message(2, Bytes(40, 0)))).has_value());
  CHECK(read_client_hello(Bytes{}).has_value());
}

TEST_CASE("versions have names, unknown ones a number") {
  CHECK(tls_version_name(0x0301) == "TLS 1.0");
  CHECK(tls_version_name(0x0303) == "TLS 1.2");
  CHECK(tls_version_name(0x0304) == "TLS 1.3");
  CHECK(tls_version_name(0x0305) == "0x0305");
}
