#include "host/bundle/bundle.h"

namespace rdpdoctor::host {

Result<std::unique_ptr<Host>> open_bundle(std::unique_ptr<FileTree> tree) {
  return std::unexpected(Error{"read " + tree->name(), ErrorKind::io, 0, ""});
}

}  // namespace rdpdoctor::host
