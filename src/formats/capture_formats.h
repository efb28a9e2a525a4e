// Private to formats/pcap*.cpp: the two formats of a capture, each as what gives the next packet.
#pragma once

#include "formats/capture_window.h"
#include "formats/pcap.h"

namespace rdpdoctor::formats {

class CaptureFormat {
 public:
  CaptureFormat() = default;
  CaptureFormat(const CaptureFormat&) = delete;
  CaptureFormat& operator=(const CaptureFormat&) = delete;
  virtual ~CaptureFormat() = default;

  // Its bytes are ahead of the window until pass(). `number` is the packet's, from 1.
  [[nodiscard]] virtual std::optional<CapturedPacket> next(CaptureWindow& window, std::uint64_t number,
                                                           CaptureDamage& damage) = 0;
  [[nodiscard]] virtual const std::string& tls_secrets() const;
};

// By the first bytes; nothing when it is neither, or its header is broken.
[[nodiscard]] std::unique_ptr<CaptureFormat> open_pcap(CaptureWindow& window);
[[nodiscard]] std::unique_ptr<CaptureFormat> open_pcapng(CaptureWindow& window);

inline constexpr std::size_t longest_packet = 256 * 1024;  // what libpcap lets a packet have
inline constexpr std::size_t search_window = 1024 * 1024;  // for the next sound place after a damaged one

}  // namespace rdpdoctor::formats
