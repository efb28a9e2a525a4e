#include "formats/access_edit.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace rdpdoctor;
using namespace rdpdoctor::formats;

namespace {

constexpr std::uint32_t to_read = file_generic_read;
const AccessEntry let_read{.mask = to_read, .sid = "S-1-5-20"};

Bytes bytes_of(std::string_view sddl) {
  auto descriptor = from_sddl(sddl);
  REQUIRE(descriptor);
  return encode_security_descriptor(*descriptor);
}
std::string text_of(View bytes) {
  auto descriptor = decode_security_descriptor(bytes);
  REQUIRE(descriptor);
  return to_sddl(*descriptor);
}
std::string with(std::string_view sddl, const AccessEntry& entry = let_read) {
  auto edited = with_entry(bytes_of(sddl), entry);
  REQUIRE(edited);
  return text_of(*edited);
}

// A descriptor as Windows may lay it out: the access list before owner and group, an audit list, and bytes
// behind the last entry that the list does not use.
struct Laid {
  Bytes bytes;
  std::size_t owner = 0, audit = 0;
};
Laid laid_out() {
  Writer sid, dacl, audit;
  sid.u8(1).u8(1).bytes(Bytes{0, 0, 0, 0, 0, 5}).u32le(18);
  dacl.u8(4).u8(0).u16le(8 + 20 + 4).u16le(1).u16le(0);
  dacl.u8(0).u8(0).u16le(20).u32le(file_all_access).bytes(sid.view()).u32le(0x5a5a5a5a);
  audit.u8(2).u8(0).u16le(8 + 20).u16le(1).u16le(0);
  audit.u8(2).u8(0xC0).u16le(20).u32le(0x10000).bytes(sid.view());
  const auto at = static_cast<std::uint32_t>(20 + dacl.size());
  const auto sid_size = static_cast<std::uint32_t>(sid.size());
  Writer out;
  out.u8(1).u8(0x77).u16le(0x9C14);
  out.u32le(at).u32le(at + sid_size).u32le(at + 2 * sid_size).u32le(20);
  out.bytes(dacl.view()).bytes(sid.view()).bytes(sid.view()).bytes(audit.view());
  return {out.take(), at, at + 2 * sid_size};
}

}  // namespace

TEST_CASE("an allow entry stands behind the explicit ones and before what is inherited") {
  CHECK(with("O:SYG:SYD:P(A;;FA;;;SY)(A;;FA;;;BA)") == "O:SYG:SYD:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;NS)");
  CHECK(with("O:SYG:SYD:AI(D;;FR;;;BG)(A;;FA;;;SY)(D;ID;FR;;;NS)(A;ID;FA;;;BA)") ==
        "O:SYG:SYD:AI(D;;FR;;;BG)(A;;FA;;;SY)(A;;FR;;;NS)(D;ID;FR;;;NS)(A;ID;FA;;;BA)");
  CHECK(with("O:SYG:SYD:AI(A;ID;FA;;;SY)") == "O:SYG:SYD:AI(A;;FR;;;NS)(A;ID;FA;;;SY)");
  CHECK(with("O:SYG:SYD:") == "O:SYG:SYD:(A;;FR;;;NS)");
}

TEST_CASE("a deny entry stands behind the explicit denies, an inherited one at the end") {
  const AccessEntry deny{.type = 1, .mask = to_read, .sid = "S-1-5-20"};
  CHECK(with("O:SYG:SYD:AI(D;;FR;;;BG)(A;;FA;;;SY)(A;ID;FA;;;BA)", deny) ==
        "O:SYG:SYD:AI(D;;FR;;;BG)(D;;FR;;;NS)(A;;FA;;;SY)(A;ID;FA;;;BA)");
  const AccessEntry inherited{.flags = 0x10, .mask = to_read, .sid = "S-1-5-20"};
  CHECK(with("O:SYG:SYD:AI(A;;FA;;;SY)(A;ID;FA;;;BA)", inherited) ==
        "O:SYG:SYD:AI(A;;FA;;;SY)(A;ID;FA;;;BA)(A;ID;FR;;;NS)");
}

TEST_CASE("an entry that is there already is not added again") {
  const Bytes before = bytes_of("O:SYG:SYD:P(A;;FA;;;SY)(A;;FR;;;NS)");
  CHECK(with_entry(before, let_read) == before);
}

