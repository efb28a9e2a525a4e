#include "wire/rdpudp.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "wire/rdpudp2.h"

using namespace rdpdoctor;
using namespace rdpdoctor::wire;

namespace {

Bytes raw(std::string_view text) {
  return from_hex(text).value();
}
Bytes padded(std::string_view text) {
  Bytes out = raw(text);
  out.resize(1232);
  return out;
}
// As Windows' own client and host write them, with random numbers of our own.
const Bytes client_syn = padded(
    "ffffffff 0040 1801 11223344 04d0 04d0"
    "a1a2a3a4a5a6a7a8a9aaabacadaeafb0 00000000000000000000000000000000 0001 0002");
const Bytes host_syn_ack = padded("11223344 0040 1005 55667788 04d0 04d0 0001 0002");
// [MS-RDPEUDP] 4.1.2, without its padding.
const Bytes spec_syn_ack = raw("00000042 0400 0005 00000042 04D0 04D0");

}  // namespace

TEST_CASE("a client's SYN is decoded field by field") {
  const auto syn = decode_rdpudp_syn(client_syn);
  REQUIRE(syn.has_value());
  CHECK(syn->header.sn_source_ack == rdpudp_no_source_ack);
  CHECK(syn->header.receive_window_size == 64);
  CHECK(syn->header.flags == (RDPUDP_FLAG_SYN | RDPUDP_FLAG_CORRELATION_ID | RDPUDP_FLAG_SYNEX));
  CHECK(syn->initial_sequence_number == 0x11223344);
  CHECK(syn->up_stream_mtu == 1232);
  CHECK(syn->correlation_id->front() == 0xA1);
  CHECK(syn->correlation_id->back() == 0xB0);
  CHECK(syn->syn_ex->version == RDPUDP_PROTOCOL_VERSION_2);
  CHECK_FALSE(syn->syn_ex->cookie_hash);
  CHECK_FALSE(is_syn_ack(*syn));
  CHECK(encode(*syn, 1232) == client_syn);
}

TEST_CASE("a host's answer is decoded, with and without a version") {
  const auto with = decode_rdpudp_syn(host_syn_ack);
  REQUIRE(with.has_value());
  CHECK(is_syn_ack(*with));
  CHECK(rdpudp_version_of(*with) == RDPUDP_PROTOCOL_VERSION_2);
  const auto without = decode_rdpudp_syn(spec_syn_ack);
  REQUIRE(without.has_value());
  CHECK(is_syn_ack(*without));
  CHECK(without->header.receive_window_size == 1024);
  CHECK(rdpudp_version_of(*without) == RDPUDP_PROTOCOL_VERSION_1);
  CHECK(encode(*without, 0) == spec_syn_ack);
}

TEST_CASE("a version that is not marked as valid counts for nothing") {
  const auto syn = decode_rdpudp_syn(raw("11223344 0040 1005 55667788 04d0 04d0 0000 0002"));
  REQUIRE(syn.has_value());
  CHECK(rdpudp_version_of(*syn) == RDPUDP_PROTOCOL_VERSION_1);
}

TEST_CASE("our SYNs are those of the specification, with zeros after them") {
  const Bytes version1 = encode(rdpudp_client_syn(RDPUDP_PROTOCOL_VERSION_1, 0x01020304), 1232);
  CHECK(version1 == padded("ffffffff 0040 0001 01020304 04d0 04d0"));
  const Bytes version2 = encode(rdpudp_client_syn(RDPUDP_PROTOCOL_VERSION_2, 0x01020304), 0);
  CHECK(version2 == raw("ffffffff 0040 1001 01020304 04d0 04d0 0001 0002"));
  const Bytes version3 = encode(rdpudp_client_syn(RDPUDP_PROTOCOL_VERSION_3, 0x01020304), 1232);
  CHECK(version3 == padded("ffffffff 0040 1001 01020304 04d0 04d0 0001 0101"));
  const auto decoded = decode_rdpudp_syn(version3);
  REQUIRE(decoded.has_value());
  CHECK(decoded->syn_ex->cookie_hash == std::array<std::uint8_t, 32>{});
}

