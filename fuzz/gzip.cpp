// gzip: whatever comes, it ends, and what is unpacked is bounded by what was put in.

#include "formats/gzip.h"
#include "fuzz.h"

namespace rdpdoctor::fuzz {

void run(View bytes) {
  auto source = formats::gunzip(over(bytes));
  auto all = read_all(*source, 64 * 1024 * 1024);
  if (all) expects(all->size() <= 1100 * bytes.size());
  expects(source->consumed() <= bytes.size());
}

}  // namespace rdpdoctor::fuzz
