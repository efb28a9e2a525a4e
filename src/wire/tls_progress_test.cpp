#include "wire/tls_progress.h"

#include <doctest/doctest.h>

#include "wire/tls_suites.h"

using namespace rdpdoctor;
using wire::TlsProgress;

namespace {

Bytes record(std::uint8_t type, std::uint16_t length) {
  Writer w;
  w.u8(type).u16be(0x0303).u16be(length).bytes(Bytes(length, 0x5A));
  return w.take();
}

TlsProgress fed(std::initializer_list<Bytes> records, std::size_t piece = 100000) {
  TlsProgress progress;
  for (const Bytes& bytes : records) {
    for (View left = bytes; !left.empty(); left = left.subspan(std::min(piece, left.size())))
      progress.feed(left.first(std::min(piece, left.size())));
  }
  return progress;
}

}  // namespace

TEST_CASE("a handshake record is Finished only after ChangeCipherSpec") {
  CHECK_FALSE(fed({record(22, 100)}).finished());
  CHECK_FALSE(fed({record(22, 100), record(20, 1)}).finished());
  CHECK(fed({record(22, 100), record(20, 1), record(22, 40)}).finished());
}

TEST_CASE("application data is counted with its headers, whole or byte by byte") {
  for (std::size_t piece : {1U, 7U, 100000U}) {
    TlsProgress p = fed({record(22, 10), record(23, 300), record(23, 40)}, piece);
    CHECK(p.application_records() == 2);
    CHECK(p.application_bytes() == 350);
    CHECK(p.first_application_bytes() == 305);
    CHECK_FALSE(p.broken());
  }
}

TEST_CASE("bytes of a record count as they come") {
  TlsProgress p;
  p.feed(View(record(23, 300)).first(105));
  CHECK(p.application_bytes() == 105);
  CHECK(p.first_application_bytes() == 305);
}

TEST_CASE("a record that has room for an alert alone is told from others") {
  CHECK(fed({record(23, 19)}).starts_with_alert_size());
  CHECK_FALSE(fed({record(23, 20)}).starts_with_alert_size());
  TlsProgress later = fed({record(23, 69), record(23, 19)});
  CHECK_FALSE(later.starts_with_alert_size());
  CHECK(later.alert_size());
}

TEST_CASE("the last word may be an alert, which is no data") {
  CHECK(fed({record(23, 69), record(21, 26)}).last_is_alert());
  CHECK_FALSE(fed({record(21, 26), record(23, 69)}).last_is_alert());
  TlsProgress hidden = fed({record(23, 69), record(23, 300), record(23, 19)}, 1);
  CHECK(hidden.last_is_alert());
  CHECK(hidden.application_bytes() == 74 + 305);
  CHECK_FALSE(fed({record(23, 19), record(23, 20)}).last_is_alert());
}

TEST_CASE("what is not TLS ends the counting") {
  Bytes text = {'H', 'T', 'T', 'P', '/'};
  TlsProgress p = fed({text, record(23, 30)});
  CHECK(p.broken());
  CHECK(p.application_records() == 0);
}

TEST_CASE("suites have IANA's names, others their number") {
  CHECK(wire::cipher_suite_name(0x002F) == "TLS_RSA_WITH_AES_128_CBC_SHA");
  CHECK(wire::cipher_suite_name(0x1302) == "TLS_AES_256_GCM_SHA384");
  CHECK(wire::cipher_suite_name(0xC030) == "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");
  CHECK(wire::cipher_suite_name(0xFFFF) == "0xFFFF");
  CHECK(wire::cipher_suite_name(0) == "0x0000");
}
