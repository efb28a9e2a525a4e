// Enum values and their words, written once: for JSON, the command line and reports.
//
//   template <>
//   struct EnumNames<Stage> {
//     static constexpr std::pair<Stage, std::string_view> all[] = {{Stage::tcp, "tcp"}, {Stage::tls, "tls"}};
//   };
//   name_of(Stage::tls) == "tls";  value_of<Stage>("tcp") == Stage::tcp
#pragma once

#include <optional>
#include <string_view>
#include <utility>

namespace rdpdoctor {

template <class E>
struct EnumNames;  // specialized beside the enum

// "" for a value that the table does not name.
template <class E>
[[nodiscard]] constexpr std::string_view name_of(E value) {
  for (const auto& [known, name] : EnumNames<E>::all) {
    if (known == value) return name;
  }
  return {};
}

template <class E>
[[nodiscard]] constexpr std::optional<E> value_of(std::string_view text) {
  for (const auto& [value, name] : EnumNames<E>::all) {
    if (name == text) return value;
  }
  return std::nullopt;
}

}  // namespace rdpdoctor
