// Captures while they are read: pcap (draft-ietf-opsawg-pcap) and pcapng (draft-ietf-opsawg-pcapng), either
// byte order, micro- and nanoseconds, several interfaces, and the TLS secrets of Decryption Secrets Blocks.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/byte_source.h"
#include "base/time.h"

namespace rdpdoctor::formats {

[[nodiscard]] bool is_capture(View first);  // needs 4 bytes

struct CapturedPacket {
  std::uint32_t link_type = 1;  // LINKTYPE_: 0 loopback, 1 Ethernet, 101 raw IP, 113 and 276 Linux cooked …
  std::int64_t at_us = 0;       // microseconds since 1970 UTC; 0 where the file gives no time
  std::uint32_t original_bytes = 0;  // on the wire
  View bytes;                        // as captured, maybe less; valid until the next call of next()
};

class CaptureReader {
 public:
  // An error when it is not a capture, or its header is broken.
  [[nodiscard]] static Result<CaptureReader> open(std::unique_ptr<ByteSource> source);
  CaptureReader(CaptureReader&&) noexcept;
  CaptureReader& operator=(CaptureReader&&) noexcept;
  ~CaptureReader();

  // The next packet, or nothing at the end. Damaged places are skipped as far as that can be done, and
  // counted.
  [[nodiscard]] std::optional<CapturedPacket> next();

  [[nodiscard]] std::uint64_t packets() const;
  [[nodiscard]] std::uint64_t damaged() const;
  [[nodiscard]] const std::string& problem()
      const;                           // the first damage, with its place: "packet 12 at byte 4711: …"
  [[nodiscard]] bool cut_off() const;  // it ends inside a packet
  // Text in the form of an SSLKEYLOGFILE, of all Decryption Secrets Blocks so far (at most 4 MiB).
  [[nodiscard]] const std::string& tls_secrets() const;
  [[nodiscard]] const ByteSource& source() const;  // for progress

 private:
  struct State;
  explicit CaptureReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace rdpdoctor::formats
