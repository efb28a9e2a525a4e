// A reparse point of NTFS.
#include "formats/reparse_point.h"

#include "fuzz.h"

namespace rdpdoctor::fuzz {

void run(View bytes) {
  auto point = formats::decode_reparse_point(bytes);
  if (!point) return;
  expects(point->target.size() <= 2 * bytes.size());  // at most three bytes for a unit of two
  expects(!formats::reparse_tag_words(point->tag).empty());
}

}  // namespace rdpdoctor::fuzz
