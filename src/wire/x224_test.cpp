#include "wire/x224.h"

#include <doctest/doctest.h>

#include "wire/tpkt.h"

using namespace rdpdoctor;
using namespace rdpdoctor::wire;

namespace {

// The TPKT payload of one frame given in hex, header and all.
Bytes payload_of(std::string_view frame) {
  TpktFramer framer;
  framer.feed(from_hex(frame).value());
  REQUIRE(framer.state() == TpktFramer::State::frame);
  return Bytes(framer.payload().begin(), framer.payload().end());
}

ConnectionConfirm confirm_of(std::string_view frame) {
  const auto decoded = decode_connection_confirm(payload_of(frame));
  REQUIRE(decoded.has_value());
  return *decoded;
}

std::string_view failing_field(std::string_view payload) {
  const auto decoded = decode_connection_confirm(from_hex(payload).value());
  return decoded ? std::string_view("none") : decoded.error().field;
}

std::string_view failing_request_field(std::string_view payload) {
  const auto decoded = decode_connection_request(from_hex(payload).value());
  return decoded ? std::string_view("none") : decoded.error().field;
}

// [MS-RDPBCGR] 4.1.1 and 4.1.2
constexpr std::string_view request_frame =
    "0300002c27e00000000000436f6f6b69653a206d737473686173683d656c746f6e730d0a0100080000000000";
constexpr std::string_view confirm_frame = "030000130ed000001234000200080000000000";

}  // namespace

TEST_CASE("the specification's Connection Request is encoded and decoded") {
  const ConnectionRequest request{"Cookie: mstshash=eltons", RdpNegReq{0, PROTOCOL_RDP}};
  CHECK(hex(tpkt(encode(request))) == request_frame);
  const auto decoded = decode_connection_request(payload_of(request_frame));
  REQUIRE(decoded.has_value());
  CHECK(decoded->routing == "Cookie: mstshash=eltons");
  REQUIRE(decoded->negotiation.has_value());
  CHECK(decoded->negotiation->requested_protocols == PROTOCOL_RDP);
}

TEST_CASE("the specification's Connection Confirm is encoded and decoded") {
  CHECK(hex(tpkt(encode(ConnectionConfirm{RdpNegRsp{0, PROTOCOL_RDP}}))) == confirm_frame);
  const ConnectionConfirm confirm = confirm_of(confirm_frame);
  REQUIRE(std::holds_alternative<RdpNegRsp>(confirm.negotiation));
  CHECK(std::get<RdpNegRsp>(confirm.negotiation).selected_protocol == PROTOCOL_RDP);
}

TEST_CASE("requests without cookie and without negotiation are encoded and decoded") {
  CHECK(hex(encode(ConnectionRequest{})) == "06e00000000000");
  CHECK(
      hex(encode(ConnectionRequest{"", RdpNegReq{0, PROTOCOL_SSL | PROTOCOL_HYBRID | PROTOCOL_HYBRID_EX}})) ==
      "0ee00000000000010008000b000000");
  for (const ConnectionRequest& request :
       {ConnectionRequest{}, ConnectionRequest{"Cookie: msts=3640205228.15629.0000", {}},
        ConnectionRequest{"tsv://MS Terminal Services Plugin.1.Farm", RdpNegReq{1, 0x0A0D}}}) {
    const auto decoded = decode_connection_request(encode(request));
    REQUIRE(decoded.has_value());
    CHECK(decoded->routing == request.routing);
    REQUIRE(decoded->negotiation.has_value() == request.negotiation.has_value());
    if (request.negotiation) {
      CHECK(decoded->negotiation->flags == request.negotiation->flags);
      CHECK(decoded->negotiation->requested_protocols == request.negotiation->requested_protocols);
    }
  }
}

TEST_CASE("a routing line can neither smuggle a line end nor outgrow the length indicator") {
  const auto cut =
      decode_connection_request(encode(ConnectionRequest{"Cookie: a\r\nCookie: b", RdpNegReq{}}));
  REQUIRE(cut.has_value());
  CHECK(cut->routing == "Cookie: a");
  const Bytes longest = encode(ConnectionRequest{std::string(1000, 'x'), RdpNegReq{0, 3}});
  CHECK(longest.size() == 255);
  const auto decoded = decode_connection_request(longest);
  REQUIRE(decoded.has_value());
  CHECK(decoded->routing.size() == 238);
  CHECK(decoded->negotiation->requested_protocols == 3);
}

