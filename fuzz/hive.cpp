// Registry hives: the whole tree of the bytes as they are, and of a hive whose cells they are. The walk has
// an end, what is found by name is what was listed, and no more comes out than is in it.

#include "formats/hive.h"

#include <algorithm>

#include "fuzz.h"
#include "given.h"

namespace rdpdoctor::fuzz {
namespace {

void check_values(formats::Hive& hive, formats::HiveKey key, std::size_t size) {
  const auto values = hive.values(key);
  if (!values) {
    expects(!values.error().doing.empty());
    return;
  }
  std::size_t data = 0;
  for (const auto& value : *values) data += value.data.size();
  expects(data <= size);
  if (values->empty()) return;
  // A lone surrogate in a name does not survive UTF-8.
  const auto found = hive.value(key, values->front().name);
  if (found && *found) expects((*found)->data == values->front().data);
}

// `left`: of the keys that there can be; no key is met twice.
void walk(formats::Hive& hive, formats::HiveKey key, std::size_t size, std::size_t& left) {
  expects(left != 0);
  --left;
  (void)hive.security(key);
  (void)hive.child(key, "Terminal Server");
  (void)hive.value(key, "fDenyTSConnections");
  check_values(hive, key, size);
  const auto below = hive.subkeys(key);
  if (!below) return;
  expects(below->size() <= size / 80);
  for (const auto& child : *below) {
    expects(child.key.offset != hive.root().offset);
    walk(hive, child.key, size, left);
  }
}

void open(View bytes) {
  Given file(bytes);
  const auto hive = formats::Hive::open(file);
  if (!hive) return;
  expects(formats::is_hive(bytes));
  (void)(*hive)->check_bins();
  std::size_t left = bytes.size() / 8;
  walk(**hive, (*hive)->root(), bytes.size(), left);
}

void put(Bytes& out, std::size_t at, std::size_t value) {
  for (std::size_t i = 0; i < 4; ++i) out[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

// A hive of one bin with these cells, the first of which is the root.
Bytes hive_with(View cells) {
  Bytes out(4096 + 32);
  const std::size_t bins = (32 + cells.size() + 4095) / 4096 * 4096;
  std::ranges::copy(std::string_view("regf"), out.begin());
  std::ranges::copy(std::string_view("hbin"), out.begin() + 4096);
  put(out, 20, 1);
  put(out, 24, 5);
  put(out, 36, 32);
  put(out, 40, bins);
  put(out, 4096 + 8, bins);
  out.insert(out.end(), cells.begin(), cells.end());
  out.resize(4096 + bins);
  return out;
}

}  // namespace

void run(View bytes) {
  open(bytes);
  open(hive_with(bytes));
}

}  // namespace rdpdoctor::fuzz
