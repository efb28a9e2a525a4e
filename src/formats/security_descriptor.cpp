#include "formats/security_descriptor.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::uint16_t dacl_present = 0x0004, self_relative = 0x8000;
constexpr std::uint8_t inherit_only = 0x08;
constexpr std::uint8_t acl_revision = 2;

// [MS-DTYP] 2.4.4: object entries have GUIDs between the mask and the SID.
bool is_object(std::uint8_t type) {
  return (5 <= type && type <= 8) || type == 11 || type == 12 || type == 15 || type == 16;
}
bool is_callback(std::uint8_t type) {
  return 9 <= type && type <= 12;
}
bool allows(std::uint8_t type) {
  return type == 0 || type == 5 || type == 9 || type == 11;
}
bool denies(std::uint8_t type) {
  return type == 1 || type == 6 || type == 10 || type == 12;
}

std::string read_sid(Reader& in) {
  auto sid = decode_sid(in.rest());
  if (!sid) in.fail("Sid", sid.error().reason);
  return sid.value_or("");
}

AccessEntry read_entry(Reader& in) {
  AccessEntry entry;
  entry.type = in.u8("AceType");
  entry.flags = in.u8("AceFlags");
  const std::uint16_t size = in.u16le("AceSize");
  if (in.ok() && size < 4) in.fail("AceSize", "less than its header");
  if (!in.ok()) return entry;
  Reader body = in.sub(size - 4U, "ACE");
  entry.conditional = is_callback(entry.type);
  if (16 < entry.type && !is_object(entry.type)) {
    // A type of later versions: kept by its number, as Windows skips what it does not know.
    return entry;
  }
  entry.mask = body.u32le("Mask");
  if (is_object(entry.type)) {
    const std::uint32_t has = body.u32le("Flags");
    if ((has & 1U) != 0) body.skip(16, "ObjectType");
    if ((has & 2U) != 0) body.skip(16, "InheritedObjectType");
  }
  if (body.ok()) entry.sid = read_sid(body);
  in.absorb(body);
  return entry;
}

std::vector<AccessEntry> read_acl(Reader& in) {
  in.skip(2, "AclRevision");
  in.skip(2, "AclSize");
  const std::uint16_t count = in.u16le("AceCount");
  in.skip(2, "Sbz2");
  std::vector<AccessEntry> out;
  for (int i = 0; in.ok() && i < count; ++i) out.push_back(read_entry(in));
  return out;
}

// A reader from `offset` on; 0 means that the part is not there.
std::optional<Reader> part(Reader& in, View bytes, std::uint32_t offset, std::string_view field) {
  if (offset == 0 || !in.ok()) return std::nullopt;
  if (bytes.size() <= offset) {
    in.fail(field, "beyond the end");
    return std::nullopt;
  }
  return Reader(bytes.subspan(offset), offset);
}

void write_sid(Writer& out, std::string_view sid) {
  std::vector<std::string_view> numbers = split(sid, '-');
  if (numbers.size() < 3) numbers = split("S-1-0-0", '-');
  out.u8(1).u8(static_cast<std::uint8_t>(numbers.size() - 3));
  const auto authority = decimal<std::uint64_t>(numbers[2]).value_or(0);
  for (int shift = 40; 0 <= shift; shift -= 8) out.u8(static_cast<std::uint8_t>(authority >> shift));
  for (std::size_t i = 3; i < numbers.size(); ++i) out.u32le(decimal<std::uint32_t>(numbers[i]).value_or(0));
}

Bytes acl_of(const std::vector<AccessEntry>& entries) {
  Writer body;
  for (const AccessEntry& e : entries) {
    Writer one;
    one.u32le(e.mask);
    if (is_object(e.type)) one.u32le(0);
    write_sid(one, e.sid);
    body.u8(e.type).u8(e.flags).u16le(static_cast<std::uint16_t>(one.size() + 4)).bytes(one.view());
  }
  Writer out;
  out.u8(acl_revision).u8(0).u16le(static_cast<std::uint16_t>(body.size() + 8));
  out.u16le(static_cast<std::uint16_t>(entries.size())).u16le(0).bytes(body.view());
  return out.take();
}

