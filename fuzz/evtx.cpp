// Event logs: the file, a chunk, and the binary XML of one record.

#include "formats/evtx.h"

#include <algorithm>

#include "formats/evtx_chunk.h"
#include "fuzz.h"

namespace rdpdoctor::fuzz {
namespace {

// What decode_evtx_chunk promises to stay within, and a record's worth more.
constexpr std::size_t most = std::size_t{5} * 1024 * 1024;

std::size_t kept(const formats::EventRecord& record) {
  std::size_t size = sizeof(record) + record.provider.size() + record.computer.size() + record.channel.size();
  for (const formats::EventValue& value : record.data)
    size += sizeof(value) + value.name.size() + value.value.size();
  return size;
}

void decode_chunk(View chunk) {
  const formats::EvtxChunk whole = formats::decode_evtx_chunk(chunk, {}, true);
  std::size_t size = 0;
  for (const formats::EventRecord& record : whole.wanted) size += kept(record);
  expects(size <= most);
  expects(whole.records == whole.wanted.size());

  // Looking for some finds no more than looking for all, and reads the same.
  const auto even = [](std::string_view, std::uint32_t id) { return id % 2 == 0; };
  const formats::EvtxChunk some = formats::decode_evtx_chunk(chunk, even, false);
  expects(some.wanted.size() <= some.records);
  expects(some.records >= whole.records);
  for (const formats::EventRecord& record : some.wanted) expects(record.id % 2 == 0);
}

void put(Bytes& out, std::size_t at, std::size_t value) {
  for (std::size_t i = 0; i < 4; ++i) out[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

// A chunk with `bytes` where its records are.
Bytes chunk_with(View bytes) {
  static constexpr std::string_view magic = "ElfChnk";
  Bytes out(formats::evtx_chunk_size);
  std::ranges::copy(magic, out.begin());
  std::ranges::copy(bytes.first(std::min(bytes.size(), out.size() - 512)), out.begin() + 512);
  put(out, 48, 512 + std::min(bytes.size(), out.size() - 512));
  return out;
}

// One record, whose binary XML is `bytes`.
Bytes record_with(View bytes) {
  bytes = bytes.first(std::min(bytes.size(), formats::evtx_chunk_size - 512 - 28));
  Bytes out(24);
  out.insert(out.end(), bytes.begin(), bytes.end());
  out.resize(out.size() + 4);
  put(out, 0, 0x2A2A);
  put(out, 4, out.size());
  put(out, out.size() - 4, out.size());
  return out;
}

}  // namespace

void run(View bytes) {
  const auto file = over(bytes);
  std::uint64_t taken = 0;
  const auto totals = formats::read_evtx(*file, {}, [&](const formats::EventRecord&) { ++taken; });
  expects(totals.has_value() == formats::is_evtx(bytes));
  if (totals) expects(totals->records == taken);
  decode_chunk(bytes.first(std::min(bytes.size(), formats::evtx_chunk_size)));
  decode_chunk(chunk_with(bytes));
  decode_chunk(chunk_with(record_with(bytes)));
}

}  // namespace rdpdoctor::fuzz