TEST_CASE("requests of real clients are decoded") {
  const auto win7 = decode_connection_request(payload_of(
      "0300002f2ae00000000000436f6f6b69653a206d737473686173683d4558414d504c4550430d0a0100080003000000"));
  REQUIRE(win7.has_value());
  CHECK(win7->routing == "Cookie: mstshash=EXAMPLEPC");
  CHECK(win7->negotiation->requested_protocols == (PROTOCOL_SSL | PROTOCOL_HYBRID));
  const auto no_cookie = decode_connection_request(payload_of("030000130ee00000000000010008000b000000"));
  REQUIRE(no_cookie.has_value());
  CHECK(no_cookie->routing.empty());
  CHECK(requested_protocols_names(no_cookie->negotiation->requested_protocols) == "SSL|HYBRID|HYBRID_EX");
}

TEST_CASE("a request with correlation info is decoded") {
  const std::string info = "06002400" + std::string(64, 'a');
  const auto decoded = decode_connection_request(from_hex("32e000000000000108080003000000" + info).value());
  REQUIRE(decoded.has_value());
  CHECK(decoded->negotiation->flags == 0x08);
  CHECK(failing_request_field("0ee00000000000010808000b000000") == "rdpCorrelationInfo.type");
}

TEST_CASE("confirms of real hosts are decoded") {
  const auto hybrid = std::get<RdpNegRsp>(confirm_of("030000130ed000001234000201080002000000").negotiation);
  CHECK(hybrid.flags == EXTENDED_CLIENT_DATA_SUPPORTED);
  CHECK(hybrid.selected_protocol == PROTOCOL_HYBRID);
  const auto modern = std::get<RdpNegRsp>(confirm_of("030000130ed00000123400021f080008000000").negotiation);
  CHECK(modern.flags == 0x1f);
  CHECK(modern.selected_protocol == PROTOCOL_HYBRID_EX);
  const auto refused =
      std::get<RdpNegFailure>(confirm_of("030000130ed000001234000300080002000000").negotiation);
  CHECK(refused.failure_code == 2);
}

TEST_CASE("a response that lies about its length or lacks bytes is broken, also one that was captured") {
  CHECK(failing_field("0ed00000123400020300000100000200") != "none");
  CHECK(failing_field("0ed000001234000203000001000002") == "rdpNegData.length");
  for (std::string_view length : {"0000", "0400", "0700", "0900", "0008", "ffff"}) {
    CHECK(failing_field("0ed00000123400021f" + std::string(length) + "08000000") == "rdpNegData.length");
  }
  CHECK(failing_field("0cd00000123400021f08000800") == "rdpNegData.value");
  CHECK(failing_field("08d0000012340002 1f") == "rdpNegData.length");
}

TEST_CASE("a failure is read whatever length it claims for itself") {
  const auto failure =
      std::get<RdpNegFailure>(confirm_of("030000130ed000001234000300000002000000").negotiation);
  CHECK(failure.failure_code == 2);
}

TEST_CASE("a confirm without negotiation is one of an old host") {
  const ConnectionConfirm old = confirm_of("0300000b06d00000123400");
  CHECK(std::holds_alternative<std::monostate>(old.negotiation));
  CHECK(hex(tpkt(encode(old))) == "0300000b06d00000123400");
}

TEST_CASE("every failure code and every selected protocol is kept") {
  for (std::uint32_t value : {0U, 1U, 6U, 7U, 0x2000001U, 0xFFFFFFFFU}) {
    const auto failure = decode_connection_confirm(encode(ConnectionConfirm{RdpNegFailure{value}}));
    REQUIRE(failure.has_value());
    CHECK(std::get<RdpNegFailure>(failure->negotiation).failure_code == value);
    const auto response = decode_connection_confirm(encode(ConnectionConfirm{RdpNegRsp{0xFF, value}}));
    REQUIRE(response.has_value());
    CHECK(std::get<RdpNegRsp>(response->negotiation).selected_protocol == value);
  }
}

