#include "formats/hive_keys.h"

#include <algorithm>
#include <array>

#include "fmt/core.h"
#include "formats/hive_names.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::uint32_t key_header = 76;
constexpr std::uint32_t smallest_key = 4 + key_header;  // with its cell's size
constexpr std::uint16_t compressed_name = 0x0020;
constexpr std::uint16_t predefined_handle = 0x0040;  // the number of values is a handle
constexpr std::uint16_t longest_name = 512;          // bytes: 256 units, Windows' limit for names of keys

// One subkey, as its parent's list tells it: with a hint at its name, which is there to be fast and may be
// wrong.
struct Element {
  enum class Hint { none, letters, hash };
  std::uint32_t offset = 0;
  Hint kind = Hint::none;
  std::uint32_t hint = 0;
};

struct Listed {
  std::vector<Element> elements;
  std::optional<Error> damage;  // the first; what could be read is in `elements`
};

class ListReader {
 public:
  ListReader(HiveCells& cells, const KeyNode& parent) : cells_(cells), parent_(parent) {}

  Listed run() {
    if (parent_.subkeys == 0) return {};
    auto list = cells_.record(parent_.subkey_list, "subkey list", "", 4, 4);
    if (!list) {
      damage(list.error());
    } else if (list->bytes[0] == 'r' && list->bytes[1] == 'i') {
      index_root(*list);
    } else {
      leaf(*list, parent_.subkey_list);
    }
    if (!out_.damage && out_.elements.size() != parent_.subkeys)
      damage(hive_damage("subkey list", parent_.subkey_list, fmt::format("{} subkeys", parent_.subkeys)));
    return std::move(out_);
  }

 private:
  void damage(Error error) {
    if (!out_.damage) out_.damage = std::move(error);
  }

  void index_root(const HiveCells::Record& list) {
    auto leaves = cells_.numbers(list.cell, 4, Reader(View(list.bytes).subspan(2)).u16le("count"),
                                 "list of subkey lists");
    if (!leaves) return damage(leaves.error());
    for (const std::uint32_t offset : *leaves) {
      auto one = cells_.record(offset, "subkey list", "", 4, 4);
      if (!one) {
        damage(one.error());
      } else if (!leaf(*one, offset)) {
        return;
      }
    }
  }

  // False when there are more elements than subkeys: the bound for lists that are listed many times.
  bool leaf(const HiveCells::Record& list, std::uint32_t offset) {
    Reader r(list.bytes);
    const std::uint16_t signature = r.u16le("Signature");
    const std::uint16_t count = r.u16le("count");
    static constexpr std::uint16_t li = 0x696C;
    static constexpr std::uint16_t lf = 0x666C;
    static constexpr std::uint16_t lh = 0x686C;
    if (signature != li && signature != lf && signature != lh) {
      damage(hive_damage("subkey list", offset, "a list (lf, lh, li or ri)"));
      return true;
    }
    const std::size_t step = signature == li ? 1 : 2;
    if (parent_.subkeys - out_.elements.size() < count) {
      damage(hive_damage("subkey list", offset, fmt::format("{} subkeys", parent_.subkeys)));
      return false;
    }
    auto numbers = cells_.numbers(list.cell, 4, count * step, "subkey list");
    if (!numbers) {
      damage(numbers.error());
      return true;
    }
    for (std::size_t i = 0; i < numbers->size(); i += step) {
      Element element{(*numbers)[i]};
      if (step == 2) element.hint = (*numbers)[i + 1];
      if (signature == lf) element.kind = Element::Hint::letters;
      if (signature == lh) element.kind = Element::Hint::hash;
      out_.elements.push_back(element);
    }
    return true;
  }

  HiveCells& cells_;
  const KeyNode& parent_;
  Listed out_;
};

