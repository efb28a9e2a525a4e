// Key nodes and the lists of their subkeys.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/hive_cells.h"

namespace rdpdoctor::formats {

struct KeyNode {
  std::uint32_t offset = 0;
  std::uint16_t flags = 0;
  std::uint64_t written = 0;  // FILETIME
  std::uint32_t parent = 0;   // without meaning in the root
  std::uint32_t subkeys = 0;
  std::uint32_t subkey_list = 0;
  std::uint32_t values = 0;
  std::uint32_t value_list = 0;
  std::uint32_t security = 0;
  std::u16string name;
};

[[nodiscard]] Result<KeyNode> read_key_node(HiveCells& cells, std::uint32_t offset);
// `root` is the hive's, which is below nothing.
// nullopt only when every subkey that there should be was read, and none has this name.
[[nodiscard]] Result<std::optional<std::uint32_t>> find_subkey(HiveCells& cells, const KeyNode& parent,
                                                               std::uint32_t root, std::u16string_view name);
// All of them, in the order of the list, or an error.
[[nodiscard]] Result<std::vector<KeyNode>> read_subkeys(HiveCells& cells, const KeyNode& parent,
                                                        std::uint32_t root);

}  // namespace rdpdoctor::formats
