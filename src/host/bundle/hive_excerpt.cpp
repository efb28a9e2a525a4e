#include "host/bundle/hive_excerpt.h"

#include <algorithm>

#include "formats/hive.h"

namespace rdpdoctor::host {
namespace {

constexpr std::size_t header_bytes = 512, block_bytes = 4096;
constexpr std::size_t fields_end = 48;  // what follows is a name and reserved
constexpr std::size_t root_at = 36, length_at = 40, checksum_at = 508;

void put(Bytes& bytes, std::size_t at, std::uint32_t number) {
  for (std::size_t i = 0; i < 4 && at + i < bytes.size(); ++i)
    bytes[at + i] = static_cast<std::uint8_t>(number >> (8 * i));
}

// Right or wrong, as it was.
void put_checksum(Bytes& header, bool right) {
  if (header.size() < header_bytes) return;
  const std::uint32_t sum = formats::hive_checksum(header);
  put(header, checksum_at, right ? sum : sum ^ 0x55U);
}

bool has_right_checksum(View header) {
  auto decoded = formats::decode_hive_header(header);
  return decoded && decoded->checksum_right;
}

Bytes fields_of(View header) {
  Bytes out(header.begin(), header.end());
  for (std::size_t i = fields_end; i < out.size(); ++i) out[i] = 0;
  put_checksum(out, has_right_checksum(header));
  return out;
}

// A bin with a root that has nothing below it.
Bytes empty_bin() {
  static constexpr std::uint32_t none = 0xFFFFFFFF, root_cell = 32, cell_bytes = 88, nk_bytes = 76;
  static constexpr std::uint16_t root_key = 0x2C;  // a hive's entry, not to be deleted, an ASCII name
  Writer out;
  out.text("hbin").u32le(0).u32le(block_bytes).u64le(0).u64le(0).u32le(0);
  out.u32le(0U - cell_bytes).text("nk").u16le(root_key).u64le(0).u32le(0).u32le(none);
  out.u32le(0).u32le(0).u32le(none).u32le(none).u32le(0).u32le(none).u32le(none).u32le(none);
  out.bytes(Bytes(root_cell + 4 + nk_bytes - 4 - out.size(), 0));  // the longest names and values
  out.u16le(4).u16le(0).text("ROOT");
  out.bytes(Bytes(root_cell + cell_bytes - out.size(), 0));
  out.u32le(block_bytes - root_cell - cell_bytes);  // the rest of the bin is free
  out.bytes(Bytes(block_bytes - out.size(), 0));
  return out.take();
}

// The first block, and nothing behind it.
class Excerpt final : public RandomSource {
 public:
  explicit Excerpt(HiveExcerpt of) : of_(std::move(of)) { of_.header.resize(block_bytes); }

  [[nodiscard]] std::uint64_t size() const override { return of_.size; }

  Result<void> read_at(std::uint64_t offset, std::span<std::uint8_t> out) override {
    if (block_bytes < offset + out.size())
      return std::unexpected(
          Error{of_.problem, of_.not_read ? ErrorKind::io : ErrorKind::malformed, 0, of_.expected});
    std::copy_n(of_.header.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
    return {};
  }

 private:
  HiveExcerpt of_;
};

}  // namespace

HiveExcerpt excerpt_of(RandomSource& file) {
  HiveExcerpt out{.size = file.size()};
  const auto failed = [&](const Error& error) {
    out.problem = error.doing;
    out.expected = error.expected;
    out.not_read = error.kind == ErrorKind::io;
  };
  Bytes block(static_cast<std::size_t>(std::min<std::uint64_t>(out.size, header_bytes)));
  if (auto read = file.read_at(0, block); !read) {
    failed(read.error());
    return out;
  }
  if (!formats::is_hive(block)) return out;
  out.header = fields_of(block);
  auto hive = formats::Hive::open(file);
  if (!hive) {
    failed(hive.error());
  } else if (auto keys = (*hive)->children((*hive)->root()); !keys) {
    failed(keys.error());
  }
  return out;
}

std::unique_ptr<RandomSource> source_of(HiveExcerpt excerpt) {
  const bool opens = excerpt.problem.empty() && excerpt.header.size() == header_bytes;
  if (!opens) return std::make_unique<Excerpt>(std::move(excerpt));
  Bytes file = std::move(excerpt.header);
  const bool right = has_right_checksum(file);
  put(file, root_at, 32);
  put(file, length_at, block_bytes);
  put_checksum(file, right);
  file.resize(block_bytes);
  const Bytes bin = empty_bin();
  file.insert(file.end(), bin.begin(), bin.end());
  return random_of(std::move(file));
}

}  // namespace rdpdoctor::host
