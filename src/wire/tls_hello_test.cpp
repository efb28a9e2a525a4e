#include "wire/tls_hello.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>

#include "support/test_certificate.h"
#include "wire/tls_records.h"
#include "wire/tls_session.h"

using namespace rdpdoctor;
using namespace rdpdoctor::wire;

namespace {

const std::array<std::string, 9> offer_names = {"modern", "wide",    "tls1.3",         "tls1.2", "tls1.1",
                                                "tls1.0", "no-sha1", "legacy-ciphers", "small"};

Bytes random32() {
  Bytes out;
  for (int i = 0; i < 32; ++i) out.push_back(static_cast<std::uint8_t>(i * 7 + 1));
  return out;
}

Bytes hello(const HelloOffer& offer) {
  return client_hello_record(offer, random32());
}

ClientHelloSeen seen(View record) {
  auto read = read_client_hello(record);
  REQUIRE(read.has_value());
  REQUIRE(read->has_value());
  return **read;
}

bool has(const std::vector<std::uint16_t>& values, std::uint16_t value) {
  return std::ranges::find(values, value) != values.end();
}

// What our own OpenSSL server makes of a hello.
TlsWatcher answer_of_server(const HelloOffer& offer, std::uint16_t min_version, std::uint16_t max_version,
                            const std::string& ciphers = "") {
  auto certificate = test::make_certificate();
  auto server =
      TlsSession::server({min_version, max_version, ciphers, "", certificate.der, certificate.key_pkcs8});
  REQUIRE(server.has_value());
  server->received(hello(offer));
  TlsWatcher watcher;
  watcher.feed(server->to_send());
  return watcher;
}

}  // namespace

TEST_CASE("every offer is one record that reads back as it was meant") {
  for (const std::string& name : offer_names) {
    CAPTURE(name);
    HelloOffer offer = hello_offer(name);
    offer.server_name = "srv-fin-02.corp.example";
    Bytes record = hello(offer);
    CHECK(record[0] == 0x16);
    CHECK(record[1] == 3);
    CHECK(record[2] == 1);
    CHECK((record[3] << 8 | record[4]) == record.size() - 5);
    ClientHelloSeen read = seen(record);
    CHECK(read.cipher_suites == offer.cipher_suites);
    CHECK(read.signature_algorithms == offer.signature_algorithms);
    CHECK(read.server_name == offer.server_name);
    CHECK(read.size == record.size() - 5);
    CHECK(read.legacy_version == std::min<std::uint16_t>(offer.max_version, 0x0303));
    CHECK(read.supported_versions.front() == offer.max_version);
    if (offer.max_version == 0x0304) CHECK(read.supported_versions.back() == offer.min_version);
  }
}

TEST_CASE("the offers hold what their names promise") {
  CHECK(hello_offer("modern").min_version == 0x0303);
  CHECK_FALSE(has(hello_offer("modern").signature_algorithms, 0x0201));
  CHECK_FALSE(has(hello_offer("modern").cipher_suites, 0x002f));
  CHECK(has(hello_offer("wide").signature_algorithms, 0x0201));
  CHECK(has(hello_offer("wide").signature_algorithms, 0x0101));
  for (std::uint16_t suite :
       std::vector<std::uint16_t>{0x0005, 0x000a, 0x002f, 0x0033, 0x009d, 0xc014, 0xc030, 0x1301}) {
    CHECK(has(hello_offer("wide").cipher_suites, suite));
  }
  CHECK_FALSE(has(hello_offer("no-sha1").signature_algorithms, 0x0201));
  CHECK_FALSE(has(hello_offer("no-sha1").signature_algorithms, 0x0203));
  CHECK_FALSE(has(hello_offer("no-sha1").signature_algorithms, 0x0101));
  CHECK(hello_offer("no-sha1").cipher_suites == hello_offer("wide").cipher_suites);
  CHECK(hello_offer("legacy-ciphers").max_version == 0x0303);
  CHECK(has(hello_offer("legacy-ciphers").cipher_suites, 0x0005));
  CHECK_FALSE(has(hello_offer("legacy-ciphers").cipher_suites, 0x002f));
  CHECK(hello_offer("tls1.3").cipher_suites.size() == 3);
  CHECK(hello_offer("tls1.0").signature_algorithms.empty());
  CHECK(hello_offer("tls1.1").signature_algorithms.empty());
  CHECK_FALSE(hello_offer("tls1.2").signature_algorithms.empty());
  CHECK(hello(hello_offer("small")).size() < 120);
}

