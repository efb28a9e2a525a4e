#include "wire/tls_key_log.h"

#include <doctest/doctest.h>

using namespace rdpdoctor;
using namespace rdpdoctor::wire;

TEST_CASE("a key log takes the lines it knows and counts the others") {
  TlsKeyLog log;
  const std::string random(64, '1');
  log.add("# comment\n\nCLIENT_RANDOM " + random +
          " 0a0b\r\nnonsense\nCLIENT_RANDOM 11 22\nEXPORTER_SECRET " + random + " 33");
  CHECK(log.lines() == 2);
  CHECK(log.bad_lines() == 2);
  const Bytes client_random = from_hex(random).value();
  REQUIRE(log.find(client_random, "CLIENT_RANDOM") != nullptr);
  CHECK(*log.find(client_random, "CLIENT_RANDOM") == Bytes{0x0a, 0x0b});
  CHECK(log.find(client_random, "EXPORTER_SECRET") == nullptr);
  CHECK(log.knows(client_random));
  CHECK_FALSE(log.knows(Bytes(32, 0x22)));
  CHECK_FALSE(log.knows(Bytes{}));
}
