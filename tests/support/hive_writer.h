// Writes registry hives for the tests: keys, values of any size, security descriptors, in bins as Windows
// lays them out. It shares nothing with the decoder.
//   HiveNode root{.name = "ROOT"};
//   root.key("ControlSet001\\Control\\Terminal Server").dword("fDenyTSConnections", 1);
//   Bytes file = hive_file(root);
#pragma once

#include <algorithm>
#include <list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/text.h"

namespace rdpdoctor::test {

struct HiveNode {
  struct Value {
    std::string name;
    std::uint32_t type = 0;
    Bytes data;
  };
  std::string name;
  std::vector<Value> values;
  std::list<HiveNode> keys;
  Bytes security;                                   // self-relative; empty: as its parent's
  std::uint64_t written = 133'000'000'000'000'000;  // FILETIME

  // The key below this one at "A\\B\\C", made where it is missing.
  HiveNode& key(std::string_view path) {
    HiveNode* node = this;
    for (const std::string_view part : split(path, '\\')) {
      auto found = std::ranges::find_if(
          node->keys, [&](const HiveNode& child) { return equal_ignoring_case(child.name, part); });
      node = found != node->keys.end() ? &*found : &node->keys.emplace_back(HiveNode{std::string(part)});
    }
    return *node;
  }
  // In place of one of this name.
  HiveNode& set(std::string_view value, std::uint32_t type, Bytes data) {
    std::erase_if(values, [&](const Value& v) { return equal_ignoring_case(v.name, value); });
    values.push_back({std::string(value), type, std::move(data)});
    return *this;
  }
  HiveNode& dword(std::string_view value, std::uint32_t number) {
    return set(value, 4, Writer().u32le(number).take());
  }
  HiveNode& sz(std::string_view value, std::string_view text, std::uint32_t type = 1) {
    Bytes data = utf8_to_utf16le(text);
    data.resize(data.size() + 2);
    return set(value, type, std::move(data));
  }
};

// How the hive is written; the defaults are those of a Windows of today.
struct HiveStyle {
  std::uint32_t minor = 5;
  std::string_view leaf = "lh";  // or "lf", "li"
  std::size_t per_leaf = 1012;   // more subkeys than that: several leaves below an index root
  std::uint32_t sequence1 = 1;
  std::uint32_t sequence2 = 1;
  std::string file_name = "SYSTEM";
  std::uint64_t written = 133'000'000'000'000'000;  // FILETIME
  bool right_hints = true;                          // false: no hint or hash of a leaf is that of its key
};

// XOR of the first 508 bytes, written where it belongs.
inline void put_hive_checksum(Bytes& file) {
  std::uint8_t sum[4]{};
  for (std::size_t i = 0; i < 508; ++i) sum[i % 4] ^= file[i];
  std::copy(sum, sum + 4, file.begin() + 508);
}
inline void put_u32(Bytes& file, std::size_t at, std::uint64_t value) {
  for (std::size_t i = 0; i < 4; ++i) file[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

class HiveWriter {
 public:
  explicit HiveWriter(HiveStyle style) : style_(std::move(style)) {}

  Bytes file(const HiveNode& root) {
    const std::uint32_t at = key(root, nothing, root.security.empty() ? default_security() : root.security);
    close_bin();
    link_security();
    return base_block(at);
  }

  // Everybody reads, SYSTEM and Administrators have full control.
  static Bytes default_security() {
    return *from_hex(
        "01000480 14000000 24000000 00000000 30000000"
        "01020000000000052000000020020000 010100000000000512000000"
        "02004C00 03000000"
        "00021400 3F000F00 010100000000000512000000"
        "00021800 3F000F00 01020000000000052000000020020000"
        "00021800 19000200 01020000000000052000000021020000");
  }

 private:
  static constexpr std::uint32_t nothing = 0xFFFFFFFF;
  static constexpr std::size_t segment = 16344;

  struct Name {
    std::u16string units;
    Bytes stored;
    bool compressed = true;
  };
  static Name name_of(std::string_view utf8) {
    Name out;
    const Bytes wide = utf8_to_utf16le(utf8);
    for (std::size_t i = 0; i < wide.size(); i += 2)
      out.units += static_cast<char16_t>(wide[i] | (wide[i + 1] << 8));
    out.compressed = std::ranges::all_of(out.units, [](char16_t c) { return c < 256; });
    if (!out.compressed) out.stored = wide;
    if (out.compressed) out.stored.assign(out.units.begin(), out.units.end());
    return out;
  }
  static char16_t upper(char16_t c) {
    const bool small = ('a' <= c && c <= 'z') || (0xE0 <= c && c <= 0xFE && c != 0xF7);
    return small ? static_cast<char16_t>(c - 32) : c;
  }
  static std::u16string upper(std::u16string text) {
    for (char16_t& c : text) c = upper(c);
    return text;
  }

  // Gives the offset of a cell with this content.
  std::uint32_t cell(const Bytes& data) {
    const std::size_t size = (data.size() + 4 + 7) / 8 * 8;
    if (bin_end_ - bins_.size() < size) {
      close_bin();
      bin_end_ = bins_.size() + (size + 32 + 4095) / 4096 * 4096;
      Writer header;
      header.text("hbin").u32le(static_cast<std::uint32_t>(bins_.size()));
      header.u32le(static_cast<std::uint32_t>(bin_end_ - bins_.size())).u64le(0);
      header.u64le(bins_.empty() ? style_.written : 0).u32le(0);
      bins_.insert(bins_.end(), header.view().begin(), header.view().end());
    }
    const auto at = static_cast<std::uint32_t>(bins_.size());
    bins_.resize(at + size);
    put_u32(bins_, at, 0 - size);
    std::ranges::copy(data, bins_.begin() + static_cast<std::ptrdiff_t>(at + 4));
    return at;
  }
  void close_bin() {
    const std::size_t at = bins_.size();
    bins_.resize(bin_end_);
    if (at < bin_end_) put_u32(bins_, at, bin_end_ - at);  // positive: free
  }

  std::uint32_t key(const HiveNode& node, std::uint32_t parent, const Bytes& security) {
    const Name name = name_of(node.name);
    Writer w;
    w.text("nk").u16le(
        static_cast<std::uint16_t>((parent == nothing ? 0x0C : 0) | (name.compressed ? 0x20 : 0)));
    w.u64le(node.written).u32le(0).u32le(parent == nothing ? 0 : parent);
    w.u32le(static_cast<std::uint32_t>(node.keys.size())).u32le(0).u32le(nothing).u32le(nothing);
    w.u32le(static_cast<std::uint32_t>(node.values.size())).u32le(nothing).u32le(security_item(security));
    w.u32le(nothing).u32le(512).u32le(0).u32le(512).u32le(0xFFFF).u32le(0);
    w.u16le(static_cast<std::uint16_t>(name.stored.size())).u16le(0).bytes(name.stored);
    const std::uint32_t at = cell(w.view());
    if (!node.values.empty()) put_u32(bins_, at + 4 + 40, value_list(node));
    if (!node.keys.empty()) put_u32(bins_, at + 4 + 28, subkey_list(node, at, security));
    return at;
  }

  std::uint32_t value_list(const HiveNode& node) {
    Writer list;
    for (const HiveNode::Value& value : node.values) {
      const Name name = name_of(value.name);
      const auto size = static_cast<std::uint32_t>(value.data.size());
      Bytes inlined = value.data;
      inlined.resize(4);
      Writer w;
      w.text("vk").u16le(static_cast<std::uint16_t>(name.stored.size()));
      w.u32le(size <= 4 ? size | 0x80000000 : size);
      if (size <= 4) w.bytes(inlined);
      if (size > 4) w.u32le(data(value.data));
      w.u32le(value.type).u16le(name.compressed ? 1 : 0).u16le(0).bytes(name.stored);
      list.u32le(cell(w.view()));
    }
    return cell(list.view());
  }

  std::uint32_t data(const Bytes& bytes) {
    if (bytes.size() <= segment || style_.minor <= 3) return cell(bytes);
    Writer list;
    std::uint16_t count = 0;
    for (View rest = bytes; !rest.empty(); ++count) {
      const View piece = rest.first(std::min(rest.size(), segment));
      list.u32le(cell(Bytes(piece.begin(), piece.end())));
      rest = rest.subspan(piece.size());
    }
    const std::uint32_t segments = cell(list.view());
    return cell(Writer().text("db").u16le(count).u32le(segments).take());
  }

  std::uint32_t subkey_list(const HiveNode& node, std::uint32_t parent, const Bytes& security) {
    std::vector<std::pair<std::u16string, std::uint32_t>> all;
    for (const HiveNode& child : node.keys) {
      const Bytes& own = child.security.empty() ? security : child.security;
      all.emplace_back(upper(name_of(child.name).units), key(child, parent, own));
    }
    std::ranges::sort(all);
    Writer root;
    std::uint16_t leaves = 0;
    std::uint32_t one = 0;
    for (std::size_t i = 0; i < all.size(); i += style_.per_leaf, ++leaves) {
      const std::size_t n = std::min(style_.per_leaf, all.size() - i);
      Writer w;
      w.text(style_.leaf).u16le(static_cast<std::uint16_t>(n));
      for (std::size_t k = i; k < i + n; ++k) {
        w.u32le(all[k].second);
        if (style_.leaf != "li") w.u32le(hint(all[k].first) ^ (style_.right_hints ? 0 : 0x01010101));
      }
      one = cell(w.view());
      root.u32le(one);
    }
    return leaves == 1 ? one : cell(Writer().text("ri").u16le(leaves).bytes(root.view()).take());
  }

  [[nodiscard]] std::uint32_t hint(const std::u16string& name) const {
    std::uint32_t out = 0;
    for (std::size_t i = 0; style_.leaf == "lf" && i < 4 && i < name.size(); ++i) {
      if (name[i] > 255) return 0;
      out |= static_cast<std::uint32_t>(name[i]) << (8 * i);
    }
    for (const char16_t c : style_.leaf == "lh" ? name : u"") out = 37 * out + c;
    return out;
  }

  std::uint32_t security_item(const Bytes& descriptor) {
    auto known = security_.find(hex(descriptor));
    if (known == security_.end()) {
      Writer w;
      w.text("sk").u16le(0).u32le(0).u32le(0).u32le(0).u32le(static_cast<std::uint32_t>(descriptor.size()));
      known = security_.emplace(hex(descriptor), Item{cell(w.bytes(descriptor).view()), 0}).first;
    }
    ++known->second.keys;
    return known->second.at;
  }
  void link_security() {
    for (auto item = security_.begin(); item != security_.end(); ++item) {
      const auto next = std::next(item) == security_.end() ? security_.begin() : std::next(item);
      const auto before = item == security_.begin() ? std::prev(security_.end()) : std::prev(item);
      put_u32(bins_, item->second.at + 4 + 4, next->second.at);
      put_u32(bins_, item->second.at + 4 + 8, before->second.at);
      put_u32(bins_, item->second.at + 4 + 12, item->second.keys);
    }
  }

  Bytes base_block(std::uint32_t root_at) {
    Bytes name = utf8_to_utf16le(style_.file_name);
    name.resize(64);
    Writer w;
    w.text("regf").u32le(style_.sequence1).u32le(style_.sequence2).u64le(style_.written).u32le(1);
    w.u32le(style_.minor).u32le(0).u32le(1).u32le(root_at).u32le(static_cast<std::uint32_t>(bins_.size()));
    Bytes out = w.u32le(1).bytes(name).take();
    out.resize(4096);
    put_hive_checksum(out);
    out.insert(out.end(), bins_.begin(), bins_.end());
    return out;
  }

  struct Item {
    std::uint32_t at = 0;
    std::uint32_t keys = 0;
  };
  HiveStyle style_;
  Bytes bins_;
  std::size_t bin_end_ = 0;
  std::map<std::string, Item> security_;  // by the descriptor in hexadecimal
};

[[nodiscard]] inline Bytes hive_file(const HiveNode& root, const HiveStyle& style = {}) {
  return HiveWriter(style).file(root);
}

}  // namespace rdpdoctor::test
