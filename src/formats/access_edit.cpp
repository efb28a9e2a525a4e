#include "formats/access_edit.h"

#include <algorithm>

#include "base/text.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::uint16_t dacl_present = 0x0004;
constexpr std::uint8_t inherited = 0x10, allow_type = 0, deny_type = 1;
constexpr std::size_t header_size = 20, acl_header_size = 8, largest_acl = 0xFFFF;
// Where the header's four offsets stand: owner, group, SACL, DACL. [MS-DTYP] 2.4.6
constexpr std::size_t offsets_at[] = {4, 8, 12, 16};

// One entry of the list, where it lies in the descriptor.
struct Ace {
  std::size_t at = 0;
  std::size_t size = 0;
  std::uint8_t type = 0;
  std::uint8_t flags = 0;
};
struct Dacl {
  std::size_t at = 0;
  std::size_t size = 0;  // AclSize, with what may be unused behind the last entry
  std::size_t end = 0;   // of the last entry
  std::vector<Ace> aces;
};

std::unexpected<DecodeError> no(std::string_view field, std::size_t offset, std::string_view reason) {
  return std::unexpected(DecodeError{field, offset, reason});
}

std::uint32_t u32_at(View bytes, std::size_t at) {
  return Reader(bytes.subspan(at)).u32le("");
}
std::uint16_t u16_at(View bytes, std::size_t at) {
  return Reader(bytes.subspan(at)).u16le("");
}
void put_u16(Bytes& bytes, std::size_t at, std::size_t value) {
  bytes[at] = static_cast<std::uint8_t>(value);
  bytes[at + 1] = static_cast<std::uint8_t>(value >> 8U);
}
void put_u32(Bytes& bytes, std::size_t at, std::size_t value) {
  put_u16(bytes, at, value & 0xFFFFU);
  put_u16(bytes, at + 2, value >> 16U);
}

// The size of a SID by its count; 0 if not even that is there.
std::size_t sid_size(View bytes, std::size_t at) {
  return at + 2 <= bytes.size() ? 8 + 4 * std::size_t{bytes[at + 1]} : 0;
}

// Owner, group and audit list keep their bytes, so the access list may not lie inside one of them, nor one of
// them inside the header, whose offsets change.
// REQUIRES: `bytes` was decoded, so that owner and group are whole.
bool overlaps_another(View bytes, const Dacl& dacl) {
  for (std::size_t field : {offsets_at[0], offsets_at[1], offsets_at[2]}) {
    const std::size_t at = u32_at(bytes, field);
    if (at == 0) continue;
    if (at < header_size) return true;
    const bool is_acl = field == offsets_at[2];
    if (bytes.size() < at + 4) return true;
    const std::size_t size = is_acl ? u16_at(bytes, at + 2) : sid_size(bytes, at);
    if (at < dacl.at + dacl.size && dacl.at < at + std::max<std::size_t>(size, 1)) return true;
  }
  return false;
}

Decoded<Dacl> find_dacl(View bytes) {
  if (auto whole = decode_security_descriptor(bytes); !whole) return std::unexpected(whole.error());
  Dacl dacl;
  dacl.at = u32_at(bytes, offsets_at[3]);
  if ((u16_at(bytes, 2) & dacl_present) == 0 || dacl.at == 0)
    return no("OffsetDacl", offsets_at[3], "there is no access list: everyone may do everything");
  if (dacl.at < header_size || bytes.size() < dacl.at + acl_header_size)
    return no("OffsetDacl", offsets_at[3], "no place for an access list");
  dacl.size = u16_at(bytes, dacl.at + 2);
  if (bytes.size() - dacl.at < dacl.size) return no("AclSize", dacl.at + 2, "beyond the end");
  dacl.end = dacl.at + acl_header_size;
  const std::size_t count = u16_at(bytes, dacl.at + 4), limit = dacl.at + dacl.size;
  for (std::size_t i = 0; i < count; ++i) {
    if (limit < dacl.end + 4) return no("AceCount", dacl.at + 4, "more entries than the list has room for");
    const Ace ace{dacl.end, u16_at(bytes, dacl.end + 2), bytes[dacl.end], bytes[dacl.end + 1]};
    if (ace.size < 4 || limit < ace.at + ace.size)
      return no("AceSize", ace.at + 2, "does not fit into the list");
    dacl.aces.push_back(ace);
    dacl.end += ace.size;
  }
  if (limit < dacl.end) return no("AclSize", dacl.at + 2, "less than its header");
  if (overlaps_another(bytes, dacl))
    return no("OffsetDacl", offsets_at[3], "the access list overlaps another part");
  return dacl;
}

