#include "wire/share.h"

#include <doctest/doctest.h>

#include "wire/licensing.h"

using namespace rdpdoctor;
using namespace rdpdoctor::wire;

namespace {

template <class Decode>
void check_truncations(const Bytes& whole, Decode decode) {
  REQUIRE(decode(View(whole)).has_value());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(decode(View(whole).first(size)).has_value());
  }
}

}  // namespace

TEST_CASE("a share data PDU is what was encoded") {
  const Bytes pdu = encode_share_data(PDUTYPE2_SET_ERROR_INFO_PDU, 0x103ea, encode_set_error_info(0x1234));
  CHECK(begins_as_share_control(pdu));
  const auto control = decode_share_control(pdu);
  REQUIRE(control.has_value());
  CHECK(control->type == PDUTYPE_DATAPDU);
  CHECK(control->size == pdu.size());
  CHECK(control->pdu_source == 0x3ea);
  const auto data = decode_share_data(control->body);
  REQUIRE(data.has_value());
  CHECK(data->share_id == 0x103ea);
  CHECK(data->type2 == PDUTYPE2_SET_ERROR_INFO_PDU);
  CHECK_FALSE(data->compressed);
  CHECK(decode_set_error_info(data->body).value() == 0x1234);
  check_truncations(pdu, decode_share_control);
  check_truncations(encode_set_error_info(1), decode_set_error_info);
}

TEST_CASE("a security header is not taken for a share control header") {
  CHECK_FALSE(begins_as_share_control(encode_security_header(SEC_INFO_PKT)));
  Bytes info = encode_security_header(SEC_INFO_PKT);
  info.resize(400);
  CHECK_FALSE(begins_as_share_control(info));
  CHECK_FALSE(begins_as_share_control(from_hex("0300 1600").value()));
  CHECK(begins_as_share_control(from_hex("0400 1600").value()));  // a Deactivate All without a source
  CHECK(decode_share_control(from_hex("0400 1600").value()).value().type == PDUTYPE_DEACTIVATEALLPDU);
}

TEST_CASE("Save Session Info is what was encoded") {
  for (const SaveSessionInfo& info :
       {SaveSessionInfo{.info_type = 2}, SaveSessionInfo{.info_type = 3},
        SaveSessionInfo{.info_type = 3, .logon_error_type = 0xfffffffd, .logon_error_data = 2}}) {
    const Bytes bytes = encode(info);
    CHECK(decode_save_session_info(bytes).value() == info);
    check_truncations(bytes, decode_save_session_info);
  }
}

TEST_CASE("logon errors stand after the cookie for reconnecting") {
  Writer out;
  out.u32le(3).u16le(50).u32le(3).u32le(28).bytes(Bytes(28)).u32le(8).u32le(0xfffffffe).u32le(5);
  const auto info = decode_save_session_info(out.view());
  REQUIRE(info.has_value());
  CHECK(info->logon_error_type == 0xfffffffe);
  CHECK(info->logon_error_data == 5);
}

TEST_CASE("a Server Redirection is what was encoded, whichever fields it has") {
  const ServerRedirection all{.session_id = 3,
                              .redir_flags = 0x31f,
                              .target_net_address = "10.0.0.7",
                              .load_balance_info = "tsv://MS Terminal Services Plugin.1.Farm",
                              .target_fqdn = "rdsh2.corp.example",
                              .target_net_bios_name = "RDSH2"};
  const Bytes bytes = encode(all);
  CHECK(decode_server_redirection(bytes).value() == all);
  check_truncations(bytes, decode_server_redirection);
  const ServerRedirection little{.session_id = 1, .redir_flags = 0x100, .target_fqdn = "h.example"};
  CHECK(decode_server_redirection(encode(little)).value() == little);
  Bytes other = encode(little);
  other[1] = 0x05;
  CHECK_FALSE(decode_server_redirection(other).has_value());
}

TEST_CASE("a licensing PDU is what was encoded; only the error message has codes") {
  const LicensingPdu error{.type = ERROR_ALERT, .flags = 3, .error_code = 6, .state_transition = 1};
  const Bytes bytes = encode(error);
  const auto decoded = decode_licensing(bytes);
  REQUIRE(decoded.has_value());
  CHECK(decoded->type == ERROR_ALERT);
  CHECK(decoded->error_code == 6);
  CHECK(decoded->state_transition == 1);
  for (std::size_t size = 0; size < 12; ++size) {
    CHECK_FALSE(decode_licensing(View(bytes).first(size)).has_value());
  }
  const auto request = decode_licensing(encode(LicensingPdu{.type = LICENSE_REQUEST}));
  REQUIRE(request.has_value());
  CHECK(request->type == LICENSE_REQUEST);
  CHECK_FALSE(request->error_code.has_value());
  CHECK(licensing_name(0x55).empty());
}
