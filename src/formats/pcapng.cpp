// The newer format: draft-ietf-opsawg-pcapng. A file is blocks; a section of it has its own byte order and
// its own list of interfaces.
#include <algorithm>
#include <array>
#include <bit>

#include "formats/capture_formats.h"
#include "formats/pcapng_time.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::uint32_t byte_order_magic = 0x1a2b3c4d;
constexpr std::uint32_t tls_key_log = 0x544c534b;
constexpr std::size_t least_block = 12;
constexpr std::size_t largest_block = 16 * 1024 * 1024;
constexpr std::size_t most_interfaces = 65536;
constexpr std::size_t most_secrets = 4 * 1024 * 1024;

enum BlockType : std::uint32_t {
  section_header = 0x0a0d0d0a,
  interface_description = 1,
  obsolete_packet = 2,
  simple_packet = 3,
  name_resolution = 4,
  interface_statistics = 5,
  enhanced_packet = 6,
  decryption_secrets = 10,
};

struct Interface {
  std::uint32_t link_type = 1;
  std::uint32_t snap_length = 0;  // 0: no limit
  PcapngTime time;
};

class Pcapng : public CaptureFormat {
 public:
  std::optional<CapturedPacket> next(CaptureWindow& window, std::uint64_t number,
                                     CaptureDamage& damage) override {
    window.skip(unread_);
    unread_ = 0;
    while (true) {
      const View head = window.ahead(least_block);
      if (head.empty()) return std::nullopt;
      const std::size_t length = block_length(head);
      const View block = length == 0 ? View{} : window.ahead(length);
      if (length != 0 && block.size() == length && load_u32(block, length - 4, big_endian_) == length) {
        auto packet = take(block, window.at(), number, damage);
        if (packet) return packet;
        window.skip(length);
        continue;
      }
      const std::uint64_t at = window.at();
      const bool beyond = head.size() < least_block || (length != 0 && block.size() < length);
      const bool found = find_sound_place(window);
      damage.note(number, at,
                  beyond ? (found ? "a block's length beyond the end" : "cut off") : "a broken block");
      if (!found) {
        damage.cut_off = beyond;
        return std::nullopt;
      }
    }
  }
  const std::string& tls_secrets() const override { return secrets_; }

 private:
  // 0 when it can't be. A section's header comes with its own byte order.
  std::size_t block_length(View head) {
    if (head.size() < least_block) return 0;
    if (load_u32(head, 0, big_endian_) == section_header) {
      if (load_u32(head, 8, false) == byte_order_magic)
        big_endian_ = false;
      else if (load_u32(head, 8, true) == byte_order_magic)
        big_endian_ = true;
      else
        return 0;
    }
    const std::size_t length = load_u32(head, 4, big_endian_);
    return least_block <= length && length <= largest_block && length % 4 == 0 ? length : 0;
  }

  std::optional<CapturedPacket> take(View block, std::uint64_t at, std::uint64_t number,
                                     CaptureDamage& damage) {
    const std::uint32_t type = load_u32(block, 0, big_endian_);
    const View body = block.subspan(8, block.size() - least_block);
    std::optional<CapturedPacket> packet;
    switch (type) {
      case section_header: interfaces_.clear(); return std::nullopt;
      case interface_description: add_interface(body, at, number, damage); return std::nullopt;
      case decryption_secrets: add_secrets(body); return std::nullopt;
      case enhanced_packet: packet = enhanced(body); break;
      case obsolete_packet: packet = obsolete(body); break;
      case simple_packet: packet = simple(body); break;
      default: return std::nullopt;  // of another kind: nothing that we need
    }
    if (packet)
      unread_ = block.size();
    else
      damage.note(number, at, "a packet block that contradicts itself");
    return packet;
  }

  void add_interface(View body, std::uint64_t at, std::uint64_t number, CaptureDamage& damage) {
    if (body.size() < 8 || interfaces_.size() == most_interfaces) {
      damage.note(number, at, "a broken interface description");
      return;
    }
    Interface out;
    out.link_type = load_u16(body, 0, big_endian_);
    out.snap_length = load_u32(body, 4, big_endian_);
    out.time = read_pcapng_time(body.subspan(8), big_endian_);
    interfaces_.push_back(out);
  }

