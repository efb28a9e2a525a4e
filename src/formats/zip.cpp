#include "formats/zip.h"

namespace rdpdoctor::formats {
bool is_zip(View first) {
  return first.size() > 1 && first[0] == 'P' && first[1] == 'K';
}
Result<ZipListing> list_zip(RandomSource&) {
  return std::unexpected(Error{"list it", ErrorKind::bug, 0, ""});
}
Result<std::unique_ptr<ByteSource>> open_member(RandomSource&, const ZipMember&) {
  return std::unexpected(Error{"open it", ErrorKind::bug, 0, ""});
}
}  // namespace rdpdoctor::formats
