#include "wire/credssp.h"

#include <string_view>

namespace rdpdoctor::wire {
namespace {

constexpr std::uint8_t tag_integer = 0x02;
constexpr std::uint8_t tag_octet_string = 0x04;
constexpr std::uint8_t tag_sequence = 0x30;
constexpr std::uint8_t tag_class_mask = 0xE0;  // class and constructed bit
constexpr std::uint8_t tag_context = 0xA0;     // constructed, context-specific: [0], [1], …
constexpr std::size_t max_length = 64 * 1024;

// X.690 8.1.3; long forms are accepted even where the short one would do. Indefinite length is not DER.
std::size_t read_length(Reader& in, std::string_view field) {
  const std::uint8_t first = in.u8(field);
  if (first < 0x80) return first;
  const unsigned count = first & 0x7FU;
  if (count == 0) in.fail(field, "indefinite length");
  if (count > 4) in.fail(field, "more than 64 KiB");
  std::size_t length = 0;
  for (unsigned i = 0; i < count && in.ok(); ++i) length = (length << 8) | in.u8(field);
  if (length > max_length) in.fail(field, "more than 64 KiB");
  return length;
}

// The content of the element in front, which must have this tag.
Reader element(Reader& in, std::uint8_t tag, std::string_view field) {
  if (in.u8(field) != tag) in.fail(field, "unexpected tag");
  const std::size_t length = read_length(in, field);
  return in.sub(length, field);
}

Bytes octet_string(Reader& in, std::string_view field) {
  Reader content = element(in, tag_octet_string, field);
  in.absorb(content);
  const View bytes = content.rest();
  return Bytes(bytes.begin(), bytes.end());
}

// An INTEGER as 32 bits: signed in up to four bytes, or unsigned with a zero in front. An NTSTATUS comes both
// ways.
std::uint32_t integer(Reader& in, std::string_view field) {
  Reader content = element(in, tag_integer, field);
  const View bytes = content.rest();
  if (bytes.empty() || bytes.size() > 5 || (bytes.size() == 5 && bytes[0] != 0)) {
    content.fail(field, "not a 32-bit INTEGER");
  }
  in.absorb(content);
  if (!in.ok()) return 0;
  std::uint32_t value = (bytes[0] & 0x80) != 0 ? UINT32_MAX : 0;
  for (std::uint8_t byte : bytes) value = (value << 8) | byte;
  return value;
}

// NegoData ::= SEQUENCE OF SEQUENCE { negoToken [0] OCTET STRING }, [MS-CSSP] 2.2.1.1
std::vector<Bytes> nego_data(Reader& in) {
  std::vector<Bytes> tokens;
  Reader list = element(in, tag_sequence, "negoTokens");
  while (list.left() > 0) {
    Reader item = element(list, tag_sequence, "negoTokens");
    Reader wrapped = element(item, tag_context, "negoToken");
    tokens.push_back(octet_string(wrapped, "negoToken"));
    item.absorb(wrapped);
    list.absorb(item);
  }
  in.absorb(list);
  return tokens;
}

// One context-tagged field of the TSRequest. Those above [5] belong to later versions and are skipped.
void field_of(TsRequest& request, std::uint8_t tag, Reader& in, bool& has_version) {
  switch (tag) {
    case tag_context + 0:
      request.version = integer(in, "version");
      has_version = true;
      break;
    case tag_context + 1: request.nego_tokens = nego_data(in); break;
    case tag_context + 2: request.auth_info = octet_string(in, "authInfo"); break;
    case tag_context + 3: request.pub_key_auth = octet_string(in, "pubKeyAuth"); break;
    case tag_context + 4: request.error_code = integer(in, "errorCode"); break;
    case tag_context + 5: request.client_nonce = octet_string(in, "clientNonce"); break;
    default: break;
  }
}

Bytes der(std::uint8_t tag, View content) {
  Writer out;
  out.u8(tag);
  const std::size_t length = content.size();
  if (length < 0x80) {
    out.u8(static_cast<std::uint8_t>(length));
  } else if (length < 0x100) {
    out.u8(0x81).u8(static_cast<std::uint8_t>(length));
  } else if (length < 0x10000) {
    out.u8(0x82).u16be(static_cast<std::uint16_t>(length));
  } else {
    out.u8(0x83).u24be(static_cast<std::uint32_t>(length));
  }
  return out.bytes(content).take();
}

Bytes der_context(unsigned number, View content) {
  return der(static_cast<std::uint8_t>(tag_context + number), content);
}

// As a signed 32-bit INTEGER of the fewest bytes (X.690 8.3.2), which is how Windows sends an NTSTATUS.
Bytes der_integer(std::uint32_t value) {
  Writer content;
  content.u32be(value);
  View bytes = content.view();
  while (bytes.size() > 1 &&
         ((bytes[0] == 0x00 && bytes[1] < 0x80) || (bytes[0] == 0xFF && bytes[1] >= 0x80))) {
    bytes = bytes.subspan(1);
  }
  return der(tag_integer, bytes);
}

}  // namespace

Bytes encode(const TsRequest& request) {
  Writer fields;
  fields.bytes(der_context(0, der_integer(request.version)));
  if (!request.nego_tokens.empty()) {
    Writer items;
    for (const Bytes& token : request.nego_tokens) {
      items.bytes(der(tag_sequence, der_context(0, der(tag_octet_string, token))));
    }
    fields.bytes(der_context(1, der(tag_sequence, items.view())));
  }
  auto octets = [&fields](unsigned number, const std::optional<Bytes>& value) {
    if (value) fields.bytes(der_context(number, der(tag_octet_string, *value)));
  };
  octets(2, request.auth_info);
  octets(3, request.pub_key_auth);
  if (request.error_code) fields.bytes(der_context(4, der_integer(*request.error_code)));
  octets(5, request.client_nonce);
  return der(tag_sequence, fields.view());
}

Decoded<std::optional<std::size_t>> ts_request_size(View bytes) {
  if (bytes.empty()) return std::nullopt;
  Reader in(bytes);
  if (in.u8("TSRequest") != tag_sequence) in.fail("TSRequest", "not a SEQUENCE");
  if (in.ok()) {
    if (bytes.size() < 2) return std::nullopt;
    const bool long_form = 0x80 < bytes[1] && bytes[1] <= 0x84;
    const std::size_t header = long_form ? 2U + (bytes[1] & 0x7FU) : 2U;
    if (bytes.size() < header) return std::nullopt;
    const std::size_t length = read_length(in, "TSRequest");
    if (in.ok()) return header + length;
  }
  return std::unexpected(*in.error());
}

Decoded<TsRequest> decode_ts_request(View bytes) {
  TsRequest request;
  bool has_version = false;
  Reader in(bytes);
  Reader fields = element(in, tag_sequence, "TSRequest");
  while (fields.left() > 0) {
    const std::uint8_t tag = fields.u8("TSRequest.field");
    if ((tag & tag_class_mask) != tag_context) fields.fail("TSRequest.field", "unexpected tag");
    const std::size_t length = read_length(fields, "TSRequest.field");
    Reader field = fields.sub(length, "TSRequest.field");
    field_of(request, tag, field, has_version);
    fields.absorb(field);
  }
  if (!has_version) fields.fail("version", "missing");
  if (fields.error()) return std::unexpected(*fields.error());
  return request;
}

}  // namespace rdpdoctor::wire
