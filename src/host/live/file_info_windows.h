// Files of the running Windows by their full paths, as host.h has them. Windows only.
#pragma once

#include "host/host.h"

namespace rdpdoctor::host {

[[nodiscard]] Reading<FileInfo> file_info(const std::string& path);
[[nodiscard]] Reading<std::vector<std::string>> folder_names(const std::string& path);
// Owner, group and DACL, self-relative, [MS-DTYP] 2.4.6.
[[nodiscard]] Reading<Bytes> file_security_bytes(const std::string& path);
[[nodiscard]] Reading<std::unique_ptr<RandomSource>> open_for_reading(const std::string& path);

}  // namespace rdpdoctor::host
