#include "wire/ntlm.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace rdpdoctor::wire {
namespace {

constexpr std::string_view signature("NTLMSSP\0", 8);
constexpr std::uint32_t negotiate_message = 1;
constexpr std::uint32_t challenge_message = 2;
constexpr std::uint8_t NTLMSSP_REVISION_W2K3 = 0x0F;
constexpr std::uint32_t challenge_header_size = 56;
constexpr std::size_t max_payload_field = 0xFFFE;  // a 16-bit length, even because it counts UTF-16

// AvId, [MS-NLMP] 2.2.2.1
constexpr std::uint16_t MsvAvEOL = 0;
constexpr std::uint16_t MsvAvNbComputerName = 1;
constexpr std::uint16_t MsvAvNbDomainName = 2;
constexpr std::uint16_t MsvAvDnsComputerName = 3;
constexpr std::uint16_t MsvAvDnsDomainName = 4;
constexpr std::uint16_t MsvAvDnsTreeName = 5;
constexpr std::uint16_t MsvAvFlags = 6;
constexpr std::uint16_t MsvAvTimestamp = 7;
constexpr std::uint16_t MsvAvSingleHost = 8;
constexpr std::uint16_t MsvAvTargetName = 9;
constexpr std::uint16_t MsvAvChannelBindings = 10;

// What a Windows host must be asked for to say its names, its build and its clock.
constexpr std::uint32_t probe_flags =
    NTLMSSP_NEGOTIATE_UNICODE | NTLMSSP_REQUEST_TARGET | NTLMSSP_NEGOTIATE_SIGN | NTLMSSP_NEGOTIATE_SEAL |
    NTLMSSP_NEGOTIATE_NTLM | NTLMSSP_NEGOTIATE_ALWAYS_SIGN | NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY |
    NTLMSSP_NEGOTIATE_TARGET_INFO | NTLMSSP_NEGOTIATE_VERSION | NTLMSSP_NEGOTIATE_128 |
    NTLMSSP_NEGOTIATE_KEY_EXCH | NTLMSSP_NEGOTIATE_56;
constexpr NtlmVersion probe_version{10, 0, 19041};  // an ordinary Windows 10 client

// Where a payload field lies, counted from the start of the message. [MS-NLMP] 2.2.1
struct Fields {
  std::size_t length = 0;
  std::size_t offset = 0;
};

Fields read_fields(Reader& r, std::string_view field) {
  Fields fields;
  fields.length = r.u16le(field);
  r.skip(2, field);  // MaxLen, to be ignored
  fields.offset = r.u32le(field);
  return fields;
}

void write_fields(Writer& out, std::size_t length, std::size_t offset) {
  const std::uint16_t size = static_cast<std::uint16_t>(length);
  out.u16le(size).u16le(size).u32le(static_cast<std::uint32_t>(offset));
}

// A reader over a payload field; a failure outside the message is left in `header`.
Reader payload_field(View message, std::size_t base, Fields fields, Reader& header, std::string_view field) {
  if (message.size() < fields.offset || message.size() - fields.offset < fields.length) {
    header.fail(field, "beyond the end of the message");
  }
  if (!header.ok() || fields.length == 0) return Reader({}, base);
  return Reader(message.subspan(fields.offset, fields.length), base + fields.offset);
}

NtlmVersion read_version(Reader& r) {
  NtlmVersion version;
  version.major = r.u8("Version.ProductMajorVersion");
  version.minor = r.u8("Version.ProductMinorVersion");
  version.build = r.u16le("Version.ProductBuild");
  r.skip(4, "Version.NTLMRevisionCurrent");
  return version;
}

void write_version(Writer& out, const std::optional<NtlmVersion>& version) {
  if (!version) {
    out.u64le(0);
    return;
  }
  out.u8(version->major).u8(version->minor).u16le(version->build);
  out.u24be(0).u8(NTLMSSP_REVISION_W2K3);
}

std::uint32_t flags_with_version(std::uint32_t flags, bool has_version) {
  return has_version ? flags | NTLMSSP_NEGOTIATE_VERSION : flags & ~NTLMSSP_NEGOTIATE_VERSION;
}

void read_signature(Reader& r, std::uint32_t wanted) {
  if (!std::ranges::equal(r.bytes(signature.size(), "Signature"), signature)) {
    r.fail("Signature", "must be NTLMSSP");
  }
  if (r.u32le("MessageType") != wanted) {
    r.fail("MessageType",
           wanted == challenge_message ? "not a CHALLENGE_MESSAGE" : "not a NEGOTIATE_MESSAGE");
  }
}

std::string* name_of_av(NtlmChallenge& message, std::uint16_t id) {
  switch (id) {
    case MsvAvNbComputerName: return &message.netbios_computer_name;
    case MsvAvNbDomainName: return &message.netbios_domain_name;
    case MsvAvDnsComputerName: return &message.dns_computer_name;
    case MsvAvDnsDomainName: return &message.dns_domain_name;
    case MsvAvDnsTreeName: return &message.dns_tree_name;
    default: return nullptr;
  }
}

// The list ends with MsvAvEOL; where a host leaves that out, the end of the field does as well.
void read_av_pairs(NtlmChallenge& message, Reader& r) {
  while (r.left() > 0) {
    const std::uint16_t id = r.u16le("AvId");
    const std::uint16_t length = r.u16le("AvLen");
    if (id == MsvAvEOL) return;
    Reader value = r.sub(length, "AvPair.Value");
    if (!r.ok()) return;
    if (std::string* name = name_of_av(message, id)) {
      *name = utf16le_to_utf8(value.rest());
    } else if (id == MsvAvTimestamp) {
      const std::uint64_t ticks = value.u64le("MsvAvTimestamp");
      if (value.left() > 0) value.fail("MsvAvTimestamp", "longer than a FILETIME");
      message.timestamp = from_filetime(ticks);
    } else if (id != MsvAvFlags && id != MsvAvSingleHost && id != MsvAvTargetName &&
               id != MsvAvChannelBindings) {
      message.unknown_av_ids.push_back(id);
    }
    r.absorb(value);
  }
}

// In the order Windows hosts use.
Bytes write_av_pairs(const NtlmChallenge& message) {
  Writer out;
  auto add = [&out](std::uint16_t id, View value) {
    constexpr std::size_t frame = 4;  // AvId and AvLen; once more for MsvAvEOL
    if (out.size() + value.size() + 2 * frame > max_payload_field) return;
    out.u16le(id).u16le(static_cast<std::uint16_t>(value.size())).bytes(value);
  };
  auto add_name = [&add](std::uint16_t id, const std::string& name) {
    if (!name.empty()) add(id, utf8_to_utf16le(name));
  };
  add_name(MsvAvNbDomainName, message.netbios_domain_name);
  add_name(MsvAvNbComputerName, message.netbios_computer_name);
  add_name(MsvAvDnsDomainName, message.dns_domain_name);
  add_name(MsvAvDnsComputerName, message.dns_computer_name);
  add_name(MsvAvDnsTreeName, message.dns_tree_name);
  if (message.timestamp) add(MsvAvTimestamp, Writer().u64le(to_filetime(*message.timestamp)).view());
  for (std::uint16_t id : message.unknown_av_ids) add(id, {});
  out.u16le(MsvAvEOL).u16le(0);
  return out.take();
}

// Without UNICODE the name is in a code page that the message does not tell: only ASCII is sure.
std::string target_name(View bytes, std::uint32_t flags) {
  return (flags & NTLMSSP_NEGOTIATE_UNICODE) != 0 ? utf16le_to_utf8(bytes) : printable(bytes, bytes.size());
}

}  // namespace

