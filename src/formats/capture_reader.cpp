// Either format of a capture, packet by packet.
#include "formats/capture_formats.h"

namespace rdpdoctor::formats {

struct CaptureReader::State {
  explicit State(std::unique_ptr<ByteSource> source) : window(std::move(source)) {}
  CaptureWindow window;
  std::unique_ptr<CaptureFormat> format;
  std::uint64_t packets = 0;
  CaptureDamage damage;
  bool over = false;
};

CaptureReader::CaptureReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
CaptureReader::CaptureReader(CaptureReader&&) noexcept = default;
CaptureReader& CaptureReader::operator=(CaptureReader&&) noexcept = default;
CaptureReader::~CaptureReader() = default;

Result<CaptureReader> CaptureReader::open(std::unique_ptr<ByteSource> source) {
  auto state = std::make_unique<State>(std::move(source));
  state->format = open_pcap(state->window);
  if (!state->format) state->format = open_pcapng(state->window);
  if (state->format) return CaptureReader(std::move(state));
  if (const auto& error = state->window.error()) return std::unexpected(*error);
  return std::unexpected(Error{"read the capture's header", ErrorKind::malformed, 0, "pcap or pcapng"});
}

std::optional<CapturedPacket> CaptureReader::next() {
  State& s = *state_;
  if (s.over) return std::nullopt;
  auto packet = s.format->next(s.window, s.packets + 1, s.damage);
  if (packet) {
    ++s.packets;
    return packet;
  }
  s.over = true;
  if (const auto& error = s.window.error()) {
    s.damage.note(s.packets + 1, s.window.at(), to_text(*error));
    s.damage.cut_off = true;
  }
  return std::nullopt;
}

std::uint64_t CaptureReader::packets() const {
  return state_->packets;
}
std::uint64_t CaptureReader::damaged() const {
  return state_->damage.places;
}
const std::string& CaptureReader::problem() const {
  return state_->damage.first;
}
bool CaptureReader::cut_off() const {
  return state_->damage.cut_off;
}
const std::string& CaptureReader::tls_secrets() const {
  return state_->format->tls_secrets();
}
const ByteSource& CaptureReader::source() const {
  return state_->window.source();
}

}  // namespace rdpdoctor::formats
