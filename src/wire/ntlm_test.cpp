#include "wire/ntlm.h"

#include <doctest/doctest.h>

using namespace rdpdoctor;
using namespace rdpdoctor::wire;

namespace {

Bytes raw(std::string_view text) {
  return from_hex(text).value();
}

// [MS-NLMP] 4.2.4.3
const Bytes specification_challenge = raw(
    "4e544c4d53535000 02000000 0c000c0038000000 33828ae2 0123456789abcdef 0000000000000000 2400240044000000"
    "060070170000000f 530065007200760065007200"
    "02000c0044006f006d00610069006e00 01000c00530065007200760065007200 00000000");

NtlmChallenge full_challenge() {
  NtlmChallenge message;
  message.flags = NTLMSSP_NEGOTIATE_UNICODE | NTLMSSP_NEGOTIATE_TARGET_INFO | NTLMSSP_NEGOTIATE_VERSION |
                  NTLMSSP_TARGET_TYPE_SERVER | NTLMSSP_REQUEST_TARGET;
  message.target_name = "SRV-FIN-02";
  message.netbios_computer_name = "SRV-FIN-02";
  message.netbios_domain_name = "CONTOSO";
  message.dns_computer_name = "srv-fin-02.contoso.example";
  message.dns_domain_name = "contoso.example";
  message.dns_tree_name = "contoso.example";
  message.timestamp = from_civil(2026, 11, 21, 2, 18, 0);
  message.version = NtlmVersion{10, 0, 20348};
  message.unknown_av_ids = {11, 0xFFFF};
  return message;
}

void check_same(const NtlmChallenge& a, const NtlmChallenge& b) {
  CHECK(a.flags == b.flags);
  CHECK(a.target_name == b.target_name);
  CHECK(a.netbios_computer_name == b.netbios_computer_name);
  CHECK(a.netbios_domain_name == b.netbios_domain_name);
  CHECK(a.dns_computer_name == b.dns_computer_name);
  CHECK(a.dns_domain_name == b.dns_domain_name);
  CHECK(a.dns_tree_name == b.dns_tree_name);
  CHECK(a.timestamp == b.timestamp);
  CHECK(a.unknown_av_ids == b.unknown_av_ids);
  REQUIRE(a.version.has_value() == b.version.has_value());
  if (a.version) CHECK(a.version->build == b.version->build);
}

// A challenge whose target info is exactly these bytes.
Bytes with_target_info(std::string_view av_pairs) {
  const Bytes info = raw(av_pairs);
  Writer out;
  out.bytes(raw("4e544c4d53535000 02000000 0000000000000000 01008000 0000000000000000 0000000000000000"));
  out.u16le(static_cast<std::uint16_t>(info.size())).u16le(0).u32le(48).bytes(info);
  return out.take();
}

std::string_view failing_field(View bytes) {
  const auto decoded = decode_ntlm_challenge(bytes);
  return decoded ? std::string_view("none") : decoded.error().field;
}

}  // namespace

TEST_CASE("the specification's challenge is decoded") {
  const auto decoded = decode_ntlm_challenge(specification_challenge);
  REQUIRE(decoded.has_value());
  CHECK(decoded->flags == 0xE28A8233);
  CHECK(decoded->target_name == "Server");
  CHECK(decoded->netbios_domain_name == "Domain");
  CHECK(decoded->netbios_computer_name == "Server");
  CHECK(decoded->dns_computer_name == "");
  CHECK_FALSE(decoded->timestamp.has_value());
  REQUIRE(decoded->version.has_value());
  CHECK(decoded->version->major == 6);
  CHECK(decoded->version->build == 6000);
}

TEST_CASE("the specification's challenge is encoded as it is printed, but for the server challenge") {
  Bytes expected = specification_challenge;
  std::fill_n(expected.begin() + 24, 8, std::uint8_t{0});
  CHECK(hex(encode(*decode_ntlm_challenge(specification_challenge))) == hex(expected));
}

TEST_CASE("a challenge survives the way out and back") {
  check_same(*decode_ntlm_challenge(encode(full_challenge())), full_challenge());
  NtlmChallenge plain;
  plain.flags = NTLMSSP_NEGOTIATE_UNICODE | NTLMSSP_NEGOTIATE_TARGET_INFO;
  check_same(*decode_ntlm_challenge(encode(plain)), plain);
}

TEST_CASE("a challenge inside SPNEGO is found by its signature") {
  Bytes spnego = raw("a1816f 30816c a0030a0101 a10c060a2b06010401823702020a a257 0455");
  const std::size_t base = spnego.size();
  spnego.insert(spnego.end(), specification_challenge.begin(), specification_challenge.end());
  const auto decoded = decode_ntlm_challenge(spnego);
  REQUIRE(decoded.has_value());
  CHECK(decoded->target_name == "Server");
  spnego[base + 8] = 3;
  CHECK(decode_ntlm_challenge(spnego).error().offset == base + 12);
}

TEST_CASE("the host's clock is read from MsvAvTimestamp, whatever it says") {
  const auto decoded = decode_ntlm_challenge(with_target_info("07000800 00803ed5deb19d01 00000000"));
  REQUIRE(decoded.has_value());
  CHECK(decoded->timestamp == Instant{0});
  CHECK(decode_ntlm_challenge(with_target_info("07000800 ffffffffffffffff"))->timestamp ==
        from_filetime(UINT64_MAX));
  CHECK(decode_ntlm_challenge(with_target_info("07000800 0000000000000000"))->timestamp == from_filetime(0));
  CHECK(failing_field(with_target_info("07000700 00803ed5deb19d 00000000")) == "MsvAvTimestamp");
  CHECK(failing_field(with_target_info("07000900 00803ed5deb19d0100 00000000")) == "MsvAvTimestamp");
}

