#include "fixes/engine/fix.h"

#include <algorithm>

namespace rdpdoctor::fixes {

std::vector<Fix> generated_list();  // from the file names, see cmake/generated_list.cmake

const std::vector<Fix>& all_fixes() {
  static const std::vector<Fix> fixes = [] {
    auto list = generated_list();
    std::ranges::sort(list, {}, &Fix::id);
    return list;
  }();
  return fixes;
}

const Fix* find_fix(std::string_view id) {
  auto at = std::ranges::find(all_fixes(), id, &Fix::id);
  return at == all_fixes().end() ? nullptr : &*at;
}

}  // namespace rdpdoctor::fixes
