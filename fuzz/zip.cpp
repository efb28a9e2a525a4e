// .zip archives: names stay inside, members are as large as they say or an error, and there is an end.

#include "formats/zip.h"

#include <algorithm>

#include "fuzz.h"
#include "given.h"

namespace rdpdoctor::fuzz {

void run(View bytes) {
  Given archive(bytes);
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
