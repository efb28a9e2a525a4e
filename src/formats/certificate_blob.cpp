#include "formats/certificate_blob.h"

#include <algorithm>

#include "base/text.h"

namespace rdpdoctor::formats {
namespace {

// PropertyID, [MS-GPEF] 2.2.1.1.1.1.
constexpr std::uint32_t key_prov_info = 2, certificate = 32;

// Container and provider names have at most 260 characters, MAX_PATH.
constexpr std::size_t longest_name = 520;

// UTF-16LE up to its NUL, from `offset` of the structure's beginning; 0 is no name.
std::string name_at(View all, std::uint32_t offset, std::string_view field, Reader& errors) {
  if (offset == 0) return "";
  if (all.size() <= offset) {
    errors.fail(field, "its offset lies outside the property");
    return "";
  }
  View from = all.subspan(offset);
  for (std::size_t at = 0; at + 1 < from.size() && at <= longest_name; at += 2) {
    if (from[at] == 0 && from[at + 1] == 0) return utf16le_to_utf8(from.first(at));
  }
  errors.fail(field, "it does not end");
  return "";
}

}  // namespace

Decoded<KeyProvider> decode_key_provider(View bytes) {
  Reader r(bytes);
  KeyProvider key;
  const std::uint32_t container = r.u32le("Offset to Container Name");
  const std::uint32_t provider = r.u32le("Offset to Provider Name");
  key.type = r.u32le("Provider Type");
  key.flags = r.u32le("Flags");
  r.skip(8, "Reserved");
  key.key_spec = r.u32le("Key Specification");
  if (r.ok()) key.container = name_at(bytes, container, "Container Name", r);
  if (r.ok()) key.provider = name_at(bytes, provider, "Provider Name", r);
  if (!r.ok()) return std::unexpected(*r.error());
  return key;
}

Decoded<CertificateBlob> decode_certificate_blob(View bytes) {
  Reader r(bytes);
  CertificateBlob blob;
  while (r.ok() && 0 < r.left()) {
    const std::uint32_t property = r.u32le("PropertyID");
    r.u32le("Reserved");
    const std::uint32_t length = r.u32le("Length");
    View value = r.bytes(length, "Value");
    if (!r.ok()) break;
    if (property == certificate && blob.certificate.empty())
      blob.certificate.assign(value.begin(), value.end());
    if (property != key_prov_info || blob.key) continue;
    auto key = decode_key_provider(value);
    if (key)
      blob.key = std::move(*key);
    else
      blob.key_problem = std::string(key.error().field) + ": " + std::string(key.error().reason);
  }
  if (!r.ok()) return std::unexpected(*r.error());
  if (blob.certificate.empty()) r.fail("Value", "there is no certificate in it");
  if (!r.ok()) return std::unexpected(*r.error());
  return blob;
}

}  // namespace rdpdoctor::formats
