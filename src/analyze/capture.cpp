// Reads a capture once, from its first packet to its last.
#include "analyze/capture.h"

#include <algorithm>

#include "analyze/flow_table.h"
#include "analyze/udp_exchanges.h"
#include "fmt/core.h"
#include "formats/pcap.h"

namespace rdpdoctor::analyze {
namespace {

class CaptureReading {
 public:
  CaptureReading(formats::CaptureReader reader, wire::TlsKeyLog& secrets, const CaptureOptions& options)
      : reader_(std::move(reader)),
        secrets_(secrets),
        kept_(options.most_connections),
        flows_(options, secrets, kept_),
        udp_(options.port) {}

  void read(const Tick& tick) {
    constexpr std::uint64_t tick_bytes = 4 * 1024 * 1024;
    std::uint64_t next_tick = tick_bytes;
    while (auto packet = reader_.next()) {
      learn_secrets();
      take(*packet);
      const std::uint64_t consumed = reader_.source().consumed();
      if (!tick || consumed < next_tick) continue;
      next_tick = consumed + tick_bytes;
      if (!tick(consumed, reader_.source().total().value_or(0))) return stop();
    }
    learn_secrets();
  }

  Piece piece(const std::string& source) {
    Piece out;
    flows_.over(last_us_);
    out.connections = kept_.take();
    for (PieceConnection& c : out.connections) c.facts.source = source;
    out.udp = udp_.take(last_us_);
    out.read = {.source = source,
                .kind = "capture",
                .records = reader_.packets(),
                .damaged = reader_.damaged() + broken_,
                .left_out = kept_.left_out() + udp_.left_out(),
                .problem = !reader_.problem().empty() ? reader_.problem() : problem_};
    if (has_time_) {
      out.read.first = Instant{first_us_ / 1000};
      out.read.last = Instant{last_us_ / 1000};
    }
    return out;
  }

 private:
  void learn_secrets() {
    const std::string& all = reader_.tls_secrets();
    if (all.size() == secrets_known_) return;
    secrets_.add(std::string_view(all).substr(secrets_known_));
    secrets_known_ = all.size();
  }

  void take(const formats::CapturedPacket& packet) {
    if (packet.at_us != 0) {
      first_us_ = has_time_ ? std::min(first_us_, packet.at_us) : packet.at_us;
      last_us_ = has_time_ ? std::max(last_us_, packet.at_us) : packet.at_us;
      has_time_ = true;
    }
    // Packets without a time happen when the last one with a time did.
    const std::int64_t at_us = packet.at_us != 0 ? packet.at_us : last_us_;
    auto decoded = wire::decode_frame(packet.link_type, packet.bytes);
    if (!decoded) return note(packet, decoded.error());
    using Kind = wire::DecodedPacket::Kind;
    switch (decoded->kind) {
      case Kind::tcp: return flows_.tcp(*decoded, at_us);
      case Kind::udp: return udp_.udp(*decoded, at_us);
      case Kind::icmp_error: flows_.icmp(*decoded, at_us); return udp_.icmp(*decoded, at_us);
      case Kind::other:
        if (problem_.empty() && !wire::knows_link_type(packet.link_type)) {
          problem_ = fmt::format("packet {}: frames of link type {} can't be read", reader_.packets(),
                                 packet.link_type);
        }
    }
  }

  // What was captured in part on purpose is not damaged.
  void note(const formats::CapturedPacket& packet, const DecodeError& error) {
    if (packet.bytes.size() < packet.original_bytes) return;
    ++broken_;
    if (problem_.empty()) problem_ = fmt::format("packet {}: {}", reader_.packets(), to_text(error));
  }

  void stop() {
    if (problem_.empty()) problem_ = fmt::format("stopped after packet {}", reader_.packets());
  }

  formats::CaptureReader reader_;
  wire::TlsKeyLog& secrets_;
  std::size_t secrets_known_ = 0;
  KeptConnections kept_;
  FlowTable flows_;
  UdpExchanges udp_;
  bool has_time_ = false;
  std::int64_t first_us_ = 0;
  std::int64_t last_us_ = 0;
  std::uint64_t broken_ = 0;
  std::string problem_;
};

}  // namespace

Result<Piece> read_capture(std::unique_ptr<ByteSource> file, const std::string& source,
                           wire::TlsKeyLog& secrets, const CaptureOptions& options, const Tick& tick) {
  auto reader = formats::CaptureReader::open(std::move(file));
  if (!reader) return std::unexpected(reader.error());
  CaptureReading reading(std::move(*reader), secrets, options);
  reading.read(tick);
  return reading.piece(source);
}

}  // namespace rdpdoctor::analyze
