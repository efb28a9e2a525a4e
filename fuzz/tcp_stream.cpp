// One direction of a TCP connection: whatever order, repeats, overlaps and acknowledgments, each byte comes
// once and at its place. The input is a list of segments: where, how long, and what the other side says.

#include "analyze/tcp_stream.h"

#include <algorithm>

#include "fuzz.h"

namespace rdpdoctor::fuzz {
namespace {

constexpr std::uint32_t stream_bytes = 4096;

std::uint8_t byte_at(std::uint64_t place) {
  return static_cast<std::uint8_t>(place * 7 + place / 251);
}

class Checked final : public analyze::StreamSink {
 public:
  void bytes(View payload) override {
    for (std::uint8_t byte : payload) expects(byte == byte_at(place++));
  }
  void lost(std::uint64_t bytes) override {
    expects(bytes > 0);
    place += bytes;
  }
  std::uint64_t place = 0;
};

}  // namespace

void run(View bytes) {
  if (bytes.size() < 4) return;
  Bytes data(stream_bytes);
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = byte_at(i);
  const std::uint32_t first = std::uint32_t{bytes[0]} << 24 | 0xffff00U | bytes[1];
  analyze::TcpStream stream;
  stream.begin(first);
  Checked sink;
  for (bytes = bytes.subspan(2); bytes.size() >= 4; bytes = bytes.subspan(4)) {
    const std::uint32_t from = (bytes[0] << 8U | bytes[1]) % stream_bytes;
    const std::uint32_t length = std::min(bytes[2] * 3U, stream_bytes - from);
    const std::uint32_t captured = bytes[3] % 8 == 7 ? length / 2 : length;
    switch (bytes[3] % 16) {
      case 0: stream.acknowledged(first + from, sink); break;
      case 1: stream.fin(first + from); break;
      default: stream.segment(first + from, View(data).subspan(from, captured), length, sink);
    }
    expects(sink.place <= stream_bytes && stream.bytes() <= stream_bytes);
  }
  stream.over((bytes.size() & 1U) != 0, sink);
  expects(sink.place <= stream_bytes);
}

}  // namespace rdpdoctor::fuzz
