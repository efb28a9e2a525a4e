#include "host/live/files.h"

namespace rdpdoctor::host {
Result<OpenFile> open_file(const std::string& path) {
  return std::unexpected(Error{"open " + path, ErrorKind::bug, 0, ""});
}
Result<std::vector<std::string>> files_under(const std::string& folder, std::size_t) {
  return std::unexpected(Error{"list " + folder, ErrorKind::bug, 0, ""});
}
}  // namespace rdpdoctor::host
