// DER of the one SPNEGO answer that the lab gives: ITU-T X.690, RFC 4178 4.2.2.
#include "lab/spnego.h"

#include <algorithm>

namespace rdpdoctor::lab {
namespace {

constexpr std::string_view ntlm_signature("NTLMSSP\0", 8);

// iso.org.dod.internet.private.enterprise.Microsoft.security.mechanisms.NTLM: 1.3.6.1.4.1.311.2.2.10
constexpr std::uint8_t ntlm_mechanism[] = {0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x0A};

constexpr std::uint8_t tag_octet_string = 0x04;
constexpr std::uint8_t tag_object_identifier = 0x06;
constexpr std::uint8_t tag_enumerated = 0x0A;
constexpr std::uint8_t tag_sequence = 0x30;
constexpr std::uint8_t tag_gss_initial = 0x60;  // [APPLICATION 0], RFC 2743 3.1
constexpr std::uint8_t tag_neg_token_resp = 0xA1;
constexpr std::uint8_t accept_incomplete = 1;

Bytes der(std::uint8_t tag, View content) {
  Writer out;
  out.u8(tag);
  const auto size = static_cast<std::uint16_t>(content.size());
  if (size < 0x80) {
    out.u8(static_cast<std::uint8_t>(size));
  } else if (size < 0x100) {
    out.u8(0x81).u8(static_cast<std::uint8_t>(size));
  } else {
    out.u8(0x82).u16be(size);
  }
  return out.bytes(content).take();
}

}  // namespace

bool is_spnego(View token) {
  return !token.empty() && (token[0] == tag_gss_initial || token[0] == tag_neg_token_resp);
}

View ntlm_message_in(View token) {
  const auto found = std::ranges::search(token, ntlm_signature);
  return found.empty() ? View{} : token.subspan(static_cast<std::size_t>(found.begin() - token.begin()));
}

Bytes neg_token_response(View response) {
  Writer fields;
  const std::uint8_t state[] = {accept_incomplete};
  fields.bytes(der(0xA0, der(tag_enumerated, state)));
  fields.bytes(der(0xA1, der(tag_object_identifier, ntlm_mechanism)));
  if (!response.empty()) fields.bytes(der(0xA2, der(tag_octet_string, response)));
  return der(tag_neg_token_resp, der(tag_sequence, fields.view()));
}

}  // namespace rdpdoctor::lab
