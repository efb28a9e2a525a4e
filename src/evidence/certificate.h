// What a certificate says, whoever showed or holds it.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"

namespace rdpdoctor::evidence {

struct Certificate {
  std::string subject;
  std::string issuer;
  std::string common_name;
  std::vector<std::string> dns_names;
  std::vector<std::string> ip_addresses;
  Instant not_before;
  Instant not_after;
  std::string key_type;
  int key_bits = 0;
  std::string signature_algorithm;
  std::string signature_hash;
  bool has_extended_key_usage = false;
  std::vector<std::string> extended_key_usage;  // dotted OIDs
  std::vector<std::string> key_usage;
  bool self_issued = false;
  std::string serial;
  std::string sha1_thumbprint;
  std::string sha256_thumbprint;
};

}  // namespace rdpdoctor::evidence
