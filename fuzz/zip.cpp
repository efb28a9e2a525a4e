// .zip archives: names stay inside, members are as large as they say or an error, and there is an end.

#include "formats/zip.h"

#include <algorithm>

#include "fuzz.h"

namespace rdpdoctor::fuzz {
namespace {

class Archive : public RandomSource {
 public:
  explicit Archive(View bytes) : bytes_(bytes) {}
  std::uint64_t size() const override { return bytes_.size(); }
  Result<void> read_at(std::uint64_t offset, std::span<std::uint8_t> out) override {
    // Nobody asks for what is not there.
    expects(offset <= bytes_.size() && out.size() <= bytes_.size() - offset);
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
    return {};
  }

 private:
  View bytes_;
};

}  // namespace

void run(View bytes) {
  Archive archive(bytes);
  auto listing = formats::list_zip(archive);
  if (!listing) return;
  std::uint64_t packed = 0;
  for (const auto& member : listing->members) {
    expects(!member.name.empty() && member.name.front() != '/' && member.name.find("../") != 0);
    packed += std::min<std::uint64_t>(member.packed, bytes.size());
    if (bytes.size() < packed) break;  // members don't overlap, but they may lie beyond the end
    auto source = formats::open_member(archive, member);
    if (!source) continue;
    auto all = read_all(**source, 8 * 1024 * 1024);
    if (all) expects(all->size() == member.size);
  }
}

}  // namespace rdpdoctor::fuzz
