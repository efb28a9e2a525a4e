#include "wire/rdpudp.h"

#include <algorithm>

namespace rdpdoctor::wire {
namespace {

constexpr std::size_t most_ack_vector = 2048;  // [MS-RDPEUDP] 2.2.2.7

RdpudpHeader read_header(Reader& r) {
  RdpudpHeader header;
  header.sn_source_ack = r.u32be("snSourceAck");
  header.receive_window_size = r.u16be("uReceiveWindowSize");
  header.flags = r.u16be("uFlags");
  return header;
}

template <std::size_t n>
std::array<std::uint8_t, n> read_array(Reader& r, std::string_view field) {
  std::array<std::uint8_t, n> out{};
  std::ranges::copy(r.bytes(n, field), out.begin());
  return out;
}

// uUdpVer means something only when the flag says so, but is there anyway ([MS-RDPEUDP] 2.2.2.9).
RdpudpSynEx read_syn_ex(Reader& r, bool is_answer) {
  RdpudpSynEx out;
  out.flags = r.u16be("uSynExFlags");
  out.version = r.u16be("uUdpVer");
  bool offers_3 =
      (out.flags & RDPUDP_VERSION_INFO_VALID) != 0 && out.version == RDPUDP_PROTOCOL_VERSION_3 && !is_answer;
  if (offers_3) out.cookie_hash = read_array<32>(r, "cookieHash");
  return out;
}

std::uint16_t flags_of(const RdpudpSyn& syn) {
  unsigned flags = syn.header.flags | RDPUDP_FLAG_SYN;
  flags &= ~unsigned{RDPUDP_FLAG_CORRELATION_ID | RDPUDP_FLAG_SYNEX};
  if (syn.correlation_id) flags |= RDPUDP_FLAG_CORRELATION_ID;
  if (syn.syn_ex) flags |= RDPUDP_FLAG_SYNEX;
  return static_cast<std::uint16_t>(flags);
}

}  // namespace

Bytes encode(const RdpudpSyn& syn, std::size_t padded_to) {
  Writer w;
  w.u32be(syn.header.sn_source_ack).u16be(syn.header.receive_window_size).u16be(flags_of(syn));
  w.u32be(syn.initial_sequence_number).u16be(syn.up_stream_mtu).u16be(syn.down_stream_mtu);
  if (syn.correlation_id) {
    constexpr std::array<std::uint8_t, 16> reserved{};
    w.bytes(*syn.correlation_id).bytes(reserved);
  }
  if (syn.syn_ex) {
    w.u16be(syn.syn_ex->flags).u16be(syn.syn_ex->version);
    if (syn.syn_ex->cookie_hash) w.bytes(*syn.syn_ex->cookie_hash);
  }
  Bytes out = w.take();
  if (out.size() < padded_to) out.resize(padded_to);
  return out;
}

Decoded<RdpudpSyn> decode_rdpudp_syn(View datagram) {
  Reader r(datagram);
  RdpudpSyn syn;
  syn.header = read_header(r);
  if (r.ok() && (syn.header.flags & RDPUDP_FLAG_SYN) == 0) r.fail("uFlags", "no RDPUDP_FLAG_SYN");
  syn.initial_sequence_number = r.u32be("snInitialSequenceNumber");
  syn.up_stream_mtu = r.u16be("uUpStreamMtu");
  syn.down_stream_mtu = r.u16be("uDownStreamMtu");
  if ((syn.header.flags & RDPUDP_FLAG_CORRELATION_ID) != 0) {
    syn.correlation_id = read_array<16>(r, "uCorrelationId");
    r.skip(16, "uReserved");
  }
  if ((syn.header.flags & RDPUDP_FLAG_SYNEX) != 0) {
    syn.syn_ex = read_syn_ex(r, (syn.header.flags & RDPUDP_FLAG_ACK) != 0);
  }
  if (r.error()) return std::unexpected(*r.error());
  return syn;
}

RdpudpSyn rdpudp_client_syn(std::uint16_t version, std::uint32_t initial_sequence_number) {
  RdpudpSyn syn{.header = {.flags = RDPUDP_FLAG_SYN}, .initial_sequence_number = initial_sequence_number};
  if (version != RDPUDP_PROTOCOL_VERSION_1) syn.syn_ex = RdpudpSynEx{.version = version};
  // The hash of a cookie that a session would have given; without one, Windows' own client sends zeros.
  if (version == RDPUDP_PROTOCOL_VERSION_3) syn.syn_ex->cookie_hash.emplace();
  return syn;
}

RdpudpSyn rdpudp_syn_ack(const RdpudpSyn& syn, std::uint16_t highest, std::uint32_t initial_sequence_number) {
  RdpudpSyn out{
      .header = {.sn_source_ack = syn.initial_sequence_number, .flags = RDPUDP_FLAG_SYN | RDPUDP_FLAG_ACK},
      .initial_sequence_number = initial_sequence_number,
      .up_stream_mtu = std::clamp(syn.up_stream_mtu, rdpudp_least_mtu, rdpudp_largest_mtu),
      .down_stream_mtu = std::clamp(syn.down_stream_mtu, rdpudp_least_mtu, rdpudp_largest_mtu)};
  if (syn.syn_ex && highest != RDPUDP_PROTOCOL_VERSION_1) {
    out.syn_ex = RdpudpSynEx{.version = std::min(syn.syn_ex->version, highest)};
  }
  return out;
}

bool is_syn_ack(const RdpudpSyn& syn) {
  return (syn.header.flags & RDPUDP_FLAG_ACK) != 0;
}

std::uint16_t rdpudp_version_of(const RdpudpSyn& syn_ack) {
  bool told = syn_ack.syn_ex && (syn_ack.syn_ex->flags & RDPUDP_VERSION_INFO_VALID) != 0;
  return told ? syn_ack.syn_ex->version : RDPUDP_PROTOCOL_VERSION_1;
}

Decoded<RdpudpData> decode_rdpudp_data(View datagram) {
  Reader r(datagram);
  RdpudpData out;
  out.header = read_header(r);
  auto has = [&](std::uint16_t flag) { return (out.header.flags & flag) != 0; };
  if (has(RDPUDP_FLAG_SYN)) r.fail("uFlags", "RDPUDP_FLAG_SYN");
  if (has(RDPUDP_FLAG_ACK)) {
    std::size_t size = r.u16be("uAckVectorSize");
    if (most_ack_vector < size) r.fail("uAckVectorSize", "more than 2048");
    out.ack_vector = r.bytes(size, "AckVector");
    r.skip((4 - (size + 2) % 4) % 4, "padding");  // of any value, to a whole number of 32-bit words
  }
  if (has(RDPUDP_FLAG_ACK_OF_ACKS)) out.ack_of_acks = r.u32be("snResetSeqNum");
  if (has(RDPUDP_FLAG_DATA) && !has(RDPUDP_FLAG_FEC)) {
    out.sn_coded = r.u32be("snCoded");
    out.sn_source_start = r.u32be("snSourceStart");
  }
  out.payload = r.rest();
  if (r.error()) return std::unexpected(*r.error());
  return out;
}

}  // namespace rdpdoctor::wire
