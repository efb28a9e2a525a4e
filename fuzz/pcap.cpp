// Captures of both formats: packets lie within what was given, there is an end, and the same bytes in small
// pieces give the same packets.

#include "formats/pcap.h"

#include <algorithm>

#include "fuzz.h"

namespace rdpdoctor::fuzz {
namespace {

class InPieces : public ByteSource {
 public:
  explicit InPieces(View bytes) : bytes_(bytes) {}
  Result<std::size_t> read(std::span<std::uint8_t> out) override {
    const std::size_t n = std::min({out.size(), bytes_.size() - at_, std::size_t{7}});
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(at_), n, out.begin());
    at_ += n;
    return n;
  }
  std::uint64_t consumed() const override { return at_; }
  std::optional<std::uint64_t> total() const override { return std::nullopt; }

 private:
  View bytes_;
  std::size_t at_ = 0;
};

struct Sum {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::uint64_t damaged = 0;
  bool operator==(const Sum&) const = default;
};

Sum read(std::unique_ptr<ByteSource> source, std::size_t size) {
  Sum sum;
  auto reader = formats::CaptureReader::open(std::move(source));
  if (!reader) return sum;
  while (auto packet = reader->next()) {
    sum.bytes += packet->bytes.size();
    expects(sum.bytes <= size);
    expects(-253402300800000000 <= packet->at_us && packet->at_us <= 253402300800000000);
  }
  expects(!reader->next());
  expects(reader->damaged() == 0 || !reader->problem().empty());
  sum.packets = reader->packets();
  sum.damaged = reader->damaged();
  return sum;
}

}  // namespace

void run(View bytes) {
  expects(read(over(bytes), bytes.size()) == read(std::make_unique<InPieces>(bytes), bytes.size()));
}

}  // namespace rdpdoctor::fuzz
