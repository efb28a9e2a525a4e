#include "formats/certificate_blob.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "formats/key_container.h"

namespace rdpdoctor::formats {
namespace {

void put(Writer& w, std::uint32_t property, View value) {
  w.u32le(property).u32le(1).u32le(static_cast<std::uint32_t>(value.size())).bytes(value);
}

Bytes key_property(std::string_view container, std::string_view provider) {
  Bytes first = utf8_to_utf16le(container);
  Bytes second = utf8_to_utf16le(provider);
  Writer w;
  w.u32le(28).u32le(static_cast<std::uint32_t>(28 + first.size() + 2));
  w.u32le(1).u32le(0x20).u64le(0).u32le(1);
  w.bytes(first).u16le(0).bytes(second).u16le(0);
  return w.take();
}

Bytes whole_blob() {
  Writer w;
  put(w, 3, Bytes(20, 0xab));
  put(w, 2, key_property("TSSecKeySet1", "Microsoft Enhanced Cryptographic Provider v1.0"));
  put(w, 32, Bytes{0x30, 0x00});
  return w.take();
}

}  // namespace

TEST_CASE("a store's blob gives the certificate and where its key is") {
  auto blob = decode_certificate_blob(whole_blob());
  REQUIRE(blob);
  CHECK(blob->certificate == Bytes{0x30, 0x00});
  REQUIRE(blob->key);
  CHECK(blob->key->container == "TSSecKeySet1");
  CHECK(blob->key->provider == "Microsoft Enhanced Cryptographic Provider v1.0");
  CHECK(blob->key->type == 1);
  CHECK(blob->key->flags == 0x20);
  CHECK(blob->key->key_spec == 1);
}

TEST_CASE("a blob that is cut anywhere is an error, or has lost its certificate") {
  Bytes whole = whole_blob();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    INFO(size);
    CHECK_FALSE(decode_certificate_blob(View(whole).first(size)));
  }
}

TEST_CASE("a key property that can't be read is told, and the certificate stays") {
  Bytes bad = key_property("TSSecKeySet1", "p");
  bad[0] = 0xff;
  Writer w;
  put(w, 2, bad);
  put(w, 32, Bytes{0x30, 0x00});
  auto blob = decode_certificate_blob(w.take());
  REQUIRE(blob);
  CHECK_FALSE(blob->key);
  CHECK(blob->key_problem == "Container Name: its offset lies outside the property");
}

TEST_CASE("key files are named by their containers as Windows names them") {
  constexpr std::array hashes{"f686aace6942fb7f7ceb231212eef4a4", "d86b1e848570377d7cb27ddc5de661b0",
                              "7215b202ff2cf52c0ac38e6346ef075f", "aae70b261fbca7796d1f2beb55988d6b",
                              "eddb3aadf119c896de06c2b210bb5d14", "863dffb70050c530155a17133e608443",
                              "c8c814229270848c5691fe23e04cae82", "101d0734242b3590c6f2e618c0bdb122",
                              "5e9f1fbff37f710a4c62eba3679640e9"};
  for (std::size_t i = 0; i < hashes.size(); ++i)
    CHECK(key_file_hash(remote_desktop_containers[i], KeyStore::csp) == hashes[i]);
  CHECK(key_file_hash("iisConfigurationKey", KeyStore::csp) == "6de9cb26d2b98c01ec4e9e8b34824aa2");
  CHECK(key_file_hash("Microsoft Internet Information Server", KeyStore::csp) ==
        "c2319c42033a5ca7f44e731bfd3fa2b5");
  CHECK(key_file_hash("Microsoft Connected Devices Platform device certificate", KeyStore::cng) ==
        "de7cf8a7901d2ad13e5c67c29e5d1662");
  CHECK(key_file_hash("", KeyStore::csp).empty());
  CHECK(key_file_hash("Schlüssel", KeyStore::csp).empty());
}

}  // namespace rdpdoctor::formats