TEST_CASE("attributes are bounded by the target info, and unknown ones are kept by number") {
  CHECK(decode_ntlm_challenge(with_target_info("0b000100ff 06000400 02000000 00000000"))->unknown_av_ids ==
        std::vector<std::uint16_t>{11});
  CHECK(decode_ntlm_challenge(with_target_info("00000000 0100ffff"))->netbios_computer_name == "");
  CHECK(decode_ntlm_challenge(with_target_info("01000200 4100"))->netbios_computer_name == "A");
  CHECK(failing_field(with_target_info("01000400 4100")) == "AvPair.Value");
  CHECK(failing_field(with_target_info("0100")) == "AvLen");
}

TEST_CASE("an old host's challenge without target info ends after the server challenge") {
  const auto decoded = decode_ntlm_challenge(
      raw("4e544c4d53535000 02000000 0300030020000000 02020000 0123456789abcdef 53 52 ff"));
  REQUIRE(decoded.has_value());
  CHECK(decoded->target_name == "SR\\xff");
  CHECK_FALSE(decoded->version.has_value());
}

TEST_CASE("payload fields outside the message are refused") {
  for (std::size_t at : {12U, 16U, 17U, 19U, 40U, 44U, 47U}) {
    Bytes changed = specification_challenge;
    changed[at] = 0xFF;
    CHECK(failing_field(changed) == (at < 20 ? "TargetNameFields" : "TargetInfoFields"));
  }
}

TEST_CASE("every truncation of a challenge is an error") {
  const Bytes whole = encode(full_challenge());
  for (std::size_t n = 0; n < whole.size(); ++n) {
    CHECK_FALSE(decode_ntlm_challenge(View(whole).first(n)).has_value());
  }
}

TEST_CASE("any changed byte is decoded or refused, never more") {
  const Bytes whole = encode(full_challenge());
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (int flip : {0x01, 0x7F, 0x80, 0xFF}) {
      Bytes changed = whole;
      changed[at] = static_cast<std::uint8_t>(changed[at] ^ flip);
      if (const auto decoded = decode_ntlm_challenge(changed)) {
        CHECK(decode_ntlm_challenge(encode(*decoded)).has_value());
      }
    }
  }
}

TEST_CASE("names too long for their length field are left out or cut, not wrapped") {
  NtlmChallenge message = full_challenge();
  message.target_name = std::string(70'000, 'x');
  message.dns_tree_name = std::string(70'000, 'y');
  const auto decoded = decode_ntlm_challenge(encode(message));
  REQUIRE(decoded.has_value());
  CHECK(decoded->target_name.size() == 32'767);
  CHECK(decoded->dns_tree_name == "");
  CHECK(decoded->dns_domain_name == "contoso.example");
}

TEST_CASE("a negotiate message survives the way out and back, and its truncations are errors") {
  const Bytes with_version = encode(NtlmNegotiate{0xE2088297, NtlmVersion{10, 0, 19041}});
  CHECK(hex(with_version) ==
        "4e544c4d5353500001000000978208e2000000002800000000000000280000000a00614a0000000f");
  const auto decoded = decode_ntlm_negotiate(with_version);
  REQUIRE(decoded.has_value());
  CHECK(decoded->flags == 0xE2088297);
  CHECK(decoded->version->build == 19041);
  for (std::size_t n = 0; n < with_version.size(); ++n) {
    CHECK_FALSE(decode_ntlm_negotiate(View(with_version).first(n)).has_value());
  }
  const auto plain = decode_ntlm_negotiate(encode(NtlmNegotiate{NTLMSSP_NEGOTIATE_UNICODE, std::nullopt}));
  REQUIRE(plain.has_value());
  CHECK_FALSE(plain->version.has_value());
  CHECK(decode_ntlm_negotiate(specification_challenge).error().field == "MessageType");
}

TEST_CASE("the probe asks once, reads the challenge and stops") {
  NtlmProbeToken token;
  const TokenStep asked = token.step({});
  REQUIRE(asked.token_out.has_value());
  CHECK_FALSE(asked.done);
  const auto negotiate = decode_ntlm_negotiate(*asked.token_out);
  REQUIRE(negotiate.has_value());
  CHECK((negotiate->flags & NTLMSSP_NEGOTIATE_TARGET_INFO) != 0);
  CHECK((negotiate->flags & NTLMSSP_NEGOTIATE_UNICODE) != 0);
  CHECK(negotiate->version.has_value());
  const TokenStep answered = token.step(specification_challenge);
  CHECK(answered.done);
  CHECK_FALSE(answered.refused);
  CHECK_FALSE(answered.token_out.has_value());
  REQUIRE(token.challenge().has_value());
  CHECK(token.challenge()->target_name == "Server");
  CHECK(token.step(raw("00")).done);
  CHECK_FALSE(token.error().has_value());
}

TEST_CASE("the probe refuses what is no challenge and says why") {
  NtlmProbeToken token;
  CHECK_FALSE(token.step({}).done);
  const TokenStep answered = token.step(raw("0102"));
  CHECK(answered.done);
  CHECK(answered.refused);
  CHECK_FALSE(token.challenge().has_value());
  CHECK(token.error()->field == "Signature");
}
