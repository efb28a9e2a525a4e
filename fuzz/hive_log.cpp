// Transaction logs of hives: the bytes as a log over a small hive that was not closed, over one whose base
// block is lost, and as both. What comes out can be read from its first byte to its last.

#include "formats/hive.h"
#include "formats/hive_log_entries.h"

#include <algorithm>

#include "fuzz.h"
#include "given.h"

namespace rdpdoctor::fuzz {
namespace {

void put(std::span<std::uint8_t> out, std::size_t at, std::uint64_t value, std::size_t n = 4) {
  for (std::size_t i = 0; i < n; ++i) out[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

Bytes base_block(std::uint32_t type, std::uint32_t sequence1, std::uint32_t sequence2) {
  Bytes out(512);
  std::ranges::copy(std::string_view("regf"), out.begin());
  put(out, 4, sequence1);
  put(out, 8, sequence2);
  put(out, 20, 1);
  put(out, 24, 5);
  put(out, 28, type);
  put(out, 36, 32);
  put(out, 40, 8192);
  put(out, 44, 1);
  put(out, 508, formats::hive_checksum(out));
  return out;
}

// The bytes as an entry whose sizes and hashes are right as far as they can be: a fuzzer does not find
// hashes.
Bytes entry_with(View bytes) {
  Bytes out(40);
  out.insert(out.end(), bytes.begin(), bytes.end());
  out.resize((out.size() + 511) / 512 * 512);
  std::ranges::copy(std::string_view("HvLE"), out.begin());
  put(out, 4, out.size());
  put(out, 12, 2);
  put(out, 16, 8192);
  put(out, 20, bytes.empty() ? 0 : bytes[0] % 4U);
  put(out, 24, formats::marvin32(View(out).subspan(40)), 8);
  put(out, 32, formats::marvin32(View(out).first(32)), 8);
  return out;
}

Bytes log_with(std::uint32_t type, View body) {
  Bytes out = base_block(type, 2, 2);
  out.insert(out.end(), body.begin(), body.end());
  return out;
}

void replay(View hive, const std::vector<View>& logs) {
  Given file(hive);
  std::vector<std::unique_ptr<Given>> given;
  std::vector<RandomSource*> sources;
  for (const View log : logs) {
    given.push_back(std::make_unique<Given>(log));
    sources.push_back(given.back().get());
  }
  const auto replayed = formats::replay_logs(file, sources);
  expects(replayed.has_value());
  if (!*replayed) return;
  const formats::Replay& result = **replayed;
  expects(result.entries != 0 || !result.problem.empty());
  expects(result.file->size() >= hive.size());
  Bytes some(static_cast<std::size_t>(std::min<std::uint64_t>(result.file->size(), 64 * 1024)));
  expects(result.file->read_at(0, some).has_value());
  expects(result.file->read_at(result.file->size() - some.size(), some).has_value());
  if (result.entries == 0) return;
  Bytes block(512);
  expects(result.file->read_at(0, block).has_value());
  const auto header = formats::decode_hive_header(block);
  expects(header.has_value() && !header->dirty());
}

}  // namespace

void run(View bytes) {
  Bytes hive = base_block(0, 3, 2);
  hive.resize(4096 + 8192);
  const Bytes newer = log_with(6, bytes);
  const Bytes entry = log_with(6, entry_with(bytes));
  const Bytes older = log_with(1, bytes);
  for (const View log : {bytes, View(newer), View(entry), View(older)}) {
    replay(hive, {log});
    replay(View(hive).first(100), {log, bytes});
  }
  replay(bytes, {newer, older});
  replay(hive, {bytes, entry});
}

}  // namespace rdpdoctor::fuzz
