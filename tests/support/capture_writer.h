// Captures for tests: packets of a TCP connection between a client and a host, and the files that hold them.
#pragma once

#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace rdpdoctor::test {

struct TestPacket {
  bool from_client = true;
  std::uint16_t client_port = 50000;
  std::uint16_t host_port = 3389;
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgment = 0;
  std::string_view flags = "A";  // of S A F R P
  Bytes payload{};
  std::uint8_t ttl = 0;  // 0: 128 of the client, 125 of the host
  std::uint16_t ip_id = 0;
  bool v6 = false;
  std::uint16_t mss = 0;
  bool udp = false;
};

inline void put_mss(Writer& out, std::uint16_t mss) {
  if (mss != 0) out.u8(2).u8(4).u16be(mss);
}

inline Bytes transport(const TestPacket& p) {
  Writer out;
  out.u16be(p.from_client ? p.client_port : p.host_port).u16be(p.from_client ? p.host_port : p.client_port);
  if (p.udp) {
    out.u16be(static_cast<std::uint16_t>(8 + p.payload.size())).u16be(0);
  } else {
    unsigned flags = 0;
    for (char flag : p.flags) {
      flags |= flag == 'F' ? 1U : flag == 'S' ? 2U : flag == 'R' ? 4U : flag == 'P' ? 8U : 16U;
    }
    out.u32be(p.sequence).u32be(p.acknowledgment);
    out.u8(p.mss != 0 ? 0x60 : 0x50).u8(static_cast<std::uint8_t>(flags)).u16be(64000).u16be(0).u16be(0);
    put_mss(out, p.mss);
  }
  out.bytes(p.payload);
  return out.take();
}

inline Bytes ip_packet(std::uint8_t protocol, bool from_client, const Bytes& inner, std::uint8_t ttl,
                       std::uint16_t ip_id, bool v6) {
  Writer out;
  const std::uint8_t from = from_client ? 1 : 2;
  const auto to = static_cast<std::uint8_t>(3 - from);
  if (v6) {
    out.u32be(0x60000000).u16be(static_cast<std::uint16_t>(inner.size())).u8(protocol).u8(ttl);
    for (std::uint8_t last : {from, to}) out.u32be(0x20010db8).u32be(0).u32be(0).u32be(last);
  } else {
    out.u8(0x45).u8(0).u16be(static_cast<std::uint16_t>(20 + inner.size())).u16be(ip_id).u16be(0x4000);
    out.u8(ttl).u8(protocol).u16be(0).u32be(0x0a000000U + from).u32be(0x0a000000U + to);
  }
  out.bytes(inner);
  return out.take();
}

// The IP packet: 10.0.0.1 (2001:db8::1) is the client, 10.0.0.2 the host.
inline Bytes ip_packet(const TestPacket& p) {
  const std::uint8_t ttl = p.ttl != 0 ? p.ttl : p.from_client ? 128 : 125;
  return ip_packet(p.udp ? 17 : 6, p.from_client, transport(p), ttl, p.ip_id, p.v6);
}

// An ICMP error of 10.0.0.9 about a packet of the client's.
inline Bytes icmp_about(const TestPacket& about, std::uint8_t type, std::uint8_t code, std::uint16_t mtu) {
  Writer icmp;
  icmp.u8(type).u8(code).u16be(0).u16be(0).u16be(mtu);
  const Bytes quoted = ip_packet(about);
  icmp.bytes(View(quoted).first(28));
  Bytes packet = ip_packet(1, false, icmp.take(), 60, 7, false);
  packet[15] = 9;
  packet[19] = 1;
  return packet;
}

inline Bytes ethernet(const Bytes& ip, std::size_t padded_to = 0) {
  Writer out;
  out.bytes(Bytes(12, 0x02)).u16be((ip[0] >> 4) == 6 ? 0x86dd : 0x0800).bytes(ip);
  while (out.size() < padded_to) out.u8(0);
  return out.take();
}

struct TimedFrame {
  std::int64_t at_us = 0;
  Bytes frame;
  std::uint32_t original = 0;  // 0: as long as it is
};

