// The command line as a function, so that tests can call it.
#pragma once

namespace rdpdoctor::cli {

[[nodiscard]] int run(int argc, const char* const* argv);

}  // namespace rdpdoctor::cli
