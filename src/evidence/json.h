// The case file as JSON and back. Keys are the member names of case_file.h; a missing key is the default, so
// that older and hand-written files read; an unknown key is ignored. Readings: {"present": v}, "absent",
// {"unreadable": "why"}. Bounded: a file with more list entries than any run makes is refused.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "evidence/case_file.h"

namespace rdpdoctor::evidence {

[[nodiscard]] std::string to_json(const CaseFile& c, int indent = -1);
[[nodiscard]] Result<CaseFile> from_json(std::string_view text);

// The case file that a diagnosis (schema rdpdoctor.diagnosis/1) or a watch's summary carries, or one by
// itself.
[[nodiscard]] Result<CaseFile> from_diagnosis_json(std::string_view text);

[[nodiscard]] std::string_view name_of(Stage stage);  // "tcp"
[[nodiscard]] std::string_view name_of(Topic topic);  // "remote-desktop"

}  // namespace rdpdoctor::evidence
