// The generated pages of docs/: made from the code they describe, compared by a test, rewritten by
// scripts/update-docs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rdpdoctor::cli {

[[nodiscard]] std::vector<std::string_view> doc_pages();    // "causes", "codes", "faults", "fixes", "help"
[[nodiscard]] std::string doc_page(std::string_view page);  // markdown; "" for an unknown page

}  // namespace rdpdoctor::cli
