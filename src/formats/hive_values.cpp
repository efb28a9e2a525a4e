#include "formats/hive_values.h"

#include <algorithm>

#include "fmt/core.h"
#include "formats/hive_names.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::uint32_t value_header = 20;
constexpr std::uint32_t longest_name = 32766;  // bytes: 16383 units, Windows' limit for names of values
constexpr std::uint16_t compressed_name = 0x0001;
constexpr std::uint32_t inline_data = 0x80000000;
constexpr std::uint32_t segment_size = 16344;  // of big data

struct ValueNode {
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
  bool inlined = false;
  std::uint32_t data = 0;  // where it is, or the data itself
  std::uint32_t type = 0;
  std::u16string name;
};

Result<ValueNode> read_value_node(HiveCells& cells, std::uint32_t offset) {
  auto record = cells.record(offset, "value", "vk", value_header, value_header + longest_name);
  if (!record) return std::unexpected(record.error());
  ValueNode node{.offset = offset};
  Reader r(record->bytes);
  r.skip(2, "Signature");
  const std::uint16_t name_length = r.u16le("NameLength");
  const std::uint32_t size = r.u32le("DataLength");
  node.inlined = (size & inline_data) != 0;
  node.size = size & ~inline_data;
  node.data = r.u32le("Data");
  node.type = r.u32le("Type");
  const std::uint16_t flags = r.u16le("Flags");
  r.skip(2, "Spare");
  const View name = r.bytes(name_length, "Name");
  if (!r.ok()) return std::unexpected(hive_damage("value", offset, "a name that ends in its cell"));
  node.name = hive_name(name, (flags & compressed_name) != 0);
  const std::uint32_t most = node.inlined ? 4 : cells.bins_bytes();
  if (node.size > most)
    return std::unexpected(hive_damage("value", offset, fmt::format("at most {} bytes of data", most)));
  return node;
}

Result<Bytes> read_big_data(HiveCells& cells, const ValueNode& node) {
  auto record = cells.record(node.data, "big data", "db", 8, 8);
  if (!record) return std::unexpected(record.error());
  Reader r(View(record->bytes).subspan(2));
  const std::uint16_t count = r.u16le("Count");
  const std::uint32_t list = r.u32le("List");
  if (count != (node.size + segment_size - 1) / segment_size)
    return std::unexpected(hive_damage("big data", node.data, "as many segments as its size needs"));
  auto list_cell = cells.find(list, "list of data segments");
  if (!list_cell) return std::unexpected(list_cell.error());
  auto segments = cells.numbers(*list_cell, 0, count, "list of data segments");
  if (!segments) return std::unexpected(segments.error());
  Bytes out(node.size);
  std::span<std::uint8_t> rest(out);
  for (const std::uint32_t offset : *segments) {
    auto cell = cells.find(offset, "data segment");
    if (!cell) return std::unexpected(cell.error());
    const auto piece = static_cast<std::uint32_t>(std::min<std::size_t>(rest.size(), segment_size));
    if (cell->size < piece)
      return std::unexpected(hive_damage("data segment", offset, fmt::format("{} bytes", piece)));
    if (auto done = cells.read(*cell, 0, rest.first(piece)); !done) return std::unexpected(done.error());
    rest = rest.subspan(piece);
  }
  return out;
}

Result<Bytes> read_data(HiveCells& cells, const ValueNode& node, std::uint32_t minor) {
  if (node.inlined) {
    Writer w;
    Bytes out = w.u32le(node.data).take();
    out.resize(node.size);
    return out;
  }
  if (node.size == 0) return Bytes{};
  if (node.size > segment_size && minor > 3) return read_big_data(cells, node);
  auto cell = cells.find(node.data, "data");
  if (!cell) return std::unexpected(cell.error());
  if (cell->size < node.size)
    return std::unexpected(hive_damage("data", node.data, fmt::format("{} bytes", node.size)));
  Bytes out(node.size);
  if (auto done = cells.read(*cell, 0, out); !done) return std::unexpected(done.error());
  return out;
}

Result<HiveValue> with_data(HiveCells& cells, const ValueNode& node, std::uint32_t minor) {
  auto data = read_data(cells, node, minor);
  if (!data) return std::unexpected(data.error());
  return HiveValue{to_utf8(node.name), node.type, std::move(*data)};
}

Result<std::vector<std::uint32_t>> value_list(HiveCells& cells, const KeyNode& key) {
  if (key.values == 0) return std::vector<std::uint32_t>{};
  auto cell = cells.find(key.value_list, "list of values");
  if (!cell) return std::unexpected(cell.error());
  return cells.numbers(*cell, 0, key.values, "list of values");
}

}  // namespace

Result<std::optional<HiveValue>> find_value(HiveCells& cells, const KeyNode& key, std::u16string_view name,
                                            std::uint32_t minor) {
  auto list = value_list(cells, key);
  if (!list) return std::unexpected(list.error());
  std::optional<Error> damage;
  for (const std::uint32_t offset : *list) {
    auto node = read_value_node(cells, offset);
    if (!node) {
      if (!damage) damage = std::move(node.error());
    } else if (same_name(node->name, name)) {
      return with_data(cells, *node, minor);
    }
  }
  if (damage) return std::unexpected(std::move(*damage));
  return std::nullopt;
}

Result<std::vector<HiveValue>> read_values(HiveCells& cells, const KeyNode& key, std::uint32_t minor) {
  auto list = value_list(cells, key);
  if (!list) return std::unexpected(list.error());
  std::vector<HiveValue> out;
  std::size_t left = cells.bins_bytes();  // no two values share what they hold
  for (const std::uint32_t offset : *list) {
    auto node = read_value_node(cells, offset);
    if (!node) return std::unexpected(std::move(node.error()));
    const std::size_t size = node->name.size() + node->size;
    if (left < size) return std::unexpected(hive_damage("list of values", key.value_list, "each value once"));
    left -= size;
    auto value = with_data(cells, *node, minor);
    if (!value) return std::unexpected(std::move(value.error()));
    out.push_back(std::move(*value));
  }
  return out;
}

}  // namespace rdpdoctor::formats
