// What the program was started with.
#pragma once

#include <string>
#include <vector>

namespace rdpdoctor::host {

// The program's name and its arguments, in UTF-8. Windows gives `main` a copy in a code page that has not all
// letters, so there they are asked for again.
[[nodiscard]] std::vector<std::string> arguments(int argc, const char* const* argv);

}  // namespace rdpdoctor::host
