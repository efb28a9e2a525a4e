// What a certificate says, read with OpenSSL; nothing is verified or judged here. RFC 5280.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace rdpdoctor::formats {

struct X509Facts {
  std::string subject;  // "CN=host, O=…", RFC 2253-like, printable
  std::string issuer;
  std::string subject_common_name;     // "" if none
  std::vector<std::string> dns_names;  // subjectAltName dNSName
  std::vector<std::string> ip_addresses;
  Instant not_before;
  Instant not_after;
  std::string key_type;  // "RSA", "EC", "Ed25519", … or the OID
  int key_bits = 0;
  std::string signature_algorithm;  // "RSA-SHA256", "ecdsa-with-SHA256", … OpenSSL's short name, or the OID
  std::string signature_hash;       // "SHA256", "SHA1", "MD5", "" if not told
  bool has_extended_key_usage = false;
  std::vector<std::string> extended_key_usage;  // dotted OIDs; 1.3.6.1.5.5.7.3.1 is serverAuth
  std::vector<std::string> key_usage;  // "digitalSignature", "keyEncipherment", … empty: extension absent
  bool self_issued = false;            // issuer equals subject
  bool is_ca = false;
  std::string serial;             // hex
  std::string sha1_thumbprint;    // hex, as Windows shows it
  std::string sha256_thumbprint;  // hex
};

[[nodiscard]] Decoded<X509Facts> read_x509(View der);

}  // namespace rdpdoctor::formats
