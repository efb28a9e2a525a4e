// One member's bytes while they are unpacked.
#define ZLIB_CONST
#include <zlib.h>

#include <algorithm>

#include "fmt/core.h"
#include "formats/inflate.h"
#include "formats/zip_headers.h"

namespace rdpdoctor::formats {
namespace {

class Member : public ByteSource {
 public:
  Member(RandomSource& archive, ZipMember member, std::uint64_t data_at)
      : archive_(archive),
        member_(std::move(member)),
        at_(data_at),
        end_(data_at + std::min(member_.packed, archive.size() - data_at)),
        begins_(data_at),
        inflater_(Inflater::Wrapping::raw, most_inflation),
        buffer_(packed_at_once) {}

  Result<std::size_t> read(std::span<std::uint8_t> out) override {
    std::span<std::uint8_t> room = out;
    while (room.size() == out.size() && !out.empty() && !over_) step(room);
    const std::size_t got = out.size() - room.size();
    crc_ = crc32_z(crc_, out.data(), got);
    bytes_out_ += got;
    if (member_.size < bytes_out_)
      stop("larger than it says");
    else if (got == 0 && !error_)
      check_whole();
    if (got == 0 && error_) return std::unexpected(*error_);
    return got;
  }
  std::uint64_t consumed() const override { return at_ - begins_; }
  std::optional<std::uint64_t> total() const override { return member_.packed; }

 private:
  static constexpr std::size_t packed_at_once = 64 * 1024;

  void step(std::span<std::uint8_t>& room) {
    if (in_.empty() && !refill()) return;
    if (member_.method == 0) {
      const std::size_t n = std::min(in_.size(), room.size());
      std::copy_n(in_.begin(), n, room.begin());
      in_ = in_.subspan(n);
      room = room.subspan(n);
      return;
    }
    switch (inflater_.run(in_, room)) {
      case Inflater::State::going: break;
      case Inflater::State::ended: over_ = true; break;
      case Inflater::State::damaged: stop("damaged"); break;
      case Inflater::State::bomb: stop("refused, it grows beyond all measure"); break;
    }
  }

  bool refill() {
    const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(buffer_.size(), end_ - at_));
    if (n == 0) {
      over_ = true;
      return false;
    }
    if (auto done = archive_.read_at(at_, std::span(buffer_).first(n)); !done) {
      over_ = true;
      error_ = done.error();
      return false;
    }
    at_ += n;
    in_ = View(buffer_).first(n);
    return true;
  }

  void check_whole() {
    if (bytes_out_ < member_.size)
      stop("cut off");
    else if (crc_ != member_.crc)
      stop("damaged (its CRC is another)");
  }

  void stop(std::string_view what) {
    over_ = true;
    if (!error_)
      error_ =
          Error{fmt::format("unpack {}, {}, {} bytes of it were unpacked", member_.name, what, bytes_out_),
                ErrorKind::malformed, 0, ""};
  }

  RandomSource& archive_;
  ZipMember member_;
  std::uint64_t at_;   // the next packed byte to read
  std::uint64_t end_;  // after the last one that is there
  std::uint64_t begins_;
  Inflater inflater_;
  Bytes buffer_;
  View in_;  // not yet unpacked, in buffer_
  std::uint64_t bytes_out_ = 0;
  uLong crc_ = 0;
  bool over_ = false;
  std::optional<Error> error_;
};

}  // namespace

Result<std::unique_ptr<ByteSource>> open_member(RandomSource& archive, const ZipMember& member) {
  auto header = read_local_header(archive, member.header_at);
  if (!header) return std::unexpected(header.error());
  if (header->encrypted || (member.method != 0 && member.method != 8)) {
    return std::unexpected(
        Error{"unpack " + member.name, ErrorKind::malformed, 0, "stored or deflated, not encrypted"});
  }
  return std::make_unique<Member>(archive, member, member.header_at + header->header_bytes);
}

}  // namespace rdpdoctor::formats
