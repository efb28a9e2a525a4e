#include "lab/udp_side.h"

#include <doctest/doctest.h>

#include <string>

#include "wire/rdpudp.h"

namespace rdpdoctor::lab {
namespace {

Bytes syn(std::uint16_t version, std::size_t size) {
  return wire::encode(wire::rdpudp_client_syn(version, 0x11223344), size);
}

std::string fates(UdpBehaviour behaviour, std::size_t size, int count) {
  UdpSide side(behaviour, 1);
  std::string out;
  for (int n = 0; n < count; ++n) out += side.answers_to(syn(2, size)).empty() ? 'x' : '.';
  return out;
}

wire::RdpudpSyn answer(UdpBehaviour behaviour, std::uint16_t version) {
  UdpSide side(behaviour, 0xFFFFFFFF);
  const auto answers = side.answers_to(syn(version, 1232));
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].size() == 1232);
  const auto decoded = wire::decode_rdpudp_syn(answers[0]);
  REQUIRE(decoded.has_value());
  CHECK(wire::is_syn_ack(*decoded));
  CHECK(decoded->header.sn_source_ack == 0x11223344);
  CHECK(decoded->initial_sequence_number == 0xFFFFFFFF);
  return *decoded;
}

}  // namespace

TEST_CASE("a SYN gets a SYN+ACK with the highest version that both know") {
  CHECK(wire::rdpudp_version_of(answer(UdpBehaviour::answers, 1)) == 1);
  CHECK(wire::rdpudp_version_of(answer(UdpBehaviour::answers, 2)) == 2);
  CHECK(wire::rdpudp_version_of(answer(UdpBehaviour::answers, 0x101)) == 2);
  CHECK(wire::rdpudp_version_of(answer(UdpBehaviour::v1_only, 2)) == 1);
  CHECK_FALSE(answer(UdpBehaviour::v1_only, 2).syn_ex);
}

TEST_CASE("what is dropped is dropped by size, or two of five by arrival") {
  CHECK(fates(UdpBehaviour::answers, 1232, 5) == ".....");
  CHECK(fates(UdpBehaviour::silent, 20, 5) == "xxxxx");
  CHECK(fates(UdpBehaviour::drops_large, 1000, 5) == ".....");
  CHECK(fates(UdpBehaviour::drops_large, 1001, 5) == "xxxxx");
  CHECK(fates(UdpBehaviour::drops_some, 1232, 10) == "..xx...xx.");
}

TEST_CASE("anything but a SYN is met with silence") {
  UdpSide side(UdpBehaviour::answers, 1);
  CHECK(side.answers_to({}).empty());
  CHECK(side.answers_to(Bytes(1232)).empty());
  const Bytes ours = wire::encode(wire::rdpudp_syn_ack(wire::rdpudp_client_syn(2, 5), 2, 6), 1232);
  CHECK(side.answers_to(ours).empty());
}

}  // namespace rdpdoctor::lab
