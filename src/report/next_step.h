// The one step that would tell the first two causes of an explanation apart.
#pragma once

#include <string>

#include "report/explanation.h"

namespace rdpdoctor::report {

// `host` is put into the command: the one that the text names, or "HOST". "" without any cause.
[[nodiscard]] std::string next_step(const Explanation& e, std::string_view host);

}  // namespace rdpdoctor::report
