#include "cli/docs.h"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

namespace rdpdoctor::cli {

TEST_CASE("the generated pages in docs/ are what the code says now (scripts/update-docs rewrites them)") {
  for (auto page : doc_pages()) {
    INFO(page);
    std::ifstream in(std::string(RDPDOCTOR_SOURCE) + "/docs/" + std::string(page) + ".md", std::ios::binary);
    std::string stored{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    CHECK((stored == doc_page(page)));
  }
}

TEST_CASE("every command is in the help page with a description") {
  std::string help = doc_page("help");
  for (auto command : {"diagnose", "analyze", "explain", "fix", "undo", "list", "lab", "demo"}) {
    CHECK(help.find("## rdpdoctor " + std::string(command)) != std::string::npos);
  }
}

}  // namespace rdpdoctor::cli
