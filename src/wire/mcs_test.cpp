#include "wire/mcs.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "wire/ber.h"

using namespace rdpdoctor;
using namespace rdpdoctor::wire;

namespace {

// Every prefix of a whole PDU is refused.
template <class Decode>
void check_truncations(const Bytes& whole, Decode decode) {
  REQUIRE(decode(View(whole)).has_value());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(decode(View(whole).first(size)).has_value());
  }
}

bool same(const McsDomainPdu& a, const McsDomainPdu& b) {
  return a.choice == b.choice && a.reason == b.reason && a.result == b.result && a.initiator == b.initiator &&
         a.channel == b.channel && std::ranges::equal(a.user_data, b.user_data);
}

}  // namespace

TEST_CASE("a Connect Initial and a Connect Response are what was encoded, and no part of them is") {
  for (const std::size_t size : {std::size_t{3}, std::size_t{500}}) {
    const McsConnectInitial initial{Bytes(size, 0x41)};
    const Bytes bytes = encode(initial);
    CHECK(mcs_pdu(bytes) == McsPdu::connect_initial);
    CHECK(decode_connect_initial(bytes).value().user_data == initial.user_data);
    check_truncations(bytes, decode_connect_initial);

    const McsConnectResponse response{.result = 14, .user_data = Bytes(size, 0x42)};
    const Bytes answer = encode(response);
    CHECK(mcs_pdu(answer) == McsPdu::connect_response);
    CHECK(decode_connect_response(answer).value().result == 14);
    CHECK(decode_connect_response(answer).value().user_data == response.user_data);
    check_truncations(answer, decode_connect_response);
    CHECK_FALSE(decode_connect_initial(answer).has_value());
  }
}

TEST_CASE("domain PDUs are what was encoded") {
  const Bytes data(300, 0x33);
  const McsDomainPdu all[] = {
      {.choice = McsChoice::erect_domain_request},
      {.choice = McsChoice::attach_user_request},
      {.choice = McsChoice::attach_user_confirm, .result = 9, .initiator = 1007},
      {.choice = McsChoice::channel_join_request, .initiator = 1007, .channel = 1003},
      {.choice = McsChoice::channel_join_confirm, .result = 3, .initiator = 1007, .channel = 1004},
      {.choice = McsChoice::send_data_request, .initiator = 1007, .channel = 1003, .user_data = data},
      {.choice = McsChoice::send_data_indication,
       .initiator = 1002,
       .channel = 1003,
       .user_data = View(data).first(5)},
      {.choice = McsChoice::disconnect_provider_ultimatum, .reason = 3},
      {.choice = McsChoice::disconnect_provider_ultimatum, .reason = 4},
      {.choice = static_cast<McsChoice>(63)},
  };
  for (const McsDomainPdu& pdu : all) {
    CAPTURE(static_cast<int>(pdu.choice));
    const Bytes bytes = encode(pdu);
    CHECK(mcs_pdu(bytes) == McsPdu::domain);
    const auto decoded = decode_mcs_domain_pdu(bytes);
    REQUIRE(decoded.has_value());
    CHECK(same(*decoded, pdu));
  }
  check_truncations(encode(all[5]), decode_mcs_domain_pdu);
}

TEST_CASE("the bytes are those of the specification's examples") {  // [MS-RDPBCGR] 4.1.5 to 4.1.8, 4.2
  CHECK(decode_mcs_domain_pdu(from_hex("2180").value()).value().reason == 3);
  CHECK(decode_mcs_domain_pdu(from_hex("2e00 0006").value()).value().initiator == 1007);
  const auto join = decode_mcs_domain_pdu(from_hex("3e00 0006 03ef 03ef").value()).value();
  CHECK(join.result == 0);
  CHECK(join.channel == 1007);
  CHECK(encode(McsDomainPdu{.choice = McsChoice::channel_join_request, .initiator = 1007, .channel = 1007}) ==
        from_hex("38 0006 03ef").value());
}

TEST_CASE("lengths that lie are refused") {
  CHECK_FALSE(decode_connect_initial(from_hex("7f65 84ffffffff 0401").value()).has_value());
  CHECK_FALSE(decode_connect_initial(from_hex("7f65 80 0401").value()).has_value());
  CHECK_FALSE(decode_mcs_domain_pdu(from_hex("64 0006 03eb 70 c1 0000").value()).has_value());
  const auto error = decode_mcs_domain_pdu(from_hex("64 0006 03eb 70 05 0000").value());
  REQUIRE_FALSE(error.has_value());
  CHECK(error.error().field == "userData");
}

TEST_CASE("lengths are written as they are read") {
  for (const std::size_t length : {0U, 1U, 127U, 128U, 255U, 256U, 16383U}) {
    Writer per;
    put_per_length(per, length);
    Reader r(per.view());
    CHECK(per_length(r, "length") == length);
    CHECK(r.left() == 0);

    Writer ber;
    put_ber(ber, ber_octet_string, Bytes(length));
    Reader contents(ber.view());
    CHECK(ber_contents(contents, ber_octet_string, "value").left() == length);
    CHECK(contents.ok());
  }
  const Bytes long_number = from_hex("0205 0000000001").value();
  Reader r(long_number);
  CHECK(ber_number(r, ber_integer, "number") == 0);
  CHECK_FALSE(r.ok());
}
