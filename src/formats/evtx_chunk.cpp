#include "formats/evtx_chunk.h"

#include <zlib.h>

#include <algorithm>
#include <array>

#include "formats/binary_xml.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::array<std::uint8_t, 8> chunk_magic{'E', 'l', 'f', 'C', 'h', 'n', 'k', 0};
constexpr std::uint32_t record_magic = 0x00002A2A;
constexpr std::size_t records_at = 512;  // after the header and the tables of names and templates
constexpr std::size_t record_header = 24;
constexpr std::size_t smallest_record = record_header + 4;
constexpr std::uint32_t without_checksums = 4;
// Real chunks need less than a quarter of both.
constexpr std::size_t text_per_chunk = std::size_t{3} * 1024 * 1024;
constexpr std::size_t tokens_per_chunk = std::size_t{1024} * 1024;

struct ChunkHeader {
  std::size_t end = 0;  // of the records
  std::uint32_t data_checksum = 0;
  std::uint32_t flags = 0;
  std::uint32_t checksum = 0;
};

ChunkHeader read_header(View chunk) {
  Reader r(chunk);
  r.skip(48, "magic to LastEventRecordOffset");
  ChunkHeader header;
  header.end = r.u32le("FreeSpaceOffset");
  header.data_checksum = r.u32le("EventRecordsChecksum");
  r.skip(64, "unknown");
  header.flags = r.u32le("Flags");
  header.checksum = r.u32le("Checksum");
  return header;
}

std::uint32_t checksum(View first, View second = {}) {
  uLong sum = crc32(0, first.data(), static_cast<uInt>(first.size()));
  if (!second.empty()) sum = crc32(sum, second.data(), static_cast<uInt>(second.size()));
  return static_cast<std::uint32_t>(sum);
}

class ChunkDecoder {
 public:
  ChunkDecoder(View bytes, const EventFilter& wanted)
      : bytes_(bytes),
        budget_(text_per_chunk, tokens_per_chunk),
        builder_(wanted, budget_),
        xml_(bytes, builder_, budget_) {}

  EvtxChunk run(bool check_sums) {
    const bool whole = bytes_.size() == evtx_chunk_size;
    const ChunkHeader header = read_header(bytes_);
    const bool sane = records_at <= header.end && header.end <= evtx_chunk_size;
    if (!sane) damaged("FreeSpaceOffset", 48, "outside of the chunk");
    const std::size_t end = sane ? std::min(header.end, bytes_.size()) : bytes_.size();
    if (check_sums && whole && (header.flags & without_checksums) == 0) check(header, end);
    walk(end, whole && sane);
    return std::move(out_);
  }

 private:
  void damage(const DecodeError& what) {
    if (!out_.damaged && out_.damaged_records == 0) out_.first = what;
  }
  void damaged(std::string_view field, std::size_t at, std::string_view reason) {
    damage({field, at, reason});
    out_.damaged = true;
  }

  void check(const ChunkHeader& header, std::size_t end) {
    if (checksum(bytes_.first(120), bytes_.subspan(128, records_at - 128)) != header.checksum) {
      damaged("Checksum", 124, "the chunk's header is not what was written");
    }
    if (checksum(bytes_.subspan(records_at, end - records_at)) != header.data_checksum) {
      damaged("EventRecordsChecksum", 52, "the chunk's records are not what was written");
    }
  }

  // `must_reach_end`: the header says where the records end, and all of them are there.
  void walk(std::size_t end, bool must_reach_end) {
    std::size_t at = records_at;
    while (at < end) {
      const std::size_t size = end - at < smallest_record ? 0 : record(at, end);
      if (size == 0) break;
      at += size;
    }
    if (at < end && must_reach_end) damaged("EventRecord", at, "no record where one must be");
  }

  // Gives the size of the record, 0 if there is none, or none can be found after it.
  std::size_t record(std::size_t at, std::size_t end) {
    Reader r(bytes_.subspan(at, end - at), at);
    if (r.u32le("Signature") != record_magic) return 0;
    const std::size_t size = r.u32le("Size");
    EventRecord event;
    event.record = r.u64le("EventRecordID");
    event.written = from_filetime(r.u64le("TimeCreated"));
    const bool fits = smallest_record <= size && size <= end - at;
    // Windows has been seen to leave both sizes of a record at zero; its binary XML ends by itself.
    if (!fits && size != 0) return 0;
    if (fits && Reader(bytes_.subspan(at + size - 4, 4)).u32le("Size") != size) {
      // What was written of it ends somewhere, and something else stands after that.
      damage({"Size", at + size - 4, "not the same at the record's end"});
      ++out_.damaged_records;
      return size;
    }
    Reader body = fits ? r.sub(size - smallest_record, "BinXml") : Reader(r.rest(), at + record_header);
    decode(body, event);
    return fits ? size : 0;
  }

  void decode(Reader& body, EventRecord& event) {
    builder_.start(event);
    xml_.read(body);
    if (body.ok() && !builder_.unwanted() && !builder_.complete())
      body.fail("Event", "no event in the record");
    if (!body.ok()) {
      damage(*body.error());
      ++out_.damaged_records;
      return;
    }
    ++out_.records;
    if (!builder_.unwanted()) out_.wanted.push_back(std::move(event));
  }

  View bytes_;
  Budget budget_;
  EventBuilder builder_;
  BinaryXml xml_;
  EvtxChunk out_;
};

}  // namespace

EvtxChunk decode_evtx_chunk(View bytes, const EventFilter& wanted, bool check_sums) {
  EvtxChunk out;
  const bool used = std::ranges::any_of(bytes, [](std::uint8_t byte) { return byte != 0; });
  if (!used) return out;
  if (bytes.size() < chunk_magic.size() ||
      !std::ranges::equal(bytes.first(chunk_magic.size()), chunk_magic)) {
    out.damaged = true;
    out.first = {"Signature", 0, "no chunk of an event log"};
    return out;
  }
  if (bytes.size() < records_at) return out;  // cut off before its first record
  return ChunkDecoder(bytes.first(std::min(bytes.size(), evtx_chunk_size)), wanted).run(check_sums);
}

Decoded<std::vector<EventRecord>> read_evtx_chunk(View chunk) {
  EvtxChunk out = decode_evtx_chunk(chunk, {}, false);
  if (out.damaged && out.wanted.empty()) return std::unexpected(out.first);
  return std::move(out.wanted);
}

}  // namespace rdpdoctor::formats
