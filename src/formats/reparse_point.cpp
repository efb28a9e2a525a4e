#include "formats/reparse_point.h"

#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"

namespace rdpdoctor::formats {
namespace {

// [MS-FSCC] 2.1.2.1
constexpr std::uint32_t tag_mount_point = 0xA0000003;
constexpr std::uint32_t tag_symlink = 0xA000000C;
constexpr std::uint32_t tag_cloud = 0x9000001A;       // and 0x9000101A to 0x9000F01A
constexpr std::uint32_t cloud_variants = 0x0000F000;  // IO_REPARSE_TAG_CLOUD_1 to _F
constexpr std::uint32_t name_surrogate = 0x20000000;
constexpr std::uint32_t symlink_flag_relative = 1;

struct Tag {
  std::uint32_t tag;
  std::string_view words;
};
constexpr Tag tags[] = {{tag_mount_point, "a junction"},
                        {tag_symlink, "a symbolic link"},
                        {0x80000007, "a single instance of several files"},
                        {0x80000013, "deduplicated"},
                        {0x80000017, "compressed by Windows (CompactOS)"},
                        {0x8000001B, "a link to an app"},
                        {0xA000001D, "a Linux symbolic link"},
                        {tag_cloud, "kept in a cloud"}};

void decode_target(Reader& data, ReparsePoint& out) {
  const std::uint16_t offset = data.u16le("SubstituteNameOffset");
  const std::uint16_t length = data.u16le("SubstituteNameLength");
  data.skip(4, "PrintNameOffset, PrintNameLength");
  if (out.tag == tag_symlink) out.relative = (data.u32le("Flags") & symlink_flag_relative) != 0;
  data.skip(offset, "PathBuffer");  // SubstituteNameOffset counts from here
  out.target = utf16le_to_utf8(data.bytes(length, "PathBuffer"));
  static constexpr std::string_view nt_prefix = R"(\??\)";
  if (out.target.starts_with(nt_prefix)) out.target.erase(0, nt_prefix.size());
}

}  // namespace

Decoded<ReparsePoint> decode_reparse_point(View bytes) {
  Reader r(bytes);
  ReparsePoint out{.tag = r.u32le("ReparseTag"), .target = "", .relative = false};
  const std::uint16_t length = r.u16le("ReparseDataLength");
  r.skip(2, "Reserved");
  if (out.tag == tag_mount_point || out.tag == tag_symlink) {
    Reader data = r.sub(length, "DataBuffer");
    decode_target(data, out);
    r.absorb(data);
  }
  if (!r.ok()) return std::unexpected(*r.error());
  return out;
}

bool is_name_surrogate(std::uint32_t tag) {
  return (tag & name_surrogate) != 0;
}

std::string reparse_tag_words(std::uint32_t tag) {
  const std::uint32_t known = (tag & ~cloud_variants) == tag_cloud ? tag_cloud : tag;
  const auto* row = std::ranges::find(tags, known, &Tag::tag);
  const std::string_view words = row == std::end(tags) ? "a reparse point" : row->words;
  return fmt::format("{} (reparse tag 0x{:08x})", words, tag);
}

}  // namespace rdpdoctor::formats
