#include "wire/credssp.h"

#include <doctest/doctest.h>

using namespace rdpdoctor;
using namespace rdpdoctor::wire;

namespace {

Bytes raw(std::string_view text) {
  return from_hex(text).value();
}

std::string_view failing_field(std::string_view text) {
  const auto decoded = decode_ts_request(raw(text));
  return decoded ? std::string_view("none") : decoded.error().field;
}

void check_same(const TsRequest& a, const TsRequest& b) {
  CHECK(a.version == b.version);
  CHECK(a.nego_tokens == b.nego_tokens);
  CHECK(a.auth_info == b.auth_info);
  CHECK(a.pub_key_auth == b.pub_key_auth);
  CHECK(a.error_code == b.error_code);
  CHECK(a.client_nonce == b.client_nonce);
}

TsRequest full_request(std::size_t token_size) {
  TsRequest request;
  request.version = 6;
  request.nego_tokens = {Bytes(token_size, 0x4E), Bytes{1, 2, 3}};
  request.auth_info = Bytes(200, 0xAA);
  request.pub_key_auth = Bytes{};
  request.error_code = 0xC000006D;
  request.client_nonce = Bytes(32, 0x55);
  return request;
}

}  // namespace

TEST_CASE("a TSRequest with one token is minimal DER") {
  TsRequest request;
  request.nego_tokens = {raw("4e544c4d")};
  CHECK(hex(encode(request)) == "3013a003020106a10c300a3008a00604044e544c4d");
  request.nego_tokens.clear();
  request.version = 2;
  CHECK(hex(encode(request)) == "3005a003020102");
  request.version = 128;
  CHECK(hex(encode(request)) == "3006a00402020080");
}

TEST_CASE("an NTSTATUS is written as a signed 32-bit INTEGER") {
  TsRequest request;
  request.error_code = 0xC000006D;
  CHECK(hex(encode(request)) == "300da003020106a4060204c000006d");
  request.error_code = 0;
  CHECK(hex(encode(request)) == "300aa003020106a403020100");
  request.error_code = 0xFFFFFFFF;
  CHECK(hex(encode(request)) == "300aa003020106a4030201ff");
}

TEST_CASE("an errorCode is read from four bytes, five bytes and fewer") {
  for (std::string_view text : {"300da003020106a4060204c000006d", "300ea003020106a407020500c000006d"}) {
    const auto decoded = decode_ts_request(raw(text));
    REQUIRE(decoded.has_value());
    CHECK(decoded->error_code == 0xC000006D);
  }
  CHECK(decode_ts_request(raw("300aa003020106a403020105"))->error_code == 5);
  CHECK(failing_field("300ea003020106a407020501c000006d") == "errorCode");
  CHECK(failing_field("3009a003020106a4020200") == "errorCode");
}

TEST_CASE("requests with short and long tokens survive the way out and back") {
  for (std::size_t size : {0U, 1U, 100U, 127U, 128U, 255U, 256U, 40'000U, 65'000U}) {
    const TsRequest request = full_request(size);
    const Bytes wire_bytes = encode(request);
    const auto decoded = decode_ts_request(wire_bytes);
    REQUIRE(decoded.has_value());
    check_same(*decoded, request);
    CHECK(ts_request_size(wire_bytes).value() == wire_bytes.size());
  }
}

TEST_CASE("integers at their edges survive the way out and back") {
  for (std::uint32_t value : {0U, 1U, 127U, 128U, 255U, 256U, 32767U, 32768U, 0x7FFFFFFFU, 0x80000000U,
                              0xFFFFFF80U, 0xFFFFFF7FU, 0xFFFFFFFFU}) {
    TsRequest request;
    request.error_code = value;
    CHECK(decode_ts_request(encode(request))->error_code == value);
  }
}

TEST_CASE("long-form lengths are accepted where a short one would do") {
  const auto decoded = decode_ts_request(raw("3081 07 a0 83000003 0201 06"));
  CHECK_FALSE(decoded.has_value());  // the outer length is two bytes short
  const auto whole = decode_ts_request(raw("308400000008 a0 83000003 020106"));
  REQUIRE(whole.has_value());
  CHECK(whole->version == 6);
}

TEST_CASE("fields of later versions are skipped, other tags are not") {
  const auto decoded = decode_ts_request(raw("300a a003020107 a603020101"));
  REQUIRE(decoded.has_value());
  CHECK(decoded->version == 7);
  CHECK(failing_field("300a a003020106 0403020101") == "TSRequest.field");
}

TEST_CASE("bytes after the element belong to the next one") {
  const Bytes two = raw("3005a003020106 3005a0");
  CHECK(ts_request_size(two).value() == 7);
  CHECK(decode_ts_request(two)->version == 6);
}

TEST_CASE("what is wrong in a TSRequest is named") {
  CHECK(failing_field("") == "TSRequest");
  CHECK(failing_field("3105a003020106") == "TSRequest");
  CHECK(failing_field("3000") == "version");
  CHECK(failing_field("3005a003040106") == "version");
  CHECK(failing_field("3005a002020106") == "version");
  CHECK(failing_field("3080a0030201060000") == "TSRequest");
  CHECK(failing_field("300ba003020106a10430023000") == "negoToken");
  CHECK(failing_field("3009a003020106a1023100") == "negoTokens");
  CHECK(failing_field("300da003020106a106300430028100") == "negoToken");
}

TEST_CASE("the size of an element is told from its header alone") {
  CHECK_FALSE(ts_request_size({}).value().has_value());
  CHECK_FALSE(ts_request_size(raw("30")).value().has_value());
  CHECK(ts_request_size(raw("3005")).value() == 7);
  CHECK_FALSE(ts_request_size(raw("3082")).value().has_value());
  CHECK_FALSE(ts_request_size(raw("308201")).value().has_value());
  CHECK(ts_request_size(raw("30820100")).value() == 260);
  CHECK(ts_request_size(raw("3083010000")).value() == 65541);
}

TEST_CASE("what can't be the start of a TSRequest is refused at once") {
  CHECK_FALSE(ts_request_size(raw("16")).has_value());
  CHECK(ts_request_size(raw("3080")).error().reason == "indefinite length");
  CHECK(ts_request_size(raw("3085")).error().reason == "more than 64 KiB");
  CHECK(ts_request_size(raw("30ff")).error().reason == "more than 64 KiB");
  CHECK(ts_request_size(raw("3083010001")).error().reason == "more than 64 KiB");
  CHECK(ts_request_size(raw("3084ffffffff")).error().reason == "more than 64 KiB");
}

TEST_CASE(
    "every truncation of a TSRequest is an error and its size is known as soon as the header is there") {
  const Bytes whole = encode(full_request(300));
  for (std::size_t n = 0; n < whole.size(); ++n) {
    CHECK_FALSE(decode_ts_request(View(whole).first(n)).has_value());
    const auto size = ts_request_size(View(whole).first(n));
    REQUIRE(size.has_value());
    CHECK(size->has_value() == (n >= 4));
  }
}

TEST_CASE("any changed byte is decoded or refused, never more") {
  const Bytes whole = encode(full_request(20));
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (int flip : {0x01, 0x7F, 0x80, 0xFF}) {
      Bytes changed = whole;
      changed[at] = static_cast<std::uint8_t>(changed[at] ^ flip);
      if (const auto decoded = decode_ts_request(changed)) {
        check_same(*decode_ts_request(encode(*decoded)), *decoded);
      }
    }
  }
}