Bytes encode(const NtlmNegotiate& message) {
  constexpr std::size_t header_size = 40;  // both payload fields are empty and lie behind it
  Writer out;
  out.text(signature).u32le(negotiate_message);
  out.u32le(flags_with_version(message.flags, message.version.has_value()));
  write_fields(out, 0, header_size);
  write_fields(out, 0, header_size);
  write_version(out, message.version);
  return out.take();
}

Bytes encode(const NtlmChallenge& message) {
  Bytes name = utf8_to_utf16le(message.target_name);
  name.resize(std::min(name.size(), max_payload_field));
  const Bytes target_info = write_av_pairs(message);
  const std::uint32_t flags = message.flags | NTLMSSP_NEGOTIATE_UNICODE | NTLMSSP_NEGOTIATE_TARGET_INFO;
  Writer out;
  out.text(signature).u32le(challenge_message);
  write_fields(out, name.size(), challenge_header_size);
  out.u32le(flags_with_version(flags, message.version.has_value()));
  out.u64le(0).u64le(0);  // ServerChallenge, Reserved
  write_fields(out, target_info.size(), challenge_header_size + name.size());
  write_version(out, message.version);
  return out.bytes(name).bytes(target_info).take();
}

Decoded<NtlmNegotiate> decode_ntlm_negotiate(View bytes) {
  NtlmNegotiate message;
  Reader r(bytes);
  read_signature(r, negotiate_message);
  message.flags = r.u32le("NegotiateFlags");
  r.skip(8, "DomainNameFields");
  r.skip(8, "WorkstationFields");
  if ((message.flags & NTLMSSP_NEGOTIATE_VERSION) != 0) message.version = read_version(r);
  if (r.error()) return std::unexpected(*r.error());
  return message;
}

Decoded<NtlmChallenge> decode_ntlm_challenge(View bytes) {
  const auto found = std::ranges::search(bytes, signature);
  if (found.empty()) return std::unexpected(DecodeError{"Signature", 0, "no NTLMSSP message in it"});
  const std::size_t base = static_cast<std::size_t>(found.begin() - bytes.begin());
  const View raw = bytes.subspan(base);

  NtlmChallenge message;
  Reader r(raw, base);
  read_signature(r, challenge_message);
  const Fields name = read_fields(r, "TargetNameFields");
  message.flags = r.u32le("NegotiateFlags");
  r.skip(8, "ServerChallenge");
  Fields target_info;
  const bool has_version = (message.flags & NTLMSSP_NEGOTIATE_VERSION) != 0;
  if (has_version || (message.flags & NTLMSSP_NEGOTIATE_TARGET_INFO) != 0) {
    r.skip(8, "Reserved");
    target_info = read_fields(r, "TargetInfoFields");
    if ((message.flags & NTLMSSP_NEGOTIATE_TARGET_INFO) == 0) target_info = {};
  }
  if (has_version) message.version = read_version(r);
  message.target_name =
      target_name(payload_field(raw, base, name, r, "TargetNameFields").rest(), message.flags);
  Reader av_pairs = payload_field(raw, base, target_info, r, "TargetInfoFields");
  read_av_pairs(message, av_pairs);
  r.absorb(av_pairs);
  if (r.error()) return std::unexpected(*r.error());
  return message;
}

TokenStep NtlmProbeToken::step(View token_in) {
  if (!asked_) {
    asked_ = true;
    return {.token_out = encode(NtlmNegotiate{probe_flags, probe_version})};
  }
  if (!challenge_ && !error_) {
    if (auto decoded = decode_ntlm_challenge(token_in)) {
      challenge_ = std::move(*decoded);
    } else {
      error_ = decoded.error();
    }
  }
  return {.token_out = std::nullopt, .done = true, .refused = error_.has_value()};
}

}  // namespace rdpdoctor::wire
