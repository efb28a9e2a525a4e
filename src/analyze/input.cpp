#include "analyze/input.h"

namespace rdpdoctor::analyze {
InputKind kind_of(View, const std::string&) {
  return InputKind::unknown;
}
std::string_view word(InputKind) {
  return "";
}
bool worth_reading(const std::string&) {
  return true;
}
}  // namespace rdpdoctor::analyze
