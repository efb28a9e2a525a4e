#include "formats/zip_writer.h"

#include <zlib.h>

#include <chrono>

namespace rdpdoctor::formats {
namespace {

constexpr std::uint64_t most_bytes = 0xFFFF0000;  // below what stands for "see zip64"
constexpr std::size_t most_members = 0xFFFE;
constexpr std::uint16_t version_needed = 20;    // 4.4.3.2: deflate
constexpr std::uint16_t made_by = 3 << 8 | 20;  // 4.4.2: UNIX, so that the mode below counts
constexpr std::uint16_t utf8_name = 0x0800;     // 4.4.4, bit 11
constexpr std::uint32_t private_file = 0100600U << 16U;
constexpr std::uint16_t deflated_method = 8;

// 4.4.6: MS-DOS date and time, in UTC here; of the years 1980 to 2107.
struct DosTime {
  std::uint16_t time = 0, date = 0;
};
DosTime dos_time(Instant at) {
  using namespace std::chrono;
  static constexpr int first_year = 1980, last_year = 2107;
  const sys_time<milliseconds> when{milliseconds(at.ms)};
  const auto day = floor<days>(when);
  const year_month_day date(day);
  const int year = static_cast<int>(date.year());
  if (year < first_year || last_year < year) return {.time = 0, .date = 1U << 5U | 1U};
  const hh_mm_ss time(floor<seconds>(when - day));
  const auto years = static_cast<unsigned>(year - first_year);
  const auto hour = static_cast<unsigned>(time.hours().count());
  const auto minute = static_cast<unsigned>(time.minutes().count());
  const auto second = static_cast<unsigned>(time.seconds().count());
  return {static_cast<std::uint16_t>(hour << 11U | minute << 5U | second / 2),
          static_cast<std::uint16_t>(years << 9U | static_cast<unsigned>(date.month()) << 5U |
                                     static_cast<unsigned>(date.day()))};
}

Error no_memory() {
  return {"write zip: zlib has no memory", ErrorKind::io, 0, ""};
}

Result<Bytes> deflated(const Bytes& content) {
  z_stream stream{};
  static constexpr int raw = -15, memory = 8;
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, raw, memory, Z_DEFAULT_STRATEGY) != Z_OK)
    return std::unexpected(no_memory());
  Bytes out(deflateBound(&stream, static_cast<uLong>(content.size())));
  Bytes in = content;  // zlib's pointer is not const everywhere
  stream.next_in = in.data();
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  const int done = deflate(&stream, Z_FINISH);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  if (done != Z_STREAM_END) return std::unexpected(no_memory());
  return out;
}

class Archive {
 public:
  explicit Archive(Instant made) : made_(dos_time(made)) {}

  [[nodiscard]] bool add(const std::string& name, const Bytes& content, const Bytes& packed) {
    const std::uint64_t at = out_.size();
    if (most_bytes < at + packed.size() + directory_.size() || 0xFFFF < name.size()) return false;
    out_.u32le(0x04034b50).u16le(version_needed);  // 4.3.7, local file header
    common(out_, name, content, packed);
    out_.u16le(0).text(name).bytes(packed);
    directory_.u32le(0x02014b50).u16le(made_by).u16le(version_needed);  // 4.3.12
    common(directory_, name, content, packed);
    directory_.u16le(0).u16le(0).u16le(0).u16le(0).u32le(private_file);
    directory_.u32le(static_cast<std::uint32_t>(at)).text(name);
    ++members_;
    return true;
  }

  Bytes finish() {
    const auto at = static_cast<std::uint32_t>(out_.size());
    const auto size = static_cast<std::uint32_t>(directory_.size());
    out_.bytes(directory_.view());
    out_.u32le(0x06054b50).u16le(0).u16le(0).u16le(members_).u16le(members_);  // 4.3.16
    out_.u32le(size).u32le(at).u16le(0);
    return out_.take();
  }

 private:
  // What both headers have, from "general purpose bit flag" to "file name length".
  void common(Writer& out, const std::string& name, const Bytes& content, const Bytes& packed) const {
    out.u16le(utf8_name).u16le(deflated_method).u16le(made_.time).u16le(made_.date);
    out.u32le(static_cast<std::uint32_t>(crc32_z(0, content.data(), content.size())));
    out.u32le(static_cast<std::uint32_t>(packed.size()));
    out.u32le(static_cast<std::uint32_t>(content.size()));
    out.u16le(static_cast<std::uint16_t>(name.size()));
  }

  Writer out_, directory_;
  DosTime made_;
  std::uint16_t members_ = 0;
};

}  // namespace

Result<Bytes> write_zip(const std::map<std::string, Bytes>& members, Instant made) {
  const auto too_much = [] {
    return std::unexpected(Error{"write zip: too much for one archive", ErrorKind::usage, 0,
                                 "less than 4 GiB and 65,535 members"});
  };
  if (most_members < members.size()) return too_much();
  Archive archive(made);
  for (const auto& [name, content] : members) {
    if (most_bytes < content.size()) return too_much();
    auto packed = deflated(content);
    if (!packed) return std::unexpected(packed.error());
    if (!archive.add(name, content, *packed)) return too_much();
  }
  return archive.finish();
}

}  // namespace rdpdoctor::formats
