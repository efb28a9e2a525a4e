// Who sent a RST, by its TTL beside that of the host's own packets.
#include "causes/engine/reset_senders.h"

#include <doctest/doctest.h>

#include "support/probe_evidence.h"

namespace rdpdoctor::causes {
namespace {

using namespace test;

Connection& ended(Evidence& e, std::uint32_t syn_ack, std::vector<std::uint32_t> data,
                  std::vector<std::uint32_t> resets) {
  Connection& c = e.add("standard", "handshake");
  c.tls = rst(8);
  c.ending = Ending::reset;
  evidence::SeenPackets seen;
  seen.syn_ack_ttl = syn_ack;
  seen.data_ttl = std::move(data);
  for (std::uint32_t ttl : resets) seen.resets.push_back({ttl, 20});
  c.tcp.packets = Reading<evidence::SeenPackets>::present(std::move(seen));
  return c;
}

Compared where(std::uint32_t syn_ack, std::vector<std::uint32_t> data, std::vector<std::uint32_t> resets) {
  Evidence e;
  return reset_sender(ended(e, syn_ack, std::move(data), std::move(resets))).where;
}

}  // namespace

TEST_CASE("the host's data tells its distance before its SYN-ACK does, which a firewall may send for it") {
  CHECK(where(125, {125}, {62}) == Compared::nearer);
  CHECK(where(63, {125}, {125}) == Compared::same);
  CHECK(where(63, {125}, {63}) == Compared::nearer);
  CHECK(where(125, {}, {125}) == Compared::same);
}

TEST_CASE("only the first RST ended the connection") {
  CHECK(where(125, {125}, {125, 62}) == Compared::same);
  CHECK(where(125, {125}, {62, 125}) == Compared::nearer);
}

TEST_CASE("a path that changes under the connection tells only what is the host's own") {
  CHECK(where(125, {125, 124}, {124}) == Compared::same);
  CHECK(where(125, {125, 124}, {62}) == Compared::not_told);
}

TEST_CASE("what was not watched or not seen tells nothing") {
  Evidence e;
  Connection& c = ended(e, 125, {125}, {});
  CHECK(reset_sender(c).where == Compared::not_told);
  CHECK_FALSE(reset_senders({&c}).told());
  CHECK_FALSE(reset_senders({&c}).unwatched);
  c.tcp.packets = Reading<evidence::SeenPackets>::unreadable("no right");
  CHECK(reset_senders({&c}).unwatched);
  CHECK_FALSE(all_from_host(reset_senders({&c})));
  CHECK(where(0, {}, {62}) == Compared::not_told);
}

TEST_CASE("one connection does not settle who resets, two do") {
  Evidence e;
  ended(e, 125, {125}, {62});
  CHECK_FALSE(all_from_elsewhere(hello_resets(e.file)));
  ended(e, 125, {125}, {62});
  CHECK(all_from_elsewhere(hello_resets(e.file)));
  ended(e, 125, {125}, {125});
  CHECK_FALSE(all_from_elsewhere(hello_resets(e.file)));
}

TEST_CASE("farther than what accepted is behind it; farther than the host's data is elsewhere") {
  Evidence e;
  Connection& accepted = ended(e, 63, {}, {125});
  CHECK(reset_senders({&accepted}).behind.size() == 1);
  CHECK(
      sender_words({&accepted}, 1) ==
      "the RST came from 3 hops away (TTL 125), what accepted the connection is 1 hop away (TTL 63), 1 of 1");
  Connection& host = ended(e, 125, {125}, {50});
  CHECK(reset_senders({&host}).elsewhere.size() == 1);
  CHECK(sender_words({&host}, 2) ==
        "the RST came from 14 hops away (TTL 50), the host is 3 hops away (TTL 125), 1 of 2");
}

}  // namespace rdpdoctor::causes
