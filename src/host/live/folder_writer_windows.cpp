#ifdef _WIN32
#include "host/folder_writer.h"

#include "base/text.h"

namespace rdpdoctor::host {

// Hives are edited by hivex, which is not built for Windows; a volume that is attached to a running Windows
// is changed by the script that --emit makes.
Result<std::unique_ptr<FolderWriter>> folder_writer(const std::string& folder) {
  return std::unexpected(Error{"write to the volume at " + printable(folder) + " from Windows",
                               ErrorKind::usage, 0, "a mounted volume on Linux, or --emit for a script"});
}

}  // namespace rdpdoctor::host
#endif
