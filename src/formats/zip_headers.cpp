#include "formats/zip_headers.h"

#include <algorithm>
#include <array>

namespace rdpdoctor::formats {
namespace {

constexpr std::uint32_t local_signature = 0x04034b50;
constexpr std::uint32_t central_signature = 0x02014b50;
constexpr std::uint32_t end_signature = 0x06054b50;
constexpr std::uint32_t zip64_end_signature = 0x06064b50;
constexpr std::uint32_t zip64_locator_signature = 0x07064b50;
constexpr std::size_t local_bytes = 30;
constexpr std::size_t central_bytes = 46;
constexpr std::size_t end_bytes = 22;
constexpr std::size_t zip64_end_bytes = 56;
constexpr std::size_t zip64_locator_bytes = 20;
constexpr std::size_t longest_comment = 65535;
constexpr std::uint32_t in_zip64 = 0xffffffff;

Error broken(const char* what) {
  return {std::string("read the archive's ") + what, ErrorKind::malformed, 0, ""};
}

Result<Bytes> bytes_at(RandomSource& archive, std::uint64_t at, std::size_t n, const char* what) {
  if (archive.size() < at || archive.size() - at < n) return std::unexpected(broken(what));
  Bytes out(n);
  if (auto done = archive.read_at(at, out); !done) return std::unexpected(done.error());
  return out;
}

// APPNOTE 4.5.3: eight bytes for each of the fields that have no room in the header, in this order.
void read_zip64_extra(View extra, ZipMember& member) {
  Reader in(extra);
  while (in.left() >= 4) {
    const std::uint16_t id = in.u16le("Header ID");
    Reader field = in.sub(in.u16le("Data Size"), "Extra Field");
    if (id != 1 || !in.ok()) continue;
    if (member.size == in_zip64) member.size = field.u64le("Original Size");
    if (member.packed == in_zip64) member.packed = field.u64le("Compressed Size");
    if (member.header_at == in_zip64) member.header_at = field.u64le("Relative Header Offset");
    return;
  }
}

// From "general purpose bit flag" to "uncompressed size", which both headers have alike.
void read_common(Reader& in, ZipHeader& header) {
  const std::uint16_t flags = in.u16le("general purpose bit flag");
  header.encrypted = (flags & 0x0001U) != 0;
  header.member.method = in.u16le("compression method");
  in.skip(4, "last mod file time, date");
  header.member.crc = in.u32le("crc-32");
  header.member.packed = in.u32le("compressed size");
  header.member.size = in.u32le("uncompressed size");
  header.size_follows = (flags & 0x0008U) != 0 && header.member.packed == 0;
}

Result<void> read_name_and_extra(RandomSource& archive, std::uint64_t at, std::size_t name, std::size_t extra,
                                 ZipHeader& header) {
  auto bytes = bytes_at(archive, at, name + extra, "file name");
  if (!bytes) return std::unexpected(bytes.error());
  header.member.name.assign(bytes->begin(), bytes->begin() + static_cast<std::ptrdiff_t>(name));
  read_zip64_extra(View(*bytes).subspan(name), header.member);
  return {};
}

struct End {
  std::uint64_t at = 0;  // of the record itself: the directory ends there
  std::uint64_t members = 0;
  std::uint64_t directory_bytes = 0;
  std::uint64_t directory_at = 0;  // as told
};

std::optional<End> read_end(View bytes, std::uint64_t at) {
  Reader in(bytes);
  if (in.u32le("signature") != end_signature) return std::nullopt;
  in.skip(6, "disks");
  End end;
  end.at = at;
  end.members = in.u16le("total number of entries");
  end.directory_bytes = in.u32le("size of the central directory");
  end.directory_at = in.u32le("offset of start of central directory");
  in.skip(in.u16le("comment length"), "comment");
  return in.ok() ? std::optional(end) : std::nullopt;
}

void read_zip64_end(RandomSource& archive, End& end) {
  if (end.at < zip64_locator_bytes) return;
  auto locator = bytes_at(archive, end.at - zip64_locator_bytes, zip64_locator_bytes, "end");
  if (!locator) return;
  Reader where(*locator);
  if (where.u32le("signature") != zip64_locator_signature) return;
  where.skip(4, "disk");
  const std::uint64_t at = where.u64le("relative offset of the zip64 end of central directory record");
  auto record = bytes_at(archive, at, zip64_end_bytes, "end");
  if (!record) return;
  Reader in(*record);
  if (in.u32le("signature") != zip64_end_signature) return;
  in.skip(28, "size … number of entries on this disk");
  end.at = at;
  end.members = in.u64le("total number of entries");
  end.directory_bytes = in.u64le("size of the central directory");
  end.directory_at = in.u64le("offset of start of central directory");
}

Result<End> find_end(RandomSource& archive) {
  const auto tail_bytes =
      static_cast<std::size_t>(std::min<std::uint64_t>(archive.size(), end_bytes + longest_comment));
  const std::uint64_t tail_at = archive.size() - tail_bytes;
  auto tail = bytes_at(archive, tail_at, tail_bytes, "end");
  if (!tail) return std::unexpected(tail.error());
  constexpr std::array<std::uint8_t, 4> signature{'P', 'K', 5, 6};
  auto from = tail->end();
  while (true) {  // the last one that fits
    auto found = std::find_end(tail->begin(), from, signature.begin(), signature.end());
    if (found == from) return std::unexpected(broken("end"));
    const auto at = static_cast<std::size_t>(found - tail->begin());
    if (auto end = read_end(View(*tail).subspan(at), tail_at + at)) {
      read_zip64_end(archive, *end);
      return *end;
    }
    from = found;
  }
}

}  // namespace

Result<ZipDirectory> find_directory(RandomSource& archive) {
  auto end = find_end(archive);
  if (!end) return std::unexpected(end.error());
  if (end->at < end->directory_bytes) return std::unexpected(broken("directory"));
  // The directory stands right before the record, wherever the record says it is.
  const std::uint64_t at = end->at - end->directory_bytes;
  if (at < end->directory_at) return std::unexpected(broken("directory"));
  return ZipDirectory{.at = at, .members = end->members, .shift = at - end->directory_at};
}

Result<ZipHeader> read_central_header(RandomSource& archive, std::uint64_t at, std::uint64_t shift) {
  auto bytes = bytes_at(archive, at, central_bytes, "directory");
  if (!bytes) return std::unexpected(bytes.error());
  Reader in(*bytes);
  if (in.u32le("signature") != central_signature) return std::unexpected(broken("directory"));
  in.skip(4, "versions");
  ZipHeader header;
  read_common(in, header);
  const std::size_t name = in.u16le("file name length");
  const std::size_t extra = in.u16le("extra field length");
  const std::size_t comment = in.u16le("file comment length");
  in.skip(8, "disk number start … external file attributes");
  header.member.header_at = in.u32le("relative offset of local header");
  if (auto done = read_name_and_extra(archive, at + central_bytes, name, extra, header); !done)
    return std::unexpected(done.error());
  header.size_follows = false;
  header.header_bytes = central_bytes + name + extra + comment;
  header.member.header_at += std::min(shift, ~header.member.header_at);
  return header;
}

Result<ZipHeader> read_local_header(RandomSource& archive, std::uint64_t at) {
  auto bytes = bytes_at(archive, at, local_bytes, "member");
  if (!bytes) return std::unexpected(bytes.error());
  Reader in(*bytes);
  if (in.u32le("signature") != local_signature) return std::unexpected(broken("member"));
  in.skip(2, "version needed to extract");
  ZipHeader header;
  read_common(in, header);
  const std::size_t name = in.u16le("file name length");
  const std::size_t extra = in.u16le("extra field length");
  header.member.header_at = 0;
  if (auto done = read_name_and_extra(archive, at + local_bytes, name, extra, header); !done)
    return std::unexpected(done.error());
  header.member.header_at = at;
  header.header_bytes = local_bytes + name + extra;
  return header;
}

}  // namespace rdpdoctor::formats
