#include "formats/hive.h"

#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"
#include "formats/hive_names.h"
#include "formats/hive_security.h"
#include "formats/hive_values.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::size_t checked_bytes = 508;  // of the base block

class FileHive final : public Hive {
 public:
  FileHive(RandomSource& file, HiveHeader header)
      : header_(std::move(header)), cells_(file, header_.bins_bytes) {}

  const HiveHeader& header() const override { return header_; }
  HiveKey root() const override { return {header_.root}; }

  Result<std::optional<HiveKey>> child(HiveKey key, std::string_view name) override {
    auto node = read_key_node(cells_, key.offset);
    if (!node) return std::unexpected(std::move(node.error()));
    auto found = find_subkey(cells_, *node, header_.root, hive_name(name));
    if (!found) return std::unexpected(std::move(found.error()));
    if (!*found) return std::nullopt;
    return HiveKey{**found};
  }

  Result<std::vector<std::string>> children(HiveKey key) override {
    auto all = subkeys(key);
    if (!all) return std::unexpected(std::move(all.error()));
    std::vector<std::string> names;
    for (HiveChild& one : *all) names.push_back(std::move(one.name));
    return names;
  }

  Result<std::vector<HiveChild>> subkeys(HiveKey key) override {
    auto node = read_key_node(cells_, key.offset);
    if (!node) return std::unexpected(std::move(node.error()));
    auto nodes = read_subkeys(cells_, *node, header_.root);
    if (!nodes) return std::unexpected(std::move(nodes.error()));
    std::vector<HiveChild> out;
    for (const KeyNode& one : *nodes) out.push_back({to_utf8(one.name), {one.offset}});
    return out;
  }

  Result<std::optional<HiveValue>> value(HiveKey key, std::string_view name) override {
    auto node = read_key_node(cells_, key.offset);
    if (!node) return std::unexpected(std::move(node.error()));
    return find_value(cells_, *node, hive_name(name), header_.minor);
  }

  Result<std::vector<HiveValue>> values(HiveKey key) override {
    auto node = read_key_node(cells_, key.offset);
    if (!node) return std::unexpected(std::move(node.error()));
    return read_values(cells_, *node, header_.minor);
  }

  Result<Bytes> security(HiveKey key) override {
    auto node = read_key_node(cells_, key.offset);
    if (!node) return std::unexpected(std::move(node.error()));
    return read_security(cells_, node->security);
  }

  Result<Instant> written(HiveKey key) override {
    auto node = read_key_node(cells_, key.offset);
    if (!node) return std::unexpected(std::move(node.error()));
    return from_filetime(node->written);
  }

  Result<void> check_bins() override { return cells_.check_bins(); }

 private:
  HiveHeader header_;
  HiveCells cells_;
};

Error not_a_hive(std::string expected) {
  return {"read it", ErrorKind::malformed, 0, std::move(expected)};
}

}  // namespace

bool is_hive(View first) {
  static constexpr std::string_view signature = "regf";
  return first.size() >= signature.size() && std::ranges::equal(first.first(signature.size()), signature);
}

std::uint32_t hive_checksum(View block) {
  Reader r(block.first(checked_bytes));
  std::uint32_t sum = 0;
  while (r.left() != 0) sum ^= r.u32le("checked");
  // Windows never writes these two.
  if (sum == 0) return 1;
  return sum == 0xFFFFFFFF ? 0xFFFFFFFE : sum;
}

Decoded<HiveHeader> decode_hive_header(View block) {
  HiveHeader header;
  Reader r(block);
  if (!is_hive(block)) r.fail("Signature", "not a registry hive");
  r.skip(4, "Signature");
  header.sequence1 = r.u32le("Sequence1");
  header.sequence2 = r.u32le("Sequence2");
  header.written = from_filetime(r.u64le("TimeStamp"));
  header.major = r.u32le("Major");
  header.minor = r.u32le("Minor");
  header.type = r.u32le("Type");
  r.skip(4, "Format");
  header.root = r.u32le("RootCell");
  header.bins_bytes = r.u32le("Length");
  r.skip(4, "Cluster");
  const std::u16string name = hive_name(r.bytes(64, "FileName"), false);
  header.file_name = to_utf8(name.substr(0, name.find(u'\0')));
  r.skip(396, "Reserved");
  header.checksum = r.u32le("CheckSum");
  if (!r.ok()) return std::unexpected(*r.error());
  header.checksum_right = hive_checksum(block) == header.checksum;
  return header;
}

Result<std::unique_ptr<Hive>> Hive::open(RandomSource& file) {
  Bytes block(static_cast<std::size_t>(std::min<std::uint64_t>(file.size(), hive_page)));
  if (auto done = file.read_at(0, block); !done) return std::unexpected(done.error());
  auto header = decode_hive_header(block);
  if (!header && is_hive(block))
    return std::unexpected(Error{"damaged: " + to_text(header.error()), ErrorKind::malformed, 0, {}});
  if (!header) return std::unexpected(not_a_hive("a registry hive"));
  if (header->type != 0) return std::unexpected(not_a_hive("a registry hive and not its transaction log"));
  if (header->major != 1 || header->minor < 3 || header->minor > 6)
    return std::unexpected(not_a_hive(
        fmt::format("a registry hive of version 1.3 to 1.6, not {}.{}", header->major, header->minor)));
  auto hive = std::make_unique<FileHive>(file, std::move(*header));
  if (auto root = hive->written(hive->root()); !root) return std::unexpected(root.error());
  return hive;
}

}  // namespace rdpdoctor::formats