// What generic rights mean of a file: [MS-FSA], winnt.h FILE_GENERIC_*.
std::uint32_t file_rights(std::uint32_t mask) {
  static constexpr std::uint32_t generic[][2] = {{0x80000000, file_generic_read},
                                                 {0x40000000, 0x120116},
                                                 {0x20000000, 0x1200A0},
                                                 {0x10000000, file_all_access}};
  for (auto [bit, stands_for] : generic)
    if ((mask & bit) != 0) mask |= stands_for;
  return mask;
}

bool is_among(const std::vector<std::string>& sids, const std::string& sid) {
  return std::ranges::find(sids, sid) != sids.end();
}

}  // namespace

Decoded<SecurityDescriptor> decode_security_descriptor(View bytes) {
  Reader in(bytes);
  SecurityDescriptor out;
  if (in.u8("Revision") != 1 && in.ok()) in.fail("Revision", "not 1");
  in.skip(1, "Sbz1");
  out.control = in.u16le("Control");
  const std::uint32_t owner = in.u32le("OffsetOwner"), group = in.u32le("OffsetGroup");
  in.skip(4, "OffsetSacl");
  const std::uint32_t dacl = in.u32le("OffsetDacl");
  if (in.ok() && (out.control & self_relative) == 0) in.fail("Control", "not self-relative");
  if (auto at = part(in, bytes, owner, "OffsetOwner")) {
    out.owner = read_sid(*at);
    in.absorb(*at);
  }
  if (auto at = part(in, bytes, group, "OffsetGroup")) {
    out.group = read_sid(*at);
    in.absorb(*at);
  }
  const bool has_dacl = (out.control & dacl_present) != 0;
  if (auto at = part(in, bytes, has_dacl ? dacl : 0, "OffsetDacl")) {
    out.entries = read_acl(*at);
    in.absorb(*at);
  }
  if (!in.ok()) return std::unexpected(*in.error());
  return out;
}

Bytes encode_security_descriptor(const SecurityDescriptor& d) {
  constexpr std::uint32_t header = 20;
  Writer owner, group;
  if (!d.owner.empty()) write_sid(owner, d.owner);
  if (!d.group.empty()) write_sid(group, d.group);
  const Bytes dacl = d.entries ? acl_of(*d.entries) : Bytes{};
  const auto owner_size = static_cast<std::uint32_t>(owner.size());
  const auto group_size = static_cast<std::uint32_t>(group.size());
  const auto control = static_cast<std::uint16_t>(d.control | self_relative | (d.entries ? dacl_present : 0));
  Writer out;
  out.u8(1).u8(0).u16le(control);
  out.u32le(owner_size == 0 ? 0 : header).u32le(group_size == 0 ? 0 : header + owner_size).u32le(0);
  out.u32le(dacl.empty() ? 0 : header + owner_size + group_size);
  out.bytes(owner.view()).bytes(group.view()).bytes(dacl);
  return out.take();
}

std::uint32_t rights_missing(const SecurityDescriptor& d, const std::vector<std::string>& sids,
                             std::uint32_t wanted) {
  if (!d.entries) return 0;
  constexpr std::uint32_t read_control = 0x20000, write_dac = 0x40000;
  std::uint32_t missing = wanted;
  if (is_among(sids, d.owner)) missing &= ~(read_control | write_dac);
  std::uint32_t denied = 0;
  for (const AccessEntry& e : *d.entries) {
    if ((e.flags & inherit_only) != 0 || e.conditional || !is_among(sids, e.sid)) continue;
    const std::uint32_t rights = file_rights(e.mask);
    if (denies(e.type)) denied |= missing & rights;
    if (allows(e.type)) missing &= ~(rights & ~denied);
  }
  return missing;
}

const AccessEntry* denied_by(const SecurityDescriptor& d, const std::vector<std::string>& sids,
                             std::uint32_t wanted) {
  if (!d.entries) return nullptr;
  std::uint32_t open = wanted;
  for (const AccessEntry& e : *d.entries) {
    if ((e.flags & inherit_only) != 0 || e.conditional || !is_among(sids, e.sid)) continue;
    if (denies(e.type) && (file_rights(e.mask) & open) != 0) return &e;
    if (allows(e.type)) open &= ~file_rights(e.mask);
  }
  return nullptr;
}

}  // namespace rdpdoctor::formats