// Whether the hint speaks for this name.
bool hints_at(const Element& element, std::u16string_view name, std::uint32_t hash) {
  if (element.kind == Element::Hint::none) return true;
  if (element.kind == Element::Hint::hash) return element.hint == hash;
  std::u16string letters;
  for (std::uint32_t rest = element.hint; rest != 0; rest >>= 8)
    letters += static_cast<char16_t>(rest & 0xFF);
  return same_name(letters, name.substr(0, 4));
}

// A subkey knows its parent. That this is so keeps a tree without loops.
Result<KeyNode> read_subkey(HiveCells& cells, const KeyNode& parent, std::uint32_t root,
                            std::uint32_t offset) {
  auto node = read_key_node(cells, offset);
  if (node && (node->parent != parent.offset || offset == root))
    return std::unexpected(hive_damage("key", offset, "a key that is below the one that lists it"));
  return node;
}

}  // namespace

Result<KeyNode> read_key_node(HiveCells& cells, std::uint32_t offset) {
  auto record = cells.record(offset, "key", "nk", key_header, key_header + longest_name);
  if (!record) return std::unexpected(record.error());
  KeyNode node{.offset = offset};
  Reader r(record->bytes);
  r.skip(2, "Signature");
  node.flags = r.u16le("Flags");
  node.written = r.u64le("LastWriteTime");
  r.skip(4, "AccessBits");
  node.parent = r.u32le("Parent");
  node.subkeys = r.u32le("SubKeyCounts");
  r.skip(4, "SubKeyCounts (volatile)");
  node.subkey_list = r.u32le("SubKeyLists");
  r.skip(4, "SubKeyLists (volatile)");
  node.values = r.u32le("ValueList.Count");
  node.value_list = r.u32le("ValueList.List");
  node.security = r.u32le("Security");
  r.skip(24, "Class to WorkVar");
  const std::uint16_t name_length = r.u16le("NameLength");
  r.skip(2, "ClassLength");
  const View name = r.bytes(name_length, "Name");
  if (!r.ok()) return std::unexpected(hive_damage("key", offset, "a name that ends in its cell"));
  node.name = hive_name(name, (node.flags & compressed_name) != 0);
  if ((node.flags & predefined_handle) != 0) node.values = 0;
  if (cells.bins_bytes() / smallest_key < node.subkeys)
    return std::unexpected(hive_damage("key", offset, "no more subkeys than the hive can hold"));
  return node;
}

Result<std::optional<std::uint32_t>> find_subkey(HiveCells& cells, const KeyNode& parent, std::uint32_t root,
                                                 std::u16string_view name) {
  Listed listed = ListReader(cells, parent).run();
  const std::uint32_t hash = name_hash(name);
  for (const bool hinted : {true, false}) {
    for (const Element& element : listed.elements) {
      if (hints_at(element, name, hash) != hinted) continue;
      auto node = read_subkey(cells, parent, root, element.offset);
      if (node && same_name(node->name, name)) return element.offset;
      if (!node && !listed.damage) listed.damage = std::move(node.error());
    }
  }
  if (listed.damage) return std::unexpected(std::move(*listed.damage));
  return std::nullopt;
}

Result<std::vector<KeyNode>> read_subkeys(HiveCells& cells, const KeyNode& parent, std::uint32_t root) {
  Listed listed = ListReader(cells, parent).run();
  if (listed.damage) return std::unexpected(std::move(*listed.damage));
  // A key that is listed twice would be walked twice, and so would be all below it, twice at each level.
  std::vector<std::uint32_t> offsets;
  for (const Element& element : listed.elements) offsets.push_back(element.offset);
  std::ranges::sort(offsets);
  if (std::ranges::adjacent_find(offsets) != offsets.end())
    return std::unexpected(hive_damage("subkey list", parent.subkey_list, "each subkey once"));
  std::vector<KeyNode> out;
  for (const Element& element : listed.elements) {
    auto node = read_subkey(cells, parent, root, element.offset);
    if (!node) return std::unexpected(std::move(node.error()));
    out.push_back(std::move(*node));
  }
  return out;
}

}  // namespace rdpdoctor::formats
