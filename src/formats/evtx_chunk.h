// One chunk of an event log: 64 KiB with its own names and templates, so that each can be read by itself.
#pragma once

#include <string_view>
#include <vector>

#include "formats/evtx.h"

namespace rdpdoctor::formats {

constexpr std::size_t evtx_chunk_size = 64 * 1024;

struct EvtxChunk {
  std::vector<EventRecord> wanted;  // in the order of the chunk
  std::uint64_t records = 0;        // read, wanted or not
  std::uint64_t damaged_records = 0;
  bool damaged = false;  // by magic or checksum, or that can't be walked to its end
  DecodeError first;     // the first damage, by its offset in the chunk; valid if there is any
};

// Reads what can be read: a chunk whose checksum is wrong is damaged, and its whole records are read all the
// same. A chunk of zeros is not in use yet. `bytes` shorter than a chunk are one that was cut off: its
// records are read as far as they go. Bounded: about 4 MiB for the records of one chunk, whatever it holds.
[[nodiscard]] EvtxChunk decode_evtx_chunk(View bytes, const EventFilter& wanted, bool check_sums);

}  // namespace rdpdoctor::formats
