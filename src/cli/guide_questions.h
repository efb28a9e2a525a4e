// The questions of `rdpdoctor guide`, one line of input each. All of them end: at the end of the input, or
// after a few answers that can't be used.
#pragma once

#include <optional>
#include <string>

#include "evidence/case_file.h"

namespace rdpdoctor::cli {

// A host or the path of an .rdp file. Nothing when none was given; that was told.
[[nodiscard]] std::optional<evidence::Target> ask_target();

// What the client showed: a code, or its words as they were pasted. Both are empty when nothing was given or
// known.
struct Shown {
  std::optional<evidence::Complaint> complaint;
  std::vector<evidence::Told> told;
};
[[nodiscard]] Shown ask_shown();

// (y/N); anything but a yes is a no.
[[nodiscard]] bool ask_yes(const std::string& question);

}  // namespace rdpdoctor::cli
