#include "formats/pcap.h"

#include <doctest/doctest.h>

#include <memory>

#include "support/capture_writer.h"

namespace rdpdoctor::formats {
namespace {

using test::PcapFile;
using test::PcapngFile;

struct Kept {
  std::uint32_t link_type = 0;
  std::int64_t at_us = 0;
  std::uint32_t original = 0;
  Bytes bytes;
};
struct All {
  std::vector<Kept> packets;
  std::uint64_t damaged = 0;
  std::string problem;
  bool cut_off = false;
  std::string secrets;
};

// One byte with each read.
class Drip : public ByteSource {
 public:
  explicit Drip(View bytes) : bytes_(bytes) {}
  Result<std::size_t> read(std::span<std::uint8_t> out) override {
    if (at_ == bytes_.size() || out.empty()) return 0;
    out[0] = bytes_[at_++];
    return 1;
  }
  std::uint64_t consumed() const override { return at_; }
  std::optional<std::uint64_t> total() const override { return std::nullopt; }

 private:
  View bytes_;
  std::size_t at_ = 0;
};

All read_all_of(std::unique_ptr<ByteSource> source) {
  All out;
  auto reader = CaptureReader::open(std::move(source));
  REQUIRE(reader.has_value());
  while (auto packet = reader->next()) {
    out.packets.push_back({packet->link_type, packet->at_us, packet->original_bytes,
                           Bytes(packet->bytes.begin(), packet->bytes.end())});
  }
  CHECK(reader->packets() == out.packets.size());
  out.damaged = reader->damaged();
  out.problem = reader->problem();
  out.cut_off = reader->cut_off();
  out.secrets = reader->tls_secrets();
  return out;
}
All read_all_of(const Bytes& file) {
  return read_all_of(over(file));
}

constexpr std::int64_t at = 1'700'000'000'123'456;

Bytes filled(std::size_t n, std::uint8_t value) {
  return Bytes(n, value);
}

PcapFile three_packets(bool big_endian = false, bool nanoseconds = false) {
  PcapFile file(1, big_endian, nanoseconds);
  for (std::uint8_t i = 0; i < 3; ++i) file.add({at + i, filled(60U + i, i), 0});
  return file;
}

}  // namespace

TEST_CASE("a pcap file of either byte order and resolution gives its packets") {
  for (bool big : {false, true}) {
    for (bool nano : {false, true}) {
      CAPTURE(big);
      CAPTURE(nano);
      const Bytes file = three_packets(big, nano).bytes();
      CHECK(is_capture(file));
      const All all = read_all_of(file);
      REQUIRE(all.packets.size() == 3);
      CHECK(all.packets[2].at_us == at + 2);
      CHECK(all.packets[2].bytes == filled(62, 2));
      CHECK(all.packets[2].link_type == 1);
      CHECK(all.damaged == 0);
      CHECK(read_all_of(std::make_unique<Drip>(file)).packets.size() == 3);
    }
  }
}

TEST_CASE("a pcap file that is cut off anywhere gives the packets before it") {
  const Bytes file = three_packets().bytes();
  for (std::size_t n = 0; n < 24; ++n)
    CHECK_FALSE(CaptureReader::open(over(View(file).first(n))).has_value());
  for (std::size_t n = 24; n < file.size(); ++n) {
    CAPTURE(n);
    const All all = read_all_of(over(View(file).first(n)));
    const std::size_t whole = n < 24 + 76 ? 0 : n < 24 + 76 + 77 ? 1 : 2;
    CHECK(all.packets.size() == whole);
    const bool between = n == 24 || n == 24 + 76 || n == 24 + 76 + 77;
    CHECK(all.cut_off != between);
    CHECK(all.damaged == (between ? 0 : 1));
  }
}

TEST_CASE("a packet with a length that can't be is passed over, and counted") {
  Bytes file = three_packets().bytes();
  const std::size_t second = 24 + 76;
  for (std::uint8_t high : Bytes{0x7f, 0xff}) {
    file[second + 11] = high;  // of its captured length
    const All all = read_all_of(file);
    REQUIRE(all.packets.size() == 2);
    CHECK(all.packets[1].bytes == filled(62, 2));
    CHECK(all.damaged == 1);
    CHECK(all.problem == "packet 2 at byte 100: a length that no packet has");
    CHECK_FALSE(all.cut_off);
  }
  file[second + 11] = 0;
  file[second + 10] = 2;  // 128 KiB: possible, but not there
  const All all = read_all_of(file);
  CHECK(all.packets.size() == 2);
  CHECK(all.problem == "packet 2 at byte 100: a length beyond the end");
}

TEST_CASE("rubbish between packets is passed over, however long") {
  for (std::size_t rubbish : {1UL, 1000UL, 3'000'000UL}) {
    Bytes file = three_packets().bytes();
    file.insert(file.begin() + 24 + 76, rubbish, 0xee);
    const All all = read_all_of(file);
    CAPTURE(rubbish);
    CHECK(all.packets.size() == 3);
    CHECK(all.damaged == 1);
  }
}

TEST_CASE("a packet as large as they come is read, and the snap length is told") {
  PcapFile file(101);
  file.add({at, filled(256 * 1024, 7), 300'000});
  const All all = read_all_of(file.bytes());
  REQUIRE(all.packets.size() == 1);
  CHECK(all.packets[0].bytes.size() == 256 * 1024);
  CHECK(all.packets[0].original == 300'000);
  CHECK(all.packets[0].link_type == 101);
}

TEST_CASE("a pcapng file of several sections, byte orders, interfaces and block types gives its packets") {
  PcapngFile file;
  file.interface(1);
  file.interface(113, 9);
  file.enhanced(0, at, filled(61, 1));
  file.block(0x0bad, filled(40, 9));  // unknown
  file.enhanced(1, static_cast<std::uint64_t>(at) * 1000 + 7, filled(3, 2));
  file.simple(filled(5, 3));
  file.secrets("CLIENT_RANDOM 00 11");
  file.section(true);
  file.interface(276, 0x80 | 20);
  file.obsolete(0, (static_cast<std::uint64_t>(at) / 1'000'000) << 20 | 1U << 19, filled(4, 4));
  for (bool drip : {false, true}) {
    const All all = drip ? read_all_of(std::make_unique<Drip>(file.bytes())) : read_all_of(file.bytes());
    REQUIRE(all.packets.size() == 4);
    CHECK(all.packets[0].at_us == at);
    CHECK(all.packets[0].bytes == filled(61, 1));
    CHECK(all.packets[1].at_us == at);
    CHECK(all.packets[1].link_type == 113);
    CHECK(all.packets[2].at_us == 0);
    CHECK(all.packets[2].link_type == 1);
    CHECK(all.packets[2].bytes == filled(5, 3));
    CHECK(all.packets[3].at_us == 1'700'000'000'500'000);
    CHECK(all.packets[3].link_type == 276);
    CHECK(all.damaged == 0);
    CHECK(all.secrets == "CLIENT_RANDOM 00 11\n");
  }
}

TEST_CASE("a pcapng file that is cut off anywhere gives the packets before it") {
  PcapngFile file;
  file.interface(1);
  const std::size_t begins = file.bytes().size();
  file.enhanced(0, at, filled(60, 1));
  const std::size_t first_ends = file.bytes().size();
  file.enhanced(0, at, filled(60, 2));
  for (std::size_t n = 28; n < file.bytes().size(); ++n) {
    CAPTURE(n);
    const All all = read_all_of(over(View(file.bytes()).first(n)));
    CHECK(all.packets.size() == (n < first_ends ? 0 : 1));
    CHECK(all.cut_off == (n != 28 && n != begins && n != first_ends));
  }
}

TEST_CASE("a broken block is passed over up to the next sound one, and counted") {
  for (std::size_t rubbish : {1UL, 12UL, 2'500'000UL}) {
    PcapngFile file;
    file.interface(1);
    file.enhanced(0, at, filled(60, 1));
    file.raw(filled(rubbish, 0xee));
    file.enhanced(0, at, filled(60, 2));
    const All all = read_all_of(file.bytes());
    CAPTURE(rubbish);
    REQUIRE(all.packets.size() == 2);
    CHECK(all.packets[1].bytes == filled(60, 2));
    CHECK(all.damaged == 1);
  }
}

TEST_CASE("a packet block that contradicts itself is counted, the next one is read") {
  PcapngFile file;
  file.interface(1);
  file.enhanced(5, at, filled(60, 1));  // an interface that is not there
  Bytes lying(20, 0);
  lying[14] = 1;  // 64 KiB captured, in an empty block
  file.block(6, lying);
  file.simple(filled(8, 2));
  const All all = read_all_of(file.bytes());
  CHECK(all.packets.size() == 1);
  CHECK(all.damaged == 2);
  CHECK(all.problem == "packet 1 at byte 60: a packet block that contradicts itself");
}

TEST_CASE("a changed byte anywhere gives packets or an error, never a crash") {
  PcapngFile file;
  file.interface(1);
  file.enhanced(0, at, filled(20, 1));
  file.secrets("x");
  for (const Bytes& whole : {file.bytes(), three_packets().bytes()}) {
    for (std::size_t i = 0; i < whole.size(); ++i) {
      for (std::uint8_t flip : Bytes{0x01, 0x80, 0xff}) {
        Bytes changed = whole;
        changed[i] ^= flip;
        auto reader = CaptureReader::open(over(changed));
        int packets = 0;
        while (reader && reader->next()) ++packets;
        CHECK(packets <= 4);
      }
    }
  }
}

}  // namespace rdpdoctor::formats