  void add_secrets(View body) {
    if (body.size() < 8 || load_u32(body, 0, big_endian_) != tls_key_log) return;
    const std::size_t length = load_u32(body, 4, big_endian_);
    const View text = body.subspan(8).first(std::min(length, body.size() - 8));
    if (most_secrets - secrets_.size() < text.size()) return;
    secrets_.append(text.begin(), text.end());
    if (!secrets_.empty() && secrets_.back() != '\n' && secrets_.size() < most_secrets) secrets_ += '\n';
  }

  [[nodiscard]] std::optional<CapturedPacket> packet(std::size_t interface, View body, std::size_t header,
                                                     std::size_t times, std::size_t lengths) const {
    if (body.size() < header || interfaces_.size() <= interface) return std::nullopt;
    const Interface& of = interfaces_[interface];
    const std::uint64_t ticks =
        std::uint64_t{load_u32(body, times, big_endian_)} << 32 | load_u32(body, times + 4, big_endian_);
    const std::size_t captured = load_u32(body, lengths, big_endian_);
    if (body.size() - header < captured) return std::nullopt;
    return CapturedPacket{.link_type = of.link_type,
                          .at_us = to_microseconds(of.time, ticks),
                          .original_bytes = load_u32(body, lengths + 4, big_endian_),
                          .bytes = body.subspan(header, captured)};
  }
  [[nodiscard]] std::optional<CapturedPacket> enhanced(View body) const {
    return body.size() < 20 ? std::nullopt : packet(load_u32(body, 0, big_endian_), body, 20, 4, 12);
  }
  [[nodiscard]] std::optional<CapturedPacket> obsolete(View body) const {
    return body.size() < 20 ? std::nullopt : packet(load_u16(body, 0, big_endian_), body, 20, 4, 12);
  }
  [[nodiscard]] std::optional<CapturedPacket> simple(View body) const {
    if (body.size() < 4 || interfaces_.empty()) return std::nullopt;
    const Interface& of = interfaces_.front();
    const std::size_t original = load_u32(body, 0, big_endian_);
    std::size_t captured = original;
    if (of.snap_length != 0) captured = std::min<std::size_t>(captured, of.snap_length);
    if (body.size() - 4 < captured) return std::nullopt;
    return CapturedPacket{.link_type = of.link_type,
                          .at_us = 0,
                          .original_bytes = static_cast<std::uint32_t>(original),
                          .bytes = body.subspan(4, captured)};
  }

  // A block of a known type whose length stands at both of its ends.
  [[nodiscard]] bool sound(View from) const {
    if (from.size() < least_block) return false;
    bool big_endian = big_endian_;
    switch (load_u32(from, 0, big_endian)) {
      case section_header:
        big_endian = load_u32(from, 8, true) == byte_order_magic;
        if (!big_endian && load_u32(from, 8, false) != byte_order_magic) return false;
        break;
      case interface_description:
      case obsolete_packet:
      case simple_packet:
      case name_resolution:
      case interface_statistics:
      case enhanced_packet:
      case decryption_secrets: break;
      default: return false;
    }
    const std::size_t length = load_u32(from, 4, big_endian);
    return least_block <= length && length % 4 == 0 && length <= from.size() &&
           load_u32(from, length - 4, big_endian) == length;
  }

  bool find_sound_place(CaptureWindow& window) const {
    window.skip(1);
    while (true) {
      const View bytes = window.ahead(search_window);
      const bool last = bytes.size() < search_window;
      const std::size_t places = last ? bytes.size() : search_window / 2;
      for (std::size_t i = 0; i < places; ++i) {
        if (!sound(bytes.subspan(i))) continue;
        window.skip(i);
        return true;
      }
      window.skip(places);
      if (last) return false;
    }
  }

  bool big_endian_ = false;
  std::vector<Interface> interfaces_;  // of this section
  std::string secrets_;
  std::size_t unread_ = 0;  // of the block that was given last
};

}  // namespace

std::unique_ptr<CaptureFormat> open_pcapng(CaptureWindow& window) {
  const View head = window.ahead(least_block);
  if (head.size() < least_block || load_u32(head, 0, false) != section_header) return nullptr;
  if (load_u32(head, 8, false) != byte_order_magic && load_u32(head, 8, true) != byte_order_magic)
    return nullptr;
  return std::make_unique<Pcapng>();
}

}  // namespace rdpdoctor::formats
