// Opens what `analyze` was given: files, folders, standard input.
#pragma once

#include <string>
#include <vector>

#include "analyze/bundle.h"

namespace rdpdoctor::cli {

// Reads all of `paths` in their order ("-" is standard input). The result: one line for each that could not
// be opened.
[[nodiscard]] std::vector<Error> read_inputs(const std::vector<std::string>& paths,
                                             analyze::InputReader& reader);

// The whole of a small file.
[[nodiscard]] Result<Bytes> read_whole(const std::string& path, std::size_t most);

}  // namespace rdpdoctor::cli
