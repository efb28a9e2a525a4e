#include "formats/digest.h"

#include <doctest/doctest.h>

namespace rdpdoctor::formats {

TEST_CASE("the SHA-256 of a file is that of FIPS 180-4's examples") {
  CHECK(sha256_of(*random_of({'a', 'b', 'c'})).value() ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_of(*random_of({})).value() ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_of(*random_of(Bytes(1'000'000, 'a'))).value() ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

}  // namespace rdpdoctor::formats