TEST_CASE("padding brings the whole record to the size asked for") {
  HelloOffer offer = hello_offer("small");
  for (std::size_t size : {200U, 512U, 1460U, 3000U, 16389U}) {
    offer.pad_to = size;
    Bytes record = hello(offer);
    CHECK(record.size() == size);
    CHECK(seen(record).cipher_suites == offer.cipher_suites);
  }
  offer.pad_to = 20;  // smaller than it is anyway
  CHECK(hello(offer).size() < 120);
  offer.pad_to = 1000000;
  CHECK(hello(offer).size() == 16389);
}

TEST_CASE("the control record is framed like a handshake but is no hello") {
  for (std::size_t size : {9U, 105U, 517U, 16389U}) {
    Bytes record = not_a_hello_record(size);
    CHECK(record.size() == size);
    CHECK(record[0] == 0x16);
    CHECK((record[3] << 8 | record[4]) == size - 5);
    CHECK(record[5] == 0x10);
    CHECK((record[6] << 16 | record[7] << 8 | record[8]) == size - 9);
    CHECK_FALSE(read_client_hello(record).has_value());
  }
  CHECK(not_a_hello_record(0).size() == 9);
}

TEST_CASE("what is not TLS at all is a whole X.224 Data TPDU of the size asked for") {
  for (std::size_t size : {7U, 117U, 517U, 65535U}) {
    Bytes bytes = not_tls_at_all(size);
    CHECK(bytes.size() == size);
    CHECK(hex(View(bytes).first(2)) == "0300");
    CHECK((bytes[2] << 8 | bytes[3]) == size);
    CHECK(hex(View(bytes).subspan(4, 3)) == "02f080");
    CHECK(std::ranges::all_of(View(bytes).subspan(7), [](auto b) { return b == 0; }));
    CHECK_FALSE(read_client_hello(bytes).has_value());
  }
  CHECK(not_tls_at_all(0).size() == 7);
  CHECK(not_tls_at_all(100000).size() == 65535);
}

TEST_CASE("a real server answers every offer it can speak with a ServerHello") {
  struct Expected {
    std::string name;
    std::uint16_t version;
  };
  const std::array<Expected, 8> expected = {{{"modern", 0x0304},
                                             {"wide", 0x0304},
                                             {"tls1.3", 0x0304},
                                             {"tls1.2", 0x0303},
                                             {"tls1.1", 0x0302},
                                             {"tls1.0", 0x0301},
                                             {"no-sha1", 0x0304},
                                             {"small", 0x0303}}};
  for (const Expected& e : expected) {
    CAPTURE(e.name);
    TlsWatcher watcher = answer_of_server(hello_offer(e.name), 0x0301, 0x0304);
    CHECK_FALSE(watcher.error());
    CHECK_FALSE(watcher.alert());
    REQUIRE(watcher.server_hello());
    CHECK(watcher.server_hello()->version == e.version);
    CHECK_FALSE(watcher.server_hello()->hello_retry_request);
  }
}

TEST_CASE("a real server tells what it can not speak by an alert") {
  TlsWatcher version = answer_of_server(hello_offer("tls1.0"), 0x0303, 0x0304);
  REQUIRE(version.alert());
  CHECK(version.alert()->description == 70);
  CHECK_FALSE(version.server_hello());
  TlsWatcher cipher = answer_of_server(hello_offer("legacy-ciphers"), 0x0301, 0x0304, "AES128-SHA");
  REQUIRE(cipher.alert());
  CHECK(cipher.alert()->level == 2);
  CHECK(cipher.alert()->description == 40);
}

TEST_CASE("random bytes of zero still give a key share that a server takes") {
  auto certificate = test::make_certificate();
  auto server = TlsSession::server({0x0304, 0x0304, "", "", certificate.der, certificate.key_pkcs8});
  REQUIRE(server.has_value());
  server->received(client_hello_record(hello_offer("tls1.3"), Bytes(32, 0)));
  TlsWatcher watcher;
  watcher.feed(server->to_send());
  CHECK(watcher.server_hello());
}
