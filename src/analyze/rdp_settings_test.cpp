#include "analyze/rdp_settings.h"

#include <doctest/doctest.h>

namespace rdpdoctor::analyze {
namespace {

Piece piece_of(std::string_view text) {
  auto file = formats::read_rdp_file({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  REQUIRE(file);
  return settings_of(*file, "a.rdp");
}

}  // namespace

TEST_CASE(
    "of an .rdp file the settings that matter for connecting are kept, in the order they come into play") {
  auto piece = piece_of(
      "audiomode:i:0\nenablecredsspsupport:i:0\nfull address:s:srv:3390\npassword 51:b:0100\nusername:s:bob\n"
      "gatewayaccesstoken:s:eyJ0\n");
  REQUIRE(piece.rdp_settings.size() == 3);
  CHECK(piece.rdp_settings[0].name == "full address");
  CHECK(piece.rdp_settings[0].value == "srv:3390");
  CHECK(piece.rdp_settings[0].source == "a.rdp");
  CHECK(piece.rdp_settings[1].value == "present");
  CHECK(piece.rdp_settings[2].name == "enablecredsspsupport");
  CHECK(piece.read.kind == "rdp file");
  CHECK(piece.read.records == 6);
  CHECK(piece.read.damaged == 0);
  CHECK(piece.read.problem.empty());
}

TEST_CASE("lines that are no settings are counted, and the first is shown") {
  auto piece = piece_of("full address:s:a\nnonsense\nmore nonsense\n");
  CHECK(piece.read.records == 3);
  CHECK(piece.read.damaged == 2);
  CHECK(piece.read.problem == "line 2 is not a setting: nonsense");
}

}  // namespace rdpdoctor::analyze
