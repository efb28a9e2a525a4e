// docs/fixes.md
#pragma once

#include <string>

namespace rdpdoctor::cli {

[[nodiscard]] std::string fixes_page();

}  // namespace rdpdoctor::cli
