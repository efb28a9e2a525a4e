// What the client showed, told by texts or by its own log: the complaint that a diagnosis weighs its findings
// by.
#pragma once

#include <optional>

#include "evidence/case_file.h"

namespace rdpdoctor::analyze {

// The one disconnect code that texts tell, with its extended code; else the reason of the last failed attempt
// in the client's log. Nothing when texts tell several.
[[nodiscard]] std::optional<evidence::Complaint> complaint_of(const evidence::CaseFile& c);

}  // namespace rdpdoctor::analyze