TEST_CASE("added and removed again is what was there, byte for byte") {
  for (const Bytes& before : {bytes_of("O:SYG:SYD:P(A;;FA;;;SY)(A;;FA;;;BA)"),
                              bytes_of("O:BAG:SYD:AI(D;;FR;;;BG)(A;ID;FA;;;BA)"), laid_out().bytes}) {
    auto added = with_entry(before, let_read);
    REQUIRE(added);
    CHECK(added->size() == before.size() + 20);
    CHECK(without_entry(*added, let_read) == before);
  }
}

TEST_CASE("owner, group, audit list, unused bytes and all numbers of the header stay with their parts") {
  const Laid before = laid_out();
  auto after = with_entry(before.bytes, let_read);
  REQUIRE(after);
  auto tail = [](const Bytes& bytes, std::size_t from) {
    return Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.end());
  };
  CHECK(tail(*after, before.owner + 20) == tail(before.bytes, before.owner));
  CHECK(Reader(View(*after).subspan(4)).u32le("owner") == before.owner + 20);
  CHECK(Reader(View(*after).subspan(12)).u32le("audit") == before.audit + 20);
  CHECK(Reader(View(*after).subspan(16)).u32le("dacl") == 20);
  CHECK(std::ranges::equal(View(*after).first(4), View(before.bytes).first(4)));
  CHECK((*after)[20] == 4);  // the list's revision
  CHECK(Reader(View(*after).subspan(before.owner + 16)).u32le("unused") == 0x5a5a5a5a);
}

TEST_CASE("exactly one entry is removed, and only one that is exactly it") {
  const Bytes twice = bytes_of("O:SYG:SYD:P(A;;FR;;;NS)(A;;FA;;;SY)(A;;FR;;;NS)");
  auto once = without_entry(twice, let_read);
  REQUIRE(once);
  CHECK(text_of(*once) == "O:SYG:SYD:P(A;;FA;;;SY)(A;;FR;;;NS)");
  for (const AccessEntry& other : {AccessEntry{.type = 1, .mask = to_read, .sid = "S-1-5-20"},
                                   AccessEntry{.flags = 0x10, .mask = to_read, .sid = "S-1-5-20"},
                                   AccessEntry{.mask = to_read + 0x10, .sid = "S-1-5-20"},
                                   AccessEntry{.mask = to_read, .sid = "S-1-5-19"}})
    CHECK_FALSE(without_entry(twice, other).has_value());
}

TEST_CASE("a descriptor without an access list, and entries that are none, are refused") {
  CHECK_FALSE(with_entry(bytes_of("O:SYG:SYD:NO_ACCESS_CONTROL"), let_read).has_value());
  CHECK_FALSE(with_entry(bytes_of("O:SYG:SY"), let_read).has_value());
  const Bytes whole = bytes_of("O:SYG:SYD:P(A;;FA;;;SY)");
  for (const char* sid : {"", "S-1-5", "S-1-5-x", "S-2-5-20", "S-1-5-4294967296", "NETWORK SERVICE"})
    CHECK_FALSE(with_entry(whole, {.mask = to_read, .sid = sid}).has_value());
  CHECK_FALSE(with_entry(whole, {.type = 5, .mask = to_read, .sid = "S-1-5-20"}).has_value());
}

TEST_CASE("a list that is full gets no further entry") {
  SecurityDescriptor full{.owner = "S-1-5-18", .group = "S-1-5-18", .control = 4, .entries = {}};
  full.entries.emplace(3270, AccessEntry{.mask = 1, .sid = "S-1-5-18"});  // 8 + 3270 * 20 of 65535 bytes
  auto edited = with_entry(encode_security_descriptor(full), let_read);
  CHECK(edited.has_value());
  full.entries->resize(3276, AccessEntry{.mask = 1, .sid = "S-1-5-18"});
  CHECK_FALSE(with_entry(encode_security_descriptor(full), let_read).has_value());
}

TEST_CASE("every truncation of a descriptor is refused, and an access list inside another part, too") {
  const Bytes whole = laid_out().bytes;
  for (std::size_t n = 0; n + 28 < whole.size(); ++n)  // the audit list at the end is not read
    CHECK_FALSE(with_entry(View(whole).first(n), let_read).has_value());
  Bytes overlapping = whole;
  overlapping[4] = 30;  // the owner lies in the list
  CHECK_FALSE(with_entry(overlapping, let_read).has_value());
  overlapping = whole;
  overlapping[12] = 24;  // the audit list does
  CHECK_FALSE(with_entry(overlapping, let_read).has_value());
}
