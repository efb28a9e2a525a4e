// Unpacks gzip. What stands after the last member: zeros are padding (tapes, disk images), anything else is
// told.
#include "formats/gzip.h"

#include <algorithm>

#include "fmt/core.h"

namespace rdpdoctor::formats {
namespace {

class Gunzip : public ByteSource {
 public:
  Gunzip(std::unique_ptr<ByteSource> source, unsigned most_ratio)
      : source_(std::move(source)),
        inflater_(Inflater::Wrapping::gzip, most_ratio),
        buffer_(packed_at_once) {}

  Result<std::size_t> read(std::span<std::uint8_t> out) override {
    std::span<std::uint8_t> room = out;
    while (room.size() == out.size() && !out.empty() && !over_) step(room);
    const std::size_t got = out.size() - room.size();
    if (got == 0 && error_) return std::unexpected(*error_);
    return got;
  }
  std::uint64_t consumed() const override { return source_->consumed(); }
  std::optional<std::uint64_t> total() const override { return source_->total(); }

 private:
  static constexpr std::size_t packed_at_once = 64 * 1024;

  void step(std::span<std::uint8_t>& room) {
    if (in_.empty() && !refill()) return;
    if (between_members_ && !begins_member()) return;
    switch (inflater_.run(in_, room)) {
      case Inflater::State::going: break;
      case Inflater::State::ended:
        inflater_.begin_again();
        between_members_ = true;
        first_ = false;
        break;
      case Inflater::State::damaged: stop("damaged"); break;
      case Inflater::State::bomb: stop("refused, it grows beyond all measure"); break;
    }
  }

  bool refill() {
    auto got = source_->read(buffer_);
    if (!got) {
      over_ = true;
      error_ = got.error();
    } else if (*got == 0) {
      if (between_members_ && !first_)
        over_ = true;
      else
        stop("cut off");
    } else {
      in_ = View(buffer_).first(*got);
    }
    return !over_;
  }

  bool begins_member() {
    if (!first_) {
      while (!in_.empty() && in_[0] == 0) {
        in_ = in_.subspan(1);
        padding_ = true;
      }
      if (in_.empty()) return false;
    }
    if (in_[0] != 0x1f || padding_) {
      stop(first_ ? "not gzip" : "followed by something that is not gzip");
      return false;
    }
    between_members_ = false;
    return true;
  }

  void stop(std::string_view what) {
    over_ = true;
    error_ = Error{
        fmt::format("unpack gzip data, {} after {} bytes of it were unpacked", what, inflater_.bytes_out()),
        ErrorKind::malformed, 0, ""};
  }

  std::unique_ptr<ByteSource> source_;
  Inflater inflater_;
  Bytes buffer_;
  View in_;                      // not yet unpacked, in buffer_
  bool first_ = true;            // no member has ended yet
  bool between_members_ = true;  // the next byte begins one
  bool padding_ = false;
  bool over_ = false;
  std::optional<Error> error_;
};

}  // namespace

bool is_gzip(View first) {
  return first.size() > 2 && first[0] == 0x1f && first[1] == 0x8b && first[2] == 8;
}

std::unique_ptr<ByteSource> gunzip(std::unique_ptr<ByteSource> source, unsigned most_ratio) {
  return std::make_unique<Gunzip>(std::move(source), std::max(most_ratio, 1U));
}

}  // namespace rdpdoctor::formats
