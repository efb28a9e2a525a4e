// Any bytes: a descriptor or a DecodeError; what was decoded is the same after encoding, and its text reads
// back.
#include "formats/security_descriptor.h"
#include "fuzz.h"

namespace rdpdoctor::fuzz {
namespace {

void check_bytes(View bytes) {
  auto d = formats::decode_security_descriptor(bytes);
  if (!d) return;
  const auto token = formats::network_service_token("TermService");
  const std::uint32_t missing = formats::rights_missing(*d, token, formats::file_generic_read);
  expects((missing & ~formats::file_generic_read) == 0);
  auto again = formats::decode_security_descriptor(formats::encode_security_descriptor(*d));
  expects(again.has_value());
  expects(formats::rights_missing(*again, token, formats::file_generic_read) == missing);
}

}  // namespace

void run(View bytes) {
  check_bytes(bytes);
  auto text = formats::from_sddl({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (text) expects(formats::from_sddl(formats::to_sddl(*text)).has_value());
}

}  // namespace rdpdoctor::fuzz