TEST_CASE("a host takes the highest version that both know") {
  const auto answer = [](std::uint16_t offered, std::uint16_t known) {
    return rdpudp_version_of(rdpudp_syn_ack(rdpudp_client_syn(offered, 1), known, 2));
  };
  CHECK(answer(1, 2) == 1);
  CHECK(answer(2, 2) == 2);
  CHECK(answer(0x101, 2) == 2);
  CHECK(answer(2, 0x101) == 2);
  CHECK(answer(0x101, 0x101) == 0x101);
  CHECK(answer(2, 1) == 1);
  const auto syn_ack = rdpudp_syn_ack(rdpudp_client_syn(2, 7), 2, 9);
  CHECK(syn_ack.header.sn_source_ack == 7);
  CHECK(is_syn_ack(syn_ack));
  CHECK(decode_rdpudp_syn(encode(syn_ack, 1232)).has_value());
}

TEST_CASE("a SYN cut anywhere within its parts is an error, and within its padding it is not") {
  const struct {
    Bytes bytes;
    std::size_t least;
  } each[] = {{client_syn, 52},
              {host_syn_ack, 20},
              {spec_syn_ack, 16},
              {encode(rdpudp_client_syn(RDPUDP_PROTOCOL_VERSION_3, 5), 1232), 52}};
  for (const auto& [bytes, least] : each) {
    for (std::size_t n = 0; n <= bytes.size(); ++n) {
      CHECK(decode_rdpudp_syn(View(bytes).first(n)).has_value() == (least <= n));
    }
  }
}

TEST_CASE("what is no SYN is told so") {
  const auto none = decode_rdpudp_syn(raw("11223344 0040 0004 55667788 04d0 04d0"));
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().field == "uFlags");
}

TEST_CASE("data after the handshake: acknowledgments, their padding, and the payload") {
  const Bytes datagram = raw("0b127f16 00c8 000c 0001 00 1f 0f94ea0c 0f94ea0d 160303");
  const auto data = decode_rdpudp_data(datagram);
  REQUIRE(data.has_value());
  CHECK(data->header.sn_source_ack == 0x0b127f16);
  CHECK(hex(data->ack_vector) == "00");
  CHECK(data->sn_coded == 0x0f94ea0c);
  CHECK(data->sn_source_start == 0x0f94ea0d);
  CHECK(hex(data->payload) == "160303");
  for (std::size_t n = 0; n < datagram.size(); ++n) {
    const auto cut = decode_rdpudp_data(View(datagram).first(n));
    CHECK(cut.has_value() == (20 <= n));
  }
  CHECK(decode_rdpudp_data(raw("00000001 0040 0104 0000 0000 00000009"))->ack_of_acks == 9U);
  CHECK_FALSE(decode_rdpudp_data(raw("00000001 0040 0004 0801")).has_value());
  CHECK_FALSE(decode_rdpudp_data(client_syn).has_value());
}

TEST_CASE("a packet of version 0x0101: the prefix byte is put back and taken off") {
  // A dummy, as Windows sends them to find out the size that passes.
  const auto packet = decode_rdpudp2(raw("00 14 c0 64 00 65 00 f0 01 02"));
  REQUIRE(packet.has_value());
  CHECK(packet->packet_type == 8);
  CHECK(packet->flags == (RDPUDP2_AOA | RDPUDP2_DATA));
  CHECK(packet->log_window_size == 12);
  CHECK(hex(packet->payloads) == "64006500000102");
  const auto brief = decode_rdpudp2(raw("00 10 c0 64 00 00 00 80"));
  REQUIRE(brief.has_value());
  CHECK(hex(brief->payloads) == "6400");
  const Bytes whole = raw("00 14 c0 64 00 65 00 e0 01");
  for (std::size_t n = 0; n <= whole.size(); ++n) {
    CHECK(decode_rdpudp2(View(whole).first(n)).has_value() == (8 <= n));
  }
  CHECK_FALSE(decode_rdpudp2(raw("00 14 c0 64 00 65 00 00")).has_value());
}
