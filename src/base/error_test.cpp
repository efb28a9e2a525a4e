#include "base/error.h"

#include <doctest/doctest.h>

#include "base/names.h"

using namespace rdpdoctor;

namespace {
enum class Fruit { apple, pear, plum };
}

template <>
struct rdpdoctor::EnumNames<Fruit> {
  static constexpr std::pair<Fruit, std::string_view> all[] = {{Fruit::apple, "apple"},
                                                               {Fruit::pear, "pear"}};
};

TEST_CASE("an error is one composable line") {
  CHECK(
      to_text(Error{.doing = "read case.json", .kind = ErrorKind::not_found, .os_code = 2, .expected = ""}) ==
      "read case.json: not found (2)");
  CHECK(
      to_text(Error{.doing = "port \"0\"", .kind = ErrorKind::usage, .expected = "a port from 1 to 65535"}) ==
      "port \"0\"; expected a port from 1 to 65535");
}

TEST_CASE("a decode error names its field, place and reason") {
  CHECK(to_text(DecodeError{"tpktHeader.version", 0, "must be 3"}) ==
        "tpktHeader.version at byte 0: must be 3");
}

TEST_CASE("enum values and their words are looked up both ways") {
  CHECK(name_of(Fruit::pear) == "pear");
  CHECK(name_of(Fruit::plum) == "");
  CHECK(value_of<Fruit>("apple") == Fruit::apple);
  CHECK_FALSE(value_of<Fruit>("Apple").has_value());
  CHECK_FALSE(value_of<Fruit>("").has_value());
}
