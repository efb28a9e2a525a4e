// How far one direction of a TLS connection went, as far as record headers tell without keys: RFC 5246 6.2
// and 7.4.9, RFC 8446 5.1. Keeps five bytes whatever is fed.
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"

namespace rdpdoctor::wire {

class TlsProgress {
 public:
  void feed(View bytes);

  // TLS <= 1.2: a handshake record after ChangeCipherSpec, which is this side's Finished.
  [[nodiscard]] bool finished() const { return finished_; }
  // An application data record that in TLS 1.3 has room for an alert and nothing else (RFC 8446 5.2: two
  // bytes, the inner content type and the tag), as the first of this direction or a later one.
  [[nodiscard]] bool starts_with_alert_size() const { return first_application_ == alert_record_size; }
  [[nodiscard]] bool alert_size() const { return alert_size_; }

  // The last record that began is an alert, or in TLS 1.3 has the size of one.
  [[nodiscard]] bool last_is_alert() const { return last_is_alert_; }

  [[nodiscard]] std::uint64_t application_records() const { return application_records_; }
  // Bytes of application data records that came, headers included, without later ones that have an alert's
  // size; and of the first of them alone.
  [[nodiscard]] std::uint64_t application_bytes() const { return application_bytes_; }
  [[nodiscard]] std::uint64_t first_application_bytes() const { return first_application_; }
  [[nodiscard]] bool broken() const { return broken_; }  // not TLS records: nothing more is counted

 private:
  static constexpr std::size_t header_size = 5;
  static constexpr std::uint64_t alert_record_size = header_size + 2 + 1 + 16;

  void header();

  std::array<std::uint8_t, header_size> header_{};
  std::size_t header_have_ = 0;
  std::size_t left_ = 0;  // of the record's fragment
  bool application_ = false;
  bool changed_ = false;
  bool finished_ = false;
  bool alert_size_ = false;
  bool last_is_alert_ = false;
  bool broken_ = false;
  std::uint64_t application_records_ = 0;
  std::uint64_t application_bytes_ = 0;
  std::uint64_t first_application_ = 0;
};

}  // namespace rdpdoctor::wire
