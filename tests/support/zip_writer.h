// Archives for tests: gzip members and .zip files, as the bytes that a careful or a careless writer would
// make.
#pragma once

#include <zlib.h>

#include <string>
#include <vector>

#include "base/bytes.h"

namespace rdpdoctor::test {

// `bits` as zlib has them: 31 gzip, -15 raw.
inline Bytes deflated(View bytes, int bits) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY);
  Bytes in(bytes.begin(), bytes.end());
  Bytes out(deflateBound(&stream, static_cast<uLong>(in.size())) + 64);
  stream.next_in = in.data();
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

struct TestMember {
  std::string name;
  Bytes content{};
  bool deflate = true;
  std::uint16_t flags = 0;
  std::uint16_t method = 0xffff;  // another than the true one
  std::int64_t size_lie = 0;      // added to the size that is told
  std::uint32_t crc_lie = 0;      // xored
  bool zip64 = false;             // sizes and place in the extra field
};

class ZipFile {
 public:
  void add(const TestMember& m) {
    const Bytes packed = m.deflate ? deflated(m.content, -15) : m.content;
    const auto crc = static_cast<std::uint32_t>(crc32_z(0, m.content.data(), m.content.size())) ^ m.crc_lie;
    const auto size = static_cast<std::uint64_t>(static_cast<std::int64_t>(m.content.size()) + m.size_lie);
    const std::uint16_t method = m.method != 0xffff ? m.method : m.deflate ? 8 : 0;
    const std::uint64_t at = out_.size();
    out_.u32le(0x04034b50).u16le(20);
    common(out_, m, method, crc, packed.size(), size);
    out_.u16le(0).text(m.name).bytes(packed);
    directory_.u32le(0x02014b50).u16le(20).u16le(20);
    common(directory_, m, method, crc, m.zip64 ? 0xffffffff : packed.size(), m.zip64 ? 0xffffffff : size);
    directory_.u16le(m.zip64 ? 28 : 0).u16le(0).u16le(0).u16le(0).u32le(0);
    directory_.u32le(m.zip64 ? 0xffffffff : static_cast<std::uint32_t>(at)).text(m.name);
    if (m.zip64) directory_.u16le(1).u16le(24).u64le(size).u64le(packed.size()).u64le(at);
    ++members_;
  }
  // `before`: what a self-extracting program is; `zip64`: the end says so, and the old end says nothing.
  [[nodiscard]] Bytes bytes(std::size_t before = 0, bool zip64 = false, std::string_view comment = "") const {
    Writer out;
    out.bytes(Bytes(before, 'M')).bytes(out_.view());
    const std::uint64_t at = out_.size();
    out.bytes(directory_.view());
    if (zip64) {
      const std::uint64_t end_at = out.size();
      out.u32le(0x06064b50).u64le(44).u16le(45).u16le(45).u32le(0).u32le(0).u64le(members_).u64le(members_);
      out.u64le(directory_.size()).u64le(at).u32le(0x07064b50).u32le(0).u64le(end_at).u32le(1);
    }
    const std::uint16_t count = zip64 ? 0xffff : static_cast<std::uint16_t>(members_);
    out.u32le(0x06054b50).u16le(0).u16le(0).u16le(count).u16le(count);
    out.u32le(zip64 ? 0xffffffff : static_cast<std::uint32_t>(directory_.size()));
    out.u32le(zip64 ? 0xffffffff : static_cast<std::uint32_t>(at));
    return out.u16le(static_cast<std::uint16_t>(comment.size())).text(comment).take();
  }
  [[nodiscard]] std::size_t directory_at() const { return out_.size(); }

 private:
  static void common(Writer& out, const TestMember& m, std::uint16_t method, std::uint32_t crc,
                     std::uint64_t packed, std::uint64_t size) {
    out.u16le(m.flags).u16le(method).u32le(0).u32le(crc);
    out.u32le(static_cast<std::uint32_t>(packed)).u32le(static_cast<std::uint32_t>(size));
    out.u16le(static_cast<std::uint16_t>(m.name.size()));
  }
  Writer out_;
  Writer directory_;
  std::uint64_t members_ = 0;
};

}  // namespace rdpdoctor::test
