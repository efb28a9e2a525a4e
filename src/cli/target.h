// The host that a command is about: HOST[:PORT], or the one that an .rdp file names.
#pragma once

#include "base/error.h"
#include "evidence/case_file.h"

namespace rdpdoctor::cli {

// Exactly one of both is given. Warns on stderr of what the file says and the program does not do.
[[nodiscard]] Result<evidence::Target> target_from(const std::string& host, const std::string& rdp_file);

[[nodiscard]] bool is_numeric(const std::string& host);  // an address, not a name

// The whole text a number of seconds, without a sign or exponent, which CLI11 would take.
[[nodiscard]] std::string plain_number_problem(const std::string& text);  // "" when it is one

}  // namespace rdpdoctor::cli
