// The values of a key: their list, names and data.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "formats/hive.h"
#include "formats/hive_keys.h"

namespace rdpdoctor::formats {

// `minor`: of the hive's version; large data is in pieces from version 1.4 on.
// nullopt only when every value of the key was read, and none has this name.
[[nodiscard]] Result<std::optional<HiveValue>> find_value(HiveCells& cells, const KeyNode& key,
                                                          std::u16string_view name, std::uint32_t minor);
// All of them, in the order of the list, or an error.
[[nodiscard]] Result<std::vector<HiveValue>> read_values(HiveCells& cells, const KeyNode& key,
                                                         std::uint32_t minor);

}  // namespace rdpdoctor::formats
