// --code: what the client showed.
#pragma once

#include <string>

#include "base/error.h"
#include "evidence/case_file.h"

namespace rdpdoctor::cli {

// "0x904/0x7", "2308", or a code's name.
[[nodiscard]] Result<evidence::Complaint> complaint_from(const std::string& code);

}  // namespace rdpdoctor::cli
