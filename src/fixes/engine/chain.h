// What ties each line of a journal to the one before it.
#pragma once

#include <string>
#include <string_view>

namespace rdpdoctor::fixes {

[[nodiscard]] std::string chain_of(std::string_view line);  // its SHA-256 in hexadecimal

}  // namespace rdpdoctor::fixes