class PcapFile {
 public:
  explicit PcapFile(std::uint32_t link_type = 1, bool big_endian = false, bool nanoseconds = false)
      : big_(big_endian), nano_(nanoseconds) {
    u32(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4);
    u16(2), u16(4), u32(0), u32(0), u32(262144), u32(link_type);
  }
  void add(const TimedFrame& f) {
    u32(static_cast<std::uint32_t>(f.at_us / 1'000'000));
    u32(static_cast<std::uint32_t>(f.at_us % 1'000'000 * (nano_ ? 1000 : 1)));
    const auto size = static_cast<std::uint32_t>(f.frame.size());
    u32(size), u32(f.original != 0 ? f.original : size);
    out_.bytes(f.frame);
  }
  [[nodiscard]] const Bytes& bytes() const { return out_.view(); }

 private:
  void u16(std::uint16_t v) { big_ ? out_.u16be(v) : out_.u16le(v); }
  void u32(std::uint32_t v) { big_ ? out_.u32be(v) : out_.u32le(v); }
  bool big_;
  bool nano_;
  Writer out_;
};

// Blocks of a pcapng file, one after the other.
class PcapngFile {
 public:
  explicit PcapngFile(bool big_endian = false) { section(big_endian); }
  void section(bool big_endian) {
    big_ = big_endian;
    Writer body;
    u32(body, 0x1a2b3c4d), u16(body, 1), u16(body, 0), u32(body, 0xffffffff), u32(body, 0xffffffff);
    block(0x0a0d0d0a, body.take());
  }
  // `resolution` as if_tsresol has it.
  void interface(std::uint16_t link_type, std::uint8_t resolution = 6) {
    Writer body;
    u16(body, link_type), u16(body, 0), u32(body, 262144);
    u16(body, 9), u16(body, 1);
    body.u8(resolution).u8(0).u16be(0);
    u16(body, 0), u16(body, 0);
    block(1, body.take());
  }
  void enhanced(std::uint32_t of_interface, std::uint64_t ticks, const Bytes& frame) {
    Writer body;
    const auto size = static_cast<std::uint32_t>(frame.size());
    u32(body, of_interface), u32(body, static_cast<std::uint32_t>(ticks >> 32));
    u32(body, static_cast<std::uint32_t>(ticks)), u32(body, size), u32(body, size);
    block(6, body.bytes(frame).take());
  }
  void simple(const Bytes& frame) {
    Writer body;
    u32(body, static_cast<std::uint32_t>(frame.size()));
    block(3, body.bytes(frame).take());
  }
  void obsolete(std::uint16_t of_interface, std::uint64_t ticks, const Bytes& frame) {
    Writer body;
    const auto size = static_cast<std::uint32_t>(frame.size());
    u16(body, of_interface), u16(body, 0), u32(body, static_cast<std::uint32_t>(ticks >> 32));
    u32(body, static_cast<std::uint32_t>(ticks)), u32(body, size), u32(body, size);
    block(2, body.bytes(frame).take());
  }
  void secrets(std::string_view text) {
    Writer body;
    u32(body, 0x544c534b), u32(body, static_cast<std::uint32_t>(text.size()));
    block(10, body.text(text).take());
  }
  void block(std::uint32_t type, Bytes body) {
    while (body.size() % 4 != 0) body.push_back(0);
    const auto length = static_cast<std::uint32_t>(body.size() + 12);
    u32(out_, type), u32(out_, length);
    out_.bytes(body);
    u32(out_, length);
  }
  void raw(const Bytes& bytes) { out_.bytes(bytes); }
  [[nodiscard]] const Bytes& bytes() const { return out_.view(); }

 private:
  void u16(Writer& out, std::uint16_t v) const { big_ ? out.u16be(v) : out.u16le(v); }
  void u32(Writer& out, std::uint32_t v) const { big_ ? out.u32be(v) : out.u32le(v); }
  bool big_ = false;
  Writer out_;
};

}  // namespace rdpdoctor::test
