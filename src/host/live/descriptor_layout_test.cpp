#include "host/live/descriptor_layout.h"

#include <doctest/doctest.h>

namespace rdpdoctor::host {
namespace {

formats::SecurityDescriptor of_sddl(std::string_view sddl) {
  auto decoded = formats::from_sddl(sddl);
  REQUIRE(decoded);
  return *decoded;
}
Bytes bytes_of(std::string_view sddl) {
  return formats::encode_security_descriptor(of_sddl(sddl));
}

// The access list first, with 16 unused bytes, then a gap, owner and group: as another system might.
Bytes laid_out_otherwise(const Bytes& plain) {
  const View all(plain);
  const std::size_t group_at = plain[8], list_at = plain[16];
  const View list = all.subspan(list_at);
  const std::size_t owner_at = 20 + list.size() + 16 + 4;
  rdpdoctor::Writer out;
  out.bytes(all.first(4)).u32le(static_cast<std::uint32_t>(owner_at));
  out.u32le(static_cast<std::uint32_t>(owner_at + group_at - 20)).u32le(0).u32le(20);
  out.bytes(list.first(2)).u16le(static_cast<std::uint16_t>(list.size() + 16)).bytes(list.subspan(4));
  out.bytes(Bytes(16, 0xCC)).u32le(0).bytes(all.subspan(20, list_at - 20));
  return out.take();
}

constexpr std::string_view key_file = "O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;NS)";

}  // namespace

TEST_CASE("descriptors that say the same have the same plain layout") {
  const Bytes plain = bytes_of(key_file);
  CHECK(plain_layout(plain) == plain);
  const Bytes other = laid_out_otherwise(plain);
  REQUIRE(other != plain);
  CHECK(plain_layout(other) == plain);
  CHECK(plain_layout(plain_layout(other)) == plain);
  CHECK_FALSE(different_parts(other, plain).access);
}

TEST_CASE("what is no descriptor keeps its bytes, wherever it is cut") {
  const Bytes whole = laid_out_otherwise(bytes_of(key_file));
  for (std::size_t n = 0; n < whole.size(); ++n) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n));
    const Bytes is = plain_layout(cut);
    CHECK((is == cut || formats::decode_security_descriptor(cut).has_value()));
  }
}

TEST_CASE("without an access list, and with an empty one, are two things") {
  const Bytes none = bytes_of("O:SYG:SY"), empty = bytes_of("O:SYG:SYD:P");
  CHECK(plain_layout(none) == none);
  CHECK(plain_layout(empty) == empty);
  CHECK(different_parts(none, empty).access);
}

TEST_CASE("only what differs is said to differ") {
  const Bytes is = bytes_of(key_file);
  const auto list = different_parts(is, bytes_of("O:SYG:SYD:PAI(A;;FA;;;SY)"));
  CHECK(list.access);
  CHECK_FALSE(list.owner);
  CHECK_FALSE(list.group);
  const auto flag = different_parts(is, bytes_of("O:SYG:SYD:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;NS)"));
  CHECK(flag.access);
  const auto owner = different_parts(is, bytes_of("O:BAG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;NS)"));
  CHECK(owner.owner);
  CHECK_FALSE(owner.access);
}

TEST_CASE("the flag of inherited entries is asked for where it was") {
  const Bytes with = asking_for_inherited_flag(bytes_of("O:SYG:SYD:AI(A;;FA;;;SY)"));
  CHECK((with[3] & 0x05) == 0x05);
  const Bytes without = bytes_of("O:SYG:SYD:P(A;;FA;;;SY)");
  CHECK(asking_for_inherited_flag(without) == without);
  CHECK(asking_for_inherited_flag({}).empty());
}

TEST_CASE("a folder is trusted when nobody but administrators may change it") {
  const std::string own = "S-1-5-21-1-2-3-1001";
  auto foreign = [&](std::string_view sddl) { return foreign_writer(of_sddl(sddl), own); };
  CHECK(foreign("O:BAG:BAD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)").empty());
  CHECK(foreign("O:S-1-5-21-1-2-3-1001G:BAD:P(A;OICI;FA;;;BA)(A;OICI;FR;;;WD)").empty());
  CHECK(foreign("O:SYG:SYD:P(A;OICIIO;GA;;;CO)(A;;FA;;;SY)").empty());
  CHECK(foreign("O:S-1-5-21-1-2-3-1002G:BAD:P(A;OICI;FA;;;BA)") == "S-1-5-21-1-2-3-1002");
  CHECK(foreign("O:BAG:BAD:(A;OICI;FA;;;BA)(A;CI;0x116;;;BU)") == "S-1-5-32-545");
  CHECK(foreign("O:BAG:BAD:(A;;0x10000;;;AU)") == "S-1-5-11");
  CHECK(foreign("O:BAG:BA") == "S-1-1-0");
  CHECK(foreign("D:P(A;OICI;FA;;;BA)") == "S-1-1-0");
}

}  // namespace rdpdoctor::host
