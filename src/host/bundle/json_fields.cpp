#include "host/bundle/json_fields.h"

namespace rdpdoctor::host {

const Json* field_of(const Json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  auto at = object.find(name);
  return at == object.end() ? nullptr : &*at;
}
std::string text_of(const Json& object, const char* name) {
  const Json* at = field_of(object, name);
  return at && at->is_string() ? at->get<std::string>() : std::string();
}
std::optional<std::uint64_t> number_of(const Json& object, const char* name) {
  const Json* at = field_of(object, name);
  if (!at || !at->is_number_unsigned()) return std::nullopt;
  return at->get<std::uint64_t>();
}
bool is_true(const Json& object, const char* name) {
  const Json* at = field_of(object, name);
  return at && at->is_boolean() && at->get<bool>();
}
const Json* list_of(const Json& object, const char* name) {
  const Json* at = field_of(object, name);
  return at && at->is_array() ? at : nullptr;
}
std::uint32_t small(std::optional<std::uint64_t> number) {
  return number && *number <= UINT32_MAX ? static_cast<std::uint32_t>(*number) : 0;
}

}  // namespace rdpdoctor::host