TEST_CASE("references, class and credit hide nothing and are let pass") {
  CHECK(failing_field("0ed0abcdef01 40 0200080001000000") == "none");
  CHECK(failing_field("0ed1000012340002000800 01000000") == "none");
}

TEST_CASE("bytes after the negotiation are let pass unless its length makes no sense") {
  CHECK(failing_field("12d000001234000200080001000000 aabbccdd") == "none");
  CHECK(failing_field("12d0000012340002000c0001000000 aabbccdd") == "rdpNegData.length");
}

TEST_CASE("what is wrong in a confirm is named") {
  CHECK(failing_field("") == "x224.LI");
  CHECK(failing_field("0fd000001234000200080001000000") == "x224.LI");
  CHECK(failing_field("06d000001234000200080001000000") == "x224.LI");
  CHECK(failing_field("0ee000001234000200080001000000") == "x224.code");
  CHECK(failing_field("0680000012340001") == "x224.LI");
  CHECK(failing_field("0680000012340001") != "none");
  CHECK(failing_field("0680000012 3400") == "x224.code");
  CHECK(failing_field("05d000001234") == "x224.class");
  CHECK(failing_field("0ed000001234000400080001000000") == "rdpNegData.type");
  CHECK(failing_field("0ed000001234000100080001000000") == "rdpNegData.type");
  CHECK(failing_field("07d0000012340002") == "rdpNegData.flags");
  CHECK(failing_field("0dd0000012340002000800010000") == "rdpNegData.value");
}

TEST_CASE("what is wrong in a request is named") {
  CHECK(failing_request_field("0ed00000000000010008000b000000") == "x224.code");
  CHECK(failing_request_field("0ee00000000000010009000b000000") == "rdpNegReq.length");
  CHECK(failing_request_field("0ee00000000000020008000b000000") == "routingToken");
  CHECK(failing_request_field("0fe00000000000010008000b000000ff") == "x224.LI");
  CHECK(failing_request_field("09e00000000000 0d0a 02") == "rdpNegReq.type");
}

TEST_CASE(
    "every truncation of a request and a confirm is an error, with the length indicator mended or not") {
  const Bytes request = payload_of(request_frame);
  const Bytes confirm = payload_of(confirm_frame);
  for (std::size_t n = 0; n < request.size(); ++n) {
    CHECK_FALSE(decode_connection_request(View(request).first(n)).has_value());
    Bytes mended(request.begin(), request.begin() + static_cast<std::ptrdiff_t>(n));
    if (n > 0) mended[0] = static_cast<std::uint8_t>(n - 1);
    const bool whole_without_negotiation = n == 7 || n == 32;
    CHECK(decode_connection_request(mended).has_value() == whole_without_negotiation);
  }
  for (std::size_t n = 0; n < confirm.size(); ++n) {
    CHECK_FALSE(decode_connection_confirm(View(confirm).first(n)).has_value());
    Bytes mended(confirm.begin(), confirm.begin() + static_cast<std::ptrdiff_t>(n));
    if (n > 0) mended[0] = static_cast<std::uint8_t>(n - 1);
    CHECK(decode_connection_confirm(mended).has_value() == (n == 7));
  }
}

TEST_CASE("protocols have names, unknown ones their number") {
  CHECK(selected_protocol_name(PROTOCOL_RDP) == "RDP");
  CHECK(selected_protocol_name(PROTOCOL_SSL) == "SSL");
  CHECK(selected_protocol_name(PROTOCOL_HYBRID) == "HYBRID");
  CHECK(selected_protocol_name(PROTOCOL_RDSTLS) == "RDSTLS");
  CHECK(selected_protocol_name(PROTOCOL_HYBRID_EX) == "HYBRID_EX");
  CHECK(selected_protocol_name(PROTOCOL_RDSAAD) == "RDSAAD");
  CHECK(selected_protocol_name(3) == "0x3");
  CHECK(selected_protocol_name(0x2000001) == "0x2000001");
  CHECK(requested_protocols_names(0) == "RDP");
  CHECK(requested_protocols_names(0x1F) == "SSL|HYBRID|RDSTLS|HYBRID_EX|RDSAAD");
  CHECK(requested_protocols_names(0x101) == "SSL|0x100");
  CHECK(requested_protocols_names(0x80000000) == "0x80000000");
}
