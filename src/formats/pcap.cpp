// The older format: draft-ietf-opsawg-pcap. Also the variant with longer packet headers that some Linux
// kernels' tools wrote (magic number 0xa1b2cd34).
#include "formats/pcap.h"

#include "formats/capture_formats.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::size_t file_header_bytes = 24;
constexpr std::uint32_t microseconds = 0xa1b2c3d4;
constexpr std::uint32_t nanoseconds = 0xa1b23c4d;
constexpr std::uint32_t longer_headers = 0xa1b2cd34;
constexpr std::uint32_t section_header = 0x0a0d0d0a;

class Pcap : public CaptureFormat {
 public:
  Pcap(std::uint32_t magic, bool big_endian, std::uint32_t link_type)
      : big_endian_(big_endian),
        link_type_(link_type),
        fraction_(magic == nanoseconds ? 1'000'000'000 : 1'000'000),
        header_(magic == longer_headers ? 24 : 16) {}

  std::optional<CapturedPacket> next(CaptureWindow& window, std::uint64_t number,
                                     CaptureDamage& damage) override {
    window.skip(unread_);
    unread_ = 0;
    while (true) {
      const View header = window.ahead(header_);
      if (header.empty()) return std::nullopt;
      const std::size_t captured = header.size() < header_ ? longest_packet : field(header, 8);
      if (captured <= longest_packet && header.size() == header_) {
        const View whole = window.ahead(header_ + captured);
        if (whole.size() == header_ + captured) return packet(whole);
      }
      const std::uint64_t at = window.at();
      const bool too_long = longest_packet < captured;
      if (find_sound_place(window)) {
        damage.note(number, at, too_long ? "a length that no packet has" : "a length beyond the end");
        continue;
      }
      damage.note(number, at, too_long ? "a length that no packet has" : "cut off");
      damage.cut_off = !too_long;
      return std::nullopt;
    }
  }

 private:
  [[nodiscard]] std::uint32_t field(View header, std::size_t at) const {
    return load_u32(header, at, big_endian_);
  }

  CapturedPacket packet(View whole) {
    unread_ = whole.size();
    seconds_ = field(whole, 0);
    const std::int64_t fraction = field(whole, 4);
    return {.link_type = link_type_,
            .at_us = std::int64_t{seconds_} * 1'000'000 + fraction / (fraction_ / 1'000'000),
            .original_bytes = field(whole, 12),
            .bytes = whole.subspan(header_)};
  }

  // Two packets one after the other that could be, or one that ends with the file.
  [[nodiscard]] bool sound(View from) const {
    if (!sound_header(from)) return false;
    const std::size_t length = header_ + field(from, 8);
    if (from.size() < length) return false;
    return from.size() == length || sound_header(from.subspan(length));
  }
  [[nodiscard]] bool sound_header(View from) const {
    constexpr std::uint32_t a_week = 7 * 24 * 3600;
    if (from.size() < header_) return false;
    const std::uint32_t since = field(from, 0) - seconds_ + a_week;
    const std::uint32_t captured = field(from, 8);
    return (seconds_ == 0 || since <= 2 * a_week) && field(from, 4) < fraction_ && 0 < captured &&
           captured <= longest_packet && captured <= field(from, 12) && field(from, 12) <= 4 * longest_packet;
  }

  // From the next byte on; at the end of the file when there is none.
  bool find_sound_place(CaptureWindow& window) const {
    constexpr std::size_t enough = longest_packet + 64;
    window.skip(1);
    while (true) {
      const View bytes = window.ahead(search_window);
      const std::size_t places = bytes.size() < search_window ? bytes.size() : search_window - enough;
      for (std::size_t i = 0; i < places; ++i) {
        if (!sound(bytes.subspan(i))) continue;
        window.skip(i);
        return true;
      }
      window.skip(places);
      if (bytes.size() < search_window) return false;
    }
  }

  bool big_endian_;
  std::uint32_t link_type_;
  std::int64_t fraction_;  // of a second
  std::size_t header_;
  std::uint32_t seconds_ = 0;  // of the last packet
  std::size_t unread_ = 0;     // of the packet that was given last
};

}  // namespace

const std::string& CaptureFormat::tls_secrets() const {
  static const std::string none;
  return none;
}

bool is_capture(View first) {
  if (first.size() < 4) return false;
  for (bool big_endian : {false, true}) {
    const std::uint32_t magic = load_u32(first, 0, big_endian);
    if (magic == microseconds || magic == nanoseconds || magic == longer_headers || magic == section_header)
      return true;
  }
  return false;
}

std::unique_ptr<CaptureFormat> open_pcap(CaptureWindow& window) {
  const View header = window.ahead(file_header_bytes);
  if (header.size() < file_header_bytes) return nullptr;
  for (bool big_endian : {false, true}) {
    const std::uint32_t magic = load_u32(header, 0, big_endian);
    if (magic != microseconds && magic != nanoseconds && magic != longer_headers) continue;
    // The upper half tells of frame check sequences.
    const std::uint32_t link_type = load_u32(header, 20, big_endian) & 0xffffU;
    window.skip(file_header_bytes);
    return std::make_unique<Pcap>(magic, big_endian, link_type);
  }
  return nullptr;
}

}  // namespace rdpdoctor::formats
