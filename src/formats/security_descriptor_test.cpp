#include "formats/security_descriptor.h"

#include <doctest/doctest.h>

using namespace rdpdoctor;
using namespace rdpdoctor::formats;

namespace {

SecurityDescriptor sddl(std::string_view text) {
  auto d = from_sddl(text);
  REQUIRE(d);
  return *d;
}

// What Windows gives the container of its self-made certificate (Server 2019 and later).
constexpr std::string_view healthy =
    "O:SYG:SYD:PAI(A;;FA;;;SY)(A;;0x120089;;;NS)"
    "(A;;FA;;;S-1-5-80-4022436659-1090538466-1613889075-870485073-3428993833)";

std::uint32_t lacks(std::string_view text) {
  return rights_missing(sddl(text), network_service_token("TermService"), file_generic_read);
}

}  // namespace

TEST_CASE("services' SIDs are made of their names") {
  CHECK(service_sid("SessionEnv") == "S-1-5-80-4022436659-1090538466-1613889075-870485073-3428993833");
  CHECK(service_sid("sessionenv") == service_sid("SESSIONENV"));
  CHECK(service_sid("TrustedInstaller") == "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464");
  CHECK(account_name(service_sid("TermService")) == "NT SERVICE\\TermService");
  CHECK(account_name("S-1-5-21-1-2-3-500") == "S-1-5-21-1-2-3-500");
}

TEST_CASE("a descriptor is the same as bytes and as text") {
  for (std::string_view text :
       {healthy, std::string_view("O:SYG:SYD:PAI(A;;0x12019f;;;WD)(A;;FA;;;BA)"),
        std::string_view("O:BAG:SYD:AI(D;;FR;;;NS)(A;ID;FA;;;SY)(A;OICIIO;GA;;;CO)"),
        std::string_view("O:SYG:SYD:"), std::string_view("O:SYG:SYD:NO_ACCESS_CONTROL")}) {
    SecurityDescriptor d = sddl(text);
    auto again = decode_security_descriptor(encode_security_descriptor(d));
    REQUIRE(again);
    CHECK(to_sddl(*again) == to_sddl(d));
  }
  CHECK(to_sddl(sddl(healthy)).starts_with("O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FR;;;NS)"));
}

TEST_CASE("every truncation is told, none is a smaller descriptor") {
  const Bytes whole = encode_security_descriptor(sddl(healthy));
  for (std::size_t n = 0; n < whole.size(); ++n)
    CHECK_FALSE(decode_security_descriptor(View(whole).first(n)).has_value());
}

TEST_CASE("text that is no descriptor is refused with its place") {
  for (std::string_view text : {"O:XX", "D:(A;;FA;;;SY", "D:(A;;FA;;SY)", "D:(Q;;FA;;;SY)", "D:(A;;ZZ;;;SY)",
                                "D:(A;;0xfffffffff;;;SY)", "nothing", "O:S-1-x"})
    CHECK_FALSE(from_sddl(text).has_value());
}

TEST_CASE("NETWORK SERVICE may read what its own, Everyone's or split entries grant") {
  CHECK(lacks(healthy) == 0);
  CHECK(lacks("O:SYG:SYD:(A;;FA;;;SY)(A;;FR;;;WD)") == 0);
  CHECK(lacks("O:SYG:SYD:(A;;0x120080;;;NS)(A;;0x9;;;AU)") == 0);
  CHECK(lacks("O:SYG:SYD:(A;;GR;;;NS)") == 0);
  CHECK(lacks("O:SYG:SYD:NO_ACCESS_CONTROL") == 0);
}

TEST_CASE("what it is not granted, or denied before, it lacks") {
  CHECK(lacks("O:SYG:SYD:(A;;FA;;;SY)") == file_generic_read);
  CHECK(lacks("O:SYG:SYD:") == file_generic_read);
  CHECK(lacks("O:SYG:SYD:(A;;FA;;;SY)(A;;0x120080;;;NS)") == 0x9);
  CHECK(lacks("O:SYG:SYD:(D;;0x1;;;NS)(A;;FA;;;NS)") == 0x1);
  CHECK(lacks("O:SYG:SYD:(D;;FA;;;WD)(A;;FR;;;NS)") == file_generic_read);
  CHECK(lacks("O:SYG:SYD:(A;;FR;;;NS)(D;;FA;;;WD)") == 0);    // the first that names a right decides
  CHECK(lacks("O:SYG:SYD:(D;IO;FA;;;WD)(A;;FR;;;NS)") == 0);  // for children only
  CHECK(lacks("O:SYG:SYD:(D;;FA;;;BA)(A;;FR;;;NS)") == 0);    // of somebody else
  CHECK(lacks("O:NSG:SYD:(A;;0x100089;;;NS)") == 0);          // the owner may read the descriptor
  CHECK(lacks("O:SYG:SYD:(XA;;FA;;;NS;(a==b))") == file_generic_read);  // not known to apply
}

TEST_CASE("the entry that denies is named") {
  SecurityDescriptor d = sddl("O:SYG:SYD:(A;;0x1;;;NS)(D;;FR;;;S-1-5-6)(A;;FA;;;NS)");
  const AccessEntry* entry = denied_by(d, network_service_token("TermService"), file_generic_read);
  REQUIRE(entry);
  CHECK(entry->sid == "S-1-5-6");
  CHECK(denied_by(sddl(healthy), network_service_token("TermService"), file_generic_read) == nullptr);
}
