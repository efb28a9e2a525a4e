// The case file as JSON and back. Keys are the member names of case_file.h; a missing key is the default, so
// that older and hand-written files read; an unknown key is ignored. Readings: {"present": v}, "absent",
// {"unreadable": "why"}.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "evidence/case_file.h"

namespace rdpdoctor::evidence {

[[nodiscard]] std::string to_json(const CaseFile& c, int indent = -1);
[[nodiscard]] Result<CaseFile> from_json(std::string_view text);

[[nodiscard]] std::string_view name_of(Stage stage);  // "tcp"

}  // namespace rdpdoctor::evidence
