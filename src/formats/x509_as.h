// A certificate's facts as another struct with the same field names: the case file's, which knows no formats.
#pragma once

#include "formats/x509.h"

namespace rdpdoctor::formats {

template <class Certificate>
[[nodiscard]] Certificate x509_as(const X509Facts& x) {
  return {.subject = x.subject,
          .issuer = x.issuer,
          .common_name = x.subject_common_name,
          .dns_names = x.dns_names,
          .ip_addresses = x.ip_addresses,
          .not_before = x.not_before,
          .not_after = x.not_after,
          .key_type = x.key_type,
          .key_bits = x.key_bits,
          .signature_algorithm = x.signature_algorithm,
          .signature_hash = x.signature_hash,
          .has_extended_key_usage = x.has_extended_key_usage,
          .extended_key_usage = x.extended_key_usage,
          .key_usage = x.key_usage,
          .self_issued = x.self_issued,
          .serial = x.serial,
          .sha1_thumbprint = x.sha1_thumbprint,
          .sha256_thumbprint = x.sha256_thumbprint};
}

}  // namespace rdpdoctor::formats
