#include "lab/nla_server.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "lab/spnego.h"
#include "lab/test_client.h"

namespace rdpdoctor::lab {
namespace {

// A NegTokenInit, RFC 4178 4.2.1, with NTLM as its only mechanism and this mechToken.
Bytes neg_token_init(View mech_token) {
  const auto size = static_cast<std::uint8_t>(mech_token.size());
  REQUIRE(mech_token.size() < 64);
  auto element = [](std::uint8_t tag, View content) {
    Writer out;
    out.u8(tag).u8(static_cast<std::uint8_t>(content.size())).bytes(content);
    return out.take();
  };
  Writer fields;
  fields.bytes(from_hex("a00e 300c 060a 2b06010401823702020a").value());
  fields.bytes(element(0xA2, Writer().u8(0x04).u8(size).bytes(mech_token).view()));
  Writer inner;
  inner.bytes(from_hex("0606 2b0601050502").value()).bytes(element(0xA0, element(0x30, fields.view())));
  return element(0x60, inner.view());
}

std::optional<wire::TsRequest> answer_of(const Behaviour& behaviour, const Bytes& token) {
  NlaServer server(behaviour);
  const auto answer = server.received(ts_request_with(token), test_wall_clock);
  if (answer.plain.empty()) return std::nullopt;
  const auto decoded = wire::decode_ts_request(answer.plain);
  REQUIRE(decoded.has_value());
  return *decoded;
}

}  // namespace

TEST_CASE("a raw NEGOTIATE is answered with a raw CHALLENGE") {
  const auto answer = answer_of(Behaviour{}, first_token());
  REQUIRE(answer.has_value());
  REQUIRE(answer->nego_tokens.size() == 1);
  const Bytes& token = answer->nego_tokens[0];
  CHECK_FALSE(is_spnego(token));
  CHECK(ntlm_message_in(token).size() == token.size());
  CHECK(wire::decode_ntlm_challenge(token)->dns_computer_name == "lab-host.lab.example");
}

TEST_CASE("a NEGOTIATE in SPNEGO is answered in SPNEGO") {
  const auto answer = answer_of(Behaviour{}, neg_token_init(first_token()));
  REQUIRE(answer.has_value());
  const Bytes& token = answer->nego_tokens.at(0);
  CHECK(token[0] == 0xA1);
  CHECK(ntlm_message_in(token).size() < token.size());
  const auto challenge = wire::decode_ntlm_challenge(token);
  REQUIRE(challenge.has_value());
  CHECK(challenge->netbios_computer_name == "LAB-HOST");
}

TEST_CASE("the lengths of a NegTokenResp nest") {
  for (std::size_t size : {1U, 40U, 127U, 128U, 300U, 60'000U}) {
    const Bytes token = neg_token_response(Bytes(size, 'x'));
    Reader r(token);
    auto length = [&r]() -> std::size_t {
      const std::uint8_t first = r.u8("length");
      if (first < 0x80) return first;
      return first == 0x81 ? r.u8("length") : r.u16be("length");
    };
    auto fills_the_rest = [&] {
      const std::size_t claimed = length();
      return claimed == r.left();
    };
    CHECK(r.u8("NegTokenResp") == 0xA1);
    CHECK(fills_the_rest());
    CHECK(r.u8("SEQUENCE") == 0x30);
    CHECK(fills_the_rest());
    CHECK(std::ranges::equal(r.bytes(5, "negState"), from_hex("a0030a0101").value()));
    CHECK(std::ranges::equal(r.bytes(14, "supportedMech"), from_hex("a10c060a2b06010401823702020a").value()));
    CHECK(r.u8("responseToken") == 0xA2);
    CHECK(fills_the_rest());
    CHECK(r.u8("OCTET STRING") == 0x04);
    CHECK(fills_the_rest());
    CHECK(r.left() == size);
  }
}

TEST_CASE("SPNEGO with another mechanism first is asked for NTLM") {
  const auto answer = answer_of(Behaviour{}, neg_token_init(text("a Kerberos ticket")));
  REQUIRE(answer.has_value());
  CHECK(answer->nego_tokens.at(0) == neg_token_response({}));
  CHECK(hex(answer->nego_tokens.at(0)) == "a1153013a0030a0101a10c060a2b06010401823702020a");
}

TEST_CASE("what is not a security token closes the connection") {
  CHECK_FALSE(answer_of(Behaviour{}, text("hello")).has_value());
  CHECK_FALSE(answer_of(Behaviour{}, text("NTLMSSP")).has_value());
  CHECK_FALSE(answer_of(Behaviour{}, {}).has_value());
  NlaServer server{Behaviour{}};
  CHECK(server.received(text("GET / HTTP/1.1"), test_wall_clock).leave == Leave::fin);
}

TEST_CASE("the version and the error code are those of the behaviour") {
  CHECK(answer_of(Behaviour{.credssp_version = 2}, first_token())->version == 2);
  NlaServer server{Behaviour{.token_error = 0x80090302}};
  const auto answer = server.received(ts_request_with(first_token()), test_wall_clock);
  CHECK(answer.leave == Leave::fin);
  CHECK(wire::decode_ts_request(answer.plain)->error_code == 0x80090302);
}

TEST_CASE("a version before error codes closes without one") {
  NlaServer server{Behaviour{.token_error = 0xC000006D, .credssp_version = 2}};
  const auto answer = server.received(ts_request_with(first_token()), test_wall_clock);
  CHECK(answer.leave == Leave::fin);
  CHECK(answer.plain.empty());
}

TEST_CASE("a TSRequest in single bytes is answered once") {
  NlaServer server{Behaviour{}};
  const Bytes request = ts_request_with(first_token());
  for (std::size_t n = 0; n < request.size(); ++n) {
    const auto answer = server.received(View(request).subspan(n, 1), test_wall_clock);
    CHECK(answer.leave == Leave::go_on);
    CHECK(answer.plain.empty() == (n + 1 < request.size()));
  }
}

TEST_CASE("a TSRequest whose fields end anywhere never does harm") {
  Bytes request = ts_request_with(neg_token_init(first_token()));
  for (std::size_t n = 2; n < request.size(); ++n) {
    Bytes cut(request.begin(), request.begin() + static_cast<std::ptrdiff_t>(n));
    cut[1] = static_cast<std::uint8_t>(n - 2);
    NlaServer server{Behaviour{}};
    const auto answer = server.received(cut, test_wall_clock);
    CHECK(answer.plain.empty());
  }
}

}  // namespace rdpdoctor::lab
