// Writes transaction logs of hives for the tests, of the newer and of the older format: the pages that differ
// between two states of a hive. It shares nothing with the decoder.
#pragma once

#include <bit>

#include "support/hive_writer.h"

namespace rdpdoctor::test {

// The first sector of a hive, as a log of this type begins with it.
[[nodiscard]] inline Bytes log_base_block(const Bytes& hive, std::uint32_t type, std::uint32_t sequence) {
  Bytes block(hive.begin(), hive.begin() + 512);
  put_u32(block, 4, sequence);
  put_u32(block, 8, sequence);
  put_u32(block, 28, type);
  put_hive_checksum(block);
  return block;
}

// Offsets, from the first bin on, of the pages of `size` bytes in which the states differ.
[[nodiscard]] inline std::vector<std::uint32_t> differing_pages(const Bytes& before, const Bytes& after,
                                                                std::size_t size) {
  std::vector<std::uint32_t> out;
  for (std::size_t at = 4096; at < after.size(); at += size) {
    const View page = View(after).subspan(at, size);
    if (before.size() < at + size || !std::ranges::equal(page, View(before).subspan(at, size)))
      out.push_back(static_cast<std::uint32_t>(at - 4096));
  }
  return out;
}

// Marvin32, seed 0x82EF4D887A4E55C5. REQUIRES: a multiple of four bytes, as all in a log is.
[[nodiscard]] inline std::uint64_t log_hash(View bytes) {
  std::uint32_t a = 0x7A4E55C5;
  std::uint32_t b = 0x82EF4D88;
  auto block = [&](std::uint32_t v) {
    a += v;
    b ^= a;
    a = std::rotl(a, 20) + b;
    b = std::rotl(b, 9) ^ a;
    a = std::rotl(a, 27) + b;
    b = std::rotl(b, 19);
  };
  Reader r(bytes);
  while (r.left() != 0) block(r.u32le("word"));
  block(0x80);
  block(0);
  return (std::uint64_t{b} << 32) | a;
}

// The entry HvLE that makes `after` of `before`.
[[nodiscard]] inline Bytes log_entry(const Bytes& before, const Bytes& after, std::uint32_t sequence) {
  const auto pages = differing_pages(before, after, 4096);
  Writer body;
  for (const std::uint32_t page : pages) body.u32le(page).u32le(4096);
  for (const std::uint32_t page : pages) body.bytes(View(after).subspan(4096 + page, 4096));
  Bytes content = body.take();
  content.resize((content.size() + 40 + 511) / 512 * 512 - 40);
  Writer w;
  w.text("HvLE").u32le(static_cast<std::uint32_t>(content.size() + 40)).u32le(0).u32le(sequence);
  w.u32le(static_cast<std::uint32_t>(after.size() - 4096)).u32le(static_cast<std::uint32_t>(pages.size()));
  w.u64le(log_hash(content));
  const std::uint64_t hash = log_hash(w.view());
  return w.u64le(hash).bytes(content).take();
}

// A log of the newer format with these entries, the first of this number.
[[nodiscard]] inline Bytes newer_log(const Bytes& hive, std::uint32_t sequence,
                                     const std::vector<Bytes>& entries) {
  Bytes out = log_base_block(hive, 6, sequence);
  for (const Bytes& entry : entries) out.insert(out.end(), entry.begin(), entry.end());
  return out;
}

// A log of the older format that makes `after` of `before`; its base block is that of `after`.
[[nodiscard]] inline Bytes older_log(const Bytes& before, const Bytes& after, std::uint32_t sequence) {
  Bytes out = log_base_block(after, 1, sequence);
  Bytes bits((after.size() - 4096) / 4096);
  Writer dirty;
  for (const std::uint32_t page : differing_pages(before, after, 512)) {
    bits[page / 4096] = static_cast<std::uint8_t>(bits[page / 4096] | (1 << (page / 512 % 8)));
    dirty.bytes(View(after).subspan(4096 + page, 512));
  }
  Bytes list = Writer().text("DIRT").bytes(bits).take();
  list.resize((list.size() + 511) / 512 * 512);
  out.insert(out.end(), list.begin(), list.end());
  out.insert(out.end(), dirty.view().begin(), dirty.view().end());
  return out;
}

}  // namespace rdpdoctor::test
