// Help as CLI11 writes it, the same in every run: it lists options that exclude one another in the order of
// their addresses.
#pragma once

#include <CLI/App.hpp>

namespace rdpdoctor::cli {

void use_steady_help(CLI::App& app);  // for it and the commands that are added afterwards

}  // namespace rdpdoctor::cli
