#include "host/live/descriptor_layout.h"

#include <algorithm>
#include <array>

namespace rdpdoctor::host {
namespace {

constexpr std::uint16_t dacl_present = 0x0004, sacl_present = 0x0010, sacl_defaulted = 0x0020;
constexpr std::uint16_t auto_inherit_request = 0x0100, auto_inherited = 0x0400;
constexpr std::uint16_t sacl_bits = sacl_present | sacl_defaulted | 0x0200 | 0x0800 | 0x2000;
constexpr std::uint32_t header_size = 20;
constexpr std::size_t acl_header_size = 8;

std::uint16_t u16_at(View bytes, std::size_t at) {
  return bytes.size() < at + 2 ? std::uint16_t{0} : Reader(bytes.subspan(at)).u16le("");
}
std::uint32_t u32_at(View bytes, std::size_t at) {
  return bytes.size() < at + 4 ? 0 : Reader(bytes.subspan(at)).u32le("");
}

View part(View bytes, std::size_t at, std::size_t size) {
  return at == 0 || bytes.size() < at || bytes.size() - at < size ? View{} : bytes.subspan(at, size);
}

View sid_at(View bytes, std::size_t at) {
  const View head = part(bytes, at, 8);
  return head.empty() ? View{} : part(bytes, at, 8 + 4 * std::size_t{head[1]});
}

// Up to the end of the last entry.
View acl_at(View bytes, std::size_t at) {
  const View acl = part(bytes, at, acl_header_size).empty() ? View{} : part(bytes, at, u16_at(bytes, at + 2));
  std::size_t end = acl_header_size;
  const std::size_t count = acl.size() < acl_header_size ? 0 : u16_at(acl, 4);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t size = u16_at(acl, end + 2);
    if (size < 4 || acl.size() < end + size) return {};
    end += size;
  }
  return acl.size() < end ? View{} : acl.first(end);
}

bool is_trusted(std::string_view sid, std::string_view own_user) {
  static constexpr std::array<std::string_view, 3> trusted{
      "S-1-5-18", "S-1-5-32-544",
      "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"};  // NT SERVICE\TrustedInstaller
  return std::ranges::find(trusted, sid) != trusted.end() || (!own_user.empty() && sid == own_user);
}

}  // namespace

Bytes plain_layout(View descriptor) {
  Bytes as_it_is(descriptor.begin(), descriptor.end());
  if (!formats::decode_security_descriptor(descriptor)) return as_it_is;
  const auto control = static_cast<std::uint16_t>(u16_at(descriptor, 2) & ~sacl_bits);
  const View owner = sid_at(descriptor, u32_at(descriptor, 4));
  const View group = sid_at(descriptor, u32_at(descriptor, 8));
  const bool has_list = (control & dacl_present) != 0 && u32_at(descriptor, 16) != 0;
  const View acl = has_list ? acl_at(descriptor, u32_at(descriptor, 16)) : View{};
  if (has_list && acl.empty()) return as_it_is;
  const auto owner_size = static_cast<std::uint32_t>(owner.size());
  const auto group_size = static_cast<std::uint32_t>(group.size());
  rdpdoctor::Writer list;
  if (has_list) {
    list.bytes(acl.first(2)).u16le(static_cast<std::uint16_t>(acl.size()));
    list.bytes(acl.subspan(4, 2)).u16le(0).bytes(acl.subspan(acl_header_size));
  }
  rdpdoctor::Writer out;
  out.u8(1).u8(descriptor[1]).u16le(control);
  out.u32le(owner.empty() ? 0 : header_size).u32le(group.empty() ? 0 : header_size + owner_size).u32le(0);
  out.u32le(has_list ? header_size + owner_size + group_size : 0);
  out.bytes(owner).bytes(group).bytes(list.view());
  return out.take();
}

Bytes asking_for_inherited_flag(View descriptor) {
  Bytes out(descriptor.begin(), descriptor.end());
  if ((u16_at(descriptor, 2) & auto_inherited) != 0)
    out[3] = static_cast<std::uint8_t>(out[3] | auto_inherit_request >> 8U);
  return out;
}

DescriptorParts different_parts(View is, View wanted) {
  constexpr std::uint16_t of_list = dacl_present | 0x0008 | auto_inherited | 0x1000;  // defaulted, protected
  const Bytes a = plain_layout(is), b = plain_layout(wanted);
  const auto owner = [](View d) { return sid_at(d, u32_at(d, 4)); };
  const auto group = [](View d) { return sid_at(d, u32_at(d, 8)); };
  const auto list = [](View d) { return acl_at(d, u32_at(d, 16)); };
  DescriptorParts out;
  out.owner = !owner(b).empty() && !std::ranges::equal(owner(a), owner(b));
  out.group = !group(b).empty() && !std::ranges::equal(group(a), group(b));
  out.access = (u16_at(a, 2) & of_list) != (u16_at(b, 2) & of_list) || !std::ranges::equal(list(a), list(b));
  return out;
}

std::string foreign_writer(const formats::SecurityDescriptor& descriptor, std::string_view own_user) {
  // FILE_WRITE_DATA, APPEND_DATA, WRITE_EA, DELETE_CHILD, WRITE_ATTRIBUTES, DELETE, WRITE_DAC, WRITE_OWNER,
  // GENERIC_WRITE, GENERIC_ALL. [MS-DTYP] 2.4.3
  constexpr std::uint32_t changing = 0x0152 | 0x0004 | 0x000D0000 | 0x50000000;
  constexpr std::uint8_t allow = 0, allow_object = 5, allow_callback = 9, inherit_only = 0x08;
  if (!is_trusted(descriptor.owner, own_user)) return descriptor.owner.empty() ? "S-1-1-0" : descriptor.owner;
  if (!descriptor.entries) return "S-1-1-0";
  for (const formats::AccessEntry& entry : *descriptor.entries) {
    const bool allows = entry.type == allow || entry.type == allow_object || entry.type == allow_callback;
    const bool here = (entry.flags & inherit_only) == 0;
    if (allows && here && (entry.mask & changing) != 0 && !is_trusted(entry.sid, own_user)) return entry.sid;
  }
  return "";
}

}  // namespace rdpdoctor::host