// [MS-DTYP] 2.4.2.2; nothing for a text that is no SID.
std::optional<Bytes> sid_bytes(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, '-');
  if (parts.size() < 4 || 18 < parts.size() || parts[0] != "S" || parts[1] != "1") return std::nullopt;
  const auto authority = decimal<std::uint64_t>(parts[2]);
  if (!authority || (*authority >> 48U) != 0) return std::nullopt;
  Writer out;
  out.u8(1).u8(static_cast<std::uint8_t>(parts.size() - 3));
  out.u16be(static_cast<std::uint16_t>(*authority >> 32U)).u32be(static_cast<std::uint32_t>(*authority));
  for (std::size_t i = 3; i < parts.size(); ++i) {
    const auto number = decimal<std::uint32_t>(parts[i]);
    if (!number) return std::nullopt;
    out.u32le(*number);
  }
  return out.take();
}

Decoded<Bytes> ace_bytes(const AccessEntry& entry) {
  if (allow_type != entry.type && entry.type != deny_type)
    return no("AceType", 0, "only plain allow and deny entries are edited");
  const std::optional<Bytes> sid = sid_bytes(entry.sid);
  if (!sid) return no("Sid", 8, "not a SID");
  Writer out;
  out.u8(entry.type).u8(entry.flags).u16le(static_cast<std::uint16_t>(8 + sid->size()));
  out.u32le(entry.mask).bytes(*sid);
  return out.take();
}

const Ace* find(View bytes, const Dacl& dacl, const Bytes& wanted) {
  for (const Ace& ace : dacl.aces)
    if (std::ranges::equal(bytes.subspan(ace.at, ace.size), wanted)) return &ace;
  return nullptr;
}

// Before the first entry that comes later in the canonical order.
std::size_t place_for(const Dacl& dacl, const AccessEntry& entry) {
  if ((entry.flags & inherited) != 0) return dacl.end;
  for (const Ace& ace : dacl.aces) {
    if ((ace.flags & inherited) != 0) return ace.at;
    if (entry.type == deny_type && ace.type != deny_type) return ace.at;
  }
  return dacl.end;
}

// The list grew or shrank at `at`: its size and count, and where the parts behind it are now.
void correct_header(Bytes& out, const Dacl& dacl, std::size_t new_size, std::size_t count) {
  put_u16(out, dacl.at + 2, new_size);
  put_u16(out, dacl.at + 4, count);
  for (std::size_t field : offsets_at) {
    const std::size_t at = u32_at(out, field);
    if (dacl.at < at) put_u32(out, field, at - dacl.size + new_size);
  }
}

Bytes joined(View before, View middle, View after) {
  Writer out;
  out.bytes(before).bytes(middle).bytes(after);
  return out.take();
}

}  // namespace

Decoded<Bytes> with_entry(View descriptor, const AccessEntry& entry) {
  const Decoded<Dacl> dacl = find_dacl(descriptor);
  if (!dacl) return std::unexpected(dacl.error());
  const Decoded<Bytes> ace = ace_bytes(entry);
  if (!ace) return ace;
  if (find(descriptor, *dacl, *ace)) return Bytes(descriptor.begin(), descriptor.end());
  const std::size_t size = dacl->size + ace->size(), count = dacl->aces.size() + 1;
  if (largest_acl < size || largest_acl < count)
    return no("AclSize", dacl->at + 2, "the access list is full");
  const std::size_t at = place_for(*dacl, entry);
  Bytes out = joined(descriptor.first(at), *ace, descriptor.subspan(at));
  correct_header(out, *dacl, size, count);
  return out;
}

Decoded<Bytes> without_entry(View descriptor, const AccessEntry& entry) {
  const Decoded<Dacl> dacl = find_dacl(descriptor);
  if (!dacl) return std::unexpected(dacl.error());
  const Decoded<Bytes> wanted = ace_bytes(entry);
  if (!wanted) return wanted;
  const Ace* ace = find(descriptor, *dacl, *wanted);
  if (!ace) return no("AceCount", dacl->at + 4, "the access list has no such entry");
  Bytes out = joined(descriptor.first(ace->at), {}, descriptor.subspan(ace->at + ace->size));
  correct_header(out, *dacl, dacl->size - ace->size, dacl->aces.size() - 1);
  return out;
}

}  // namespace rdpdoctor::formats
