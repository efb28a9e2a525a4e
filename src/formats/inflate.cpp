#include "formats/inflate.h"

#define ZLIB_CONST
#include <zlib.h>

#include <algorithm>

namespace rdpdoctor::formats {

struct Inflater::Inside {
  z_stream stream{};
};

Inflater::Inflater(Wrapping wrapping, unsigned most_ratio)
    : inside_(std::make_unique<Inside>()), most_ratio_(most_ratio) {
  constexpr int largest_window = 15;
  constexpr int gzip_header = 16;  // zlib's way to ask for it
  const int bits = wrapping == Wrapping::raw ? -largest_window : largest_window + gzip_header;
  if (inflateInit2(&inside_->stream, bits) != Z_OK) inside_.reset();
}

Inflater::~Inflater() {
  if (inside_) inflateEnd(&inside_->stream);
}

void Inflater::begin_again() {
  if (inside_) inflateReset(&inside_->stream);
}

Inflater::State Inflater::run(View& in, std::span<std::uint8_t>& out) {
  constexpr std::size_t most_at_once = 1U << 30;  // zlib counts in unsigned int
  if (!inside_) return State::damaged;
  z_stream& stream = inside_->stream;
  const auto given = static_cast<uInt>(std::min(in.size(), most_at_once));
  const auto room = static_cast<uInt>(std::min(out.size(), most_at_once));
  stream.next_in = in.data();
  stream.avail_in = given;
  stream.next_out = out.data();
  stream.avail_out = room;
  const int answer = inflate(&stream, Z_NO_FLUSH);
  in = in.subspan(given - stream.avail_in);
  out = out.subspan(room - stream.avail_out);
  in_ += given - stream.avail_in;
  out_ += room - stream.avail_out;
  if (bomb_begins < out_ && in_ < out_ / most_ratio_) return State::bomb;
  if (answer == Z_STREAM_END) return State::ended;
  return answer == Z_OK || answer == Z_BUF_ERROR ? State::going : State::damaged;
}

}  // namespace rdpdoctor::formats
