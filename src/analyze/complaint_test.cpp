#include "analyze/complaint.h"

#include <doctest/doctest.h>

namespace rdpdoctor::analyze {

using evidence::CaseFile;
using evidence::Told;

namespace {

Told told(std::string_view family, std::uint32_t value) {
  Told t;
  t.source = "client.log";
  t.line = 1;
  t.family = family;
  t.value = value;
  return t;
}

}  // namespace

TEST_CASE("a code that the client's table has is what the client complains of") {
  CaseFile c;
  c.told = {told("disconnect", 0x904), told("extended", 0x7)};
  auto complaint = complaint_of(c);
  REQUIRE(complaint);
  CHECK(complaint->code == 0x904);
  CHECK(complaint->extended == 0x7u);
}

TEST_CASE("a number that stands where a code does, and is none, is no complaint and hides none") {
  CaseFile c;
  c.told = {told("disconnect", 0x7FFF)};
  CHECK_FALSE(complaint_of(c));
  c.told.push_back(told("disconnect", 0x904));
  auto complaint = complaint_of(c);
  REQUIRE(complaint);
  CHECK(complaint->code == 0x904);
}

}  // namespace rdpdoctor::analyze
