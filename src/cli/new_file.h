// Files that a command writes for somebody to keep or to hand on.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace rdpdoctor::cli {

[[nodiscard]] std::filesystem::path path_of(const std::string& utf8);

// A text, over whatever is there.
[[nodiscard]] Result<void> write_text(const std::string& path, std::string_view text);

// An error where something has that name: nothing is written over.
[[nodiscard]] Result<void> check_new(const std::string& path);
// Whole or not at all: under another name first, its maker's alone, as it may tell much of a machine.
[[nodiscard]] Result<void> write_new(const std::string& path, View bytes);

}  // namespace rdpdoctor::cli
