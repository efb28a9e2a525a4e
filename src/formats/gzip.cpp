#include "formats/gzip.h"

namespace rdpdoctor::formats {
bool is_gzip(View first) {
  return first.size() > 1 && first[0] == 0x1f && first[1] == 0x8b;
}
std::unique_ptr<ByteSource> gunzip(std::unique_ptr<ByteSource> source, unsigned) {
  return source;
}
}  // namespace rdpdoctor::formats
