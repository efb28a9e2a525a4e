#include "wire/tls_progress.h"

#include <algorithm>

#include "wire/tls_records.h"

namespace rdpdoctor::wire {

void TlsProgress::feed(View bytes) {
  while (!bytes.empty() && !broken_) {
    if (left_ > 0) {
      std::size_t n = std::min(left_, bytes.size());
      if (application_) application_bytes_ += n;
      left_ -= n;
      bytes = bytes.subspan(n);
      continue;
    }
    header_[header_have_++] = bytes[0];
    bytes = bytes.subspan(1);
    if (header_have_ == header_size) header();
  }
}

void TlsProgress::header() {
  header_have_ = 0;
  std::uint8_t type = header_[0];
  left_ = std::size_t{header_[3]} << 8 | header_[4];
  broken_ = type < tls_change_cipher_spec || type > tls_application_data + 1 || header_[1] != 3;
  application_ = type == tls_application_data;
  if (broken_) return;
  if (type == tls_change_cipher_spec) changed_ = true;
  if (type == tls_handshake && changed_) finished_ = true;
  last_is_alert_ = type == tls_alert;
  if (!application_) return;
  ++application_records_;
  last_is_alert_ = header_size + left_ == alert_record_size;
  if (last_is_alert_) alert_size_ = true;
  application_ = !last_is_alert_ || application_records_ == 1;
  if (!application_) return;
  application_bytes_ += header_size;
  if (application_records_ == 1) first_application_ = header_size + left_;
}

}  // namespace rdpdoctor::wire
