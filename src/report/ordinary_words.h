// Words that identify nobody: those of this program's own tables and texts.
#pragma once

#include <string>
#include <string_view>

namespace rdpdoctor::report {

[[nodiscard]] bool is_ordinary(const std::string& lower_case_word);

// Words by which judges know something: they stay whatever else is called by them.
[[nodiscard]] bool is_telling(const std::string& lower_case_word);

}  // namespace rdpdoctor::report
