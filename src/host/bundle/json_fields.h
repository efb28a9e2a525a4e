// Private to host/bundle: fields of JSON that anybody may have written. "" and nothing for what is missing or
// of another type: one bad field must not cost the rest.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/reading.h"
#include "base/text.h"

namespace rdpdoctor::host {

using Json = nlohmann::json;

[[nodiscard]] std::string text_of(const Json& object, const char* name);
[[nodiscard]] std::optional<std::uint64_t> number_of(const Json& object, const char* name);
[[nodiscard]] bool is_true(const Json& object, const char* name);
// nullptr when there is no such field, or none of this kind.
[[nodiscard]] const Json* field_of(const Json& object, const char* name);
[[nodiscard]] const Json* list_of(const Json& object, const char* name);
[[nodiscard]] std::uint32_t small(std::optional<std::uint64_t> number);  // 0 where it is larger

template <class Do>
void for_objects(const Json& top, const char* name, Do act) {
  const Json* list = list_of(top, name);
  if (!list) return;
  for (const Json& item : *list)
    if (item.is_object()) act(item);
}

// A list, "absent", or {"unreadable": "why"}; not looked at where it is anything else.
template <class T, class Make>
Reading<std::vector<T>> list_reading(const Json& object, const char* name, Make make) {
  using List = Reading<std::vector<T>>;
  const Json* field = field_of(object, name);
  if (!field) return {};
  if (field->is_string() && field->get<std::string>() == "absent") return List::absent();
  if (field->is_object() && field->contains("unreadable"))
    return List::unreadable(printable(text_of(*field, "unreadable")));
  if (!field->is_array()) return {};
  List out = List::present({});
  for (const Json& item : *field)
    if (std::optional<T> one = make(item)) out.value.push_back(std::move(*one));
  return out;
}

}  // namespace rdpdoctor::host
