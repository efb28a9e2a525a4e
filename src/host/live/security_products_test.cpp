#include "host/live/security_products.h"

#include <doctest/doctest.h>

namespace rdpdoctor::host {

TEST_CASE("productState's third digit from the right group tells on, off, snoozed and expired") {
  // Numbers that were reported of products in use.
  for (const std::uint32_t on : {397312U, 397568U, 266240U, 266256U, 331776U}) CHECK(is_on(on) == true);
  for (const std::uint32_t off : {393216U, 393472U, 262144U, 327696U}) CHECK(is_on(off) == false);
  CHECK(is_on(270336) == false);  // 0x42000
  CHECK(is_on(0x063000) == false);
  for (const std::uint32_t unknown : {344064U /* 0x54000 */, 0xffffffffU})
    CHECK_FALSE(is_on(unknown).has_value());
}

}  // namespace rdpdoctor::host
