// A connection's packets as a test writes them down, and what read_capture() makes of them.
#pragma once

#include <doctest/doctest.h>

#include "analyze/capture.h"
#include "support/capture_writer.h"

namespace rdpdoctor::analyze {

inline constexpr std::int64_t start = 1'700'000'000'000'000;

// Connection Request that asks for SSL and HYBRID, and the Connection Confirm that selects HYBRID.
inline const Bytes request{3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0};
inline const Bytes confirm{3, 0, 0, 19, 14, 0xd0, 0, 0, 0, 0, 0, 2, 0, 8, 0, 2, 0, 0, 0};

// A connection's packets, one after the other, a millisecond apart.
class Script {
 public:
  explicit Script(test::TestPacket common = {}) : common_(common) {}

  void client(std::string_view flags, const Bytes& payload = {}) { send(true, flags, payload); }
  void host(std::string_view flags, const Bytes& payload = {}) { send(false, flags, payload); }
  void open() {
    client("S");
    host("SA");
    client("A");
  }
  // Sent, and not in the capture.
  void drop(bool from_client, std::size_t n) { next(from_client) += static_cast<std::uint32_t>(n); }
  void wait_ms(std::int64_t ms) { at_us_ += ms * 1000; }
  void frame(Bytes ip) {
    file_.add({at_us_, test::ethernet(ip), 0});
    at_us_ += 1000;
  }
  [[nodiscard]] test::TestPacket packet(bool from_client, std::string_view flags, const Bytes& payload) {
    test::TestPacket p = common_;
    p.from_client = from_client;
    p.flags = flags;
    p.payload = payload;
    p.sequence = next(from_client);
    p.acknowledgment = flags.find('A') != std::string_view::npos ? next(!from_client) : 0;
    p.ip_id = ++ip_id_;
    if (p.flags.find('S') != std::string_view::npos) p.mss = 1460;
    return p;
  }
  void put(const test::TestPacket& p) { frame(test::ip_packet(p)); }
  [[nodiscard]] std::uint32_t& next(bool from_client) { return from_client ? client_next_ : host_next_; }
  [[nodiscard]] const Bytes& bytes() const { return file_.bytes(); }
  void use_port(std::uint16_t client_port) {
    common_.client_port = client_port;
    client_next_ += 100'000;
    host_next_ += 100'000;
  }

 private:
  void send(bool from_client, std::string_view flags, const Bytes& payload) {
    put(packet(from_client, flags, payload));
    next(from_client) += static_cast<std::uint32_t>(payload.size());
    if (flags.find_first_of("SF") != std::string_view::npos) ++next(from_client);
  }
  test::TestPacket common_;
  test::PcapFile file_;
  std::int64_t at_us_ = start;
  std::uint32_t client_next_ = 0xfffffff0;  // wraps at once
  std::uint32_t host_next_ = 7000;
  std::uint16_t ip_id_ = 100;
};

inline Piece read(const Bytes& file, const CaptureOptions& options = {}) {
  wire::TlsKeyLog secrets;
  auto piece = read_capture(over(file), "test.pcap", secrets, options);
  REQUIRE(piece.has_value());
  return std::move(*piece);
}

inline evidence::Connection only(const Piece& piece) {
  REQUIRE(piece.connections.size() == 1);
  return piece.connections[0].facts;
}

}  // namespace rdpdoctor::analyze
