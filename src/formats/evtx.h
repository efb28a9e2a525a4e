// Windows event logs (.evtx): file header, 64 KiB chunks, records of binary XML with and without templates.
// The format as libyal's documentation of it and [MS-EVEN6] 2.2.12 to 2.2.18 describe it. Total, bounded.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/byte_source.h"
#include "base/time.h"

namespace rdpdoctor::formats {

[[nodiscard]] bool is_evtx(View first);  // needs 8 bytes

struct EventValue {
  std::string name;   // the Name attribute of Data, or the element's own name under UserData; "" if none
  std::string value;  // UTF-8
};

// One event, as `wevtutil` would show it. Views and strings are the callback's only while it runs.
struct EventRecord {
  std::uint64_t record = 0;        // EventRecordID, by the record's header where System does not say it
  Instant written;                 // by the record's header
  std::optional<Instant> created;  // System/TimeCreated
  std::string provider;
  std::string event_source;  // Provider's EventSourceName, ""
  std::uint32_t id = 0;
  std::uint32_t level = 0;
  std::string channel;
  std::string computer;
  std::string user_sid;
  std::uint32_t process_id = 0;
  std::vector<EventValue> data;  // of EventData or UserData, in order
};

struct EvtxTotals {
  std::uint64_t records = 0;         // read
  std::uint64_t damaged_chunks = 0;  // by magic or checksum, or that can't be walked
  std::uint64_t damaged_records = 0;
  bool dirty = false;    // the file header says it was not closed
  bool cut_off = false;  // it ends inside a chunk
  std::string problem;   // the first damage, with its place
};

// Which events are decoded whole. The rest are counted, and only as much of them is read as that needs.
// It is called from several threads at once.
using EventFilter = std::function<bool(std::string_view provider, std::uint32_t id)>;

// Starts a thread that does `work`. What it gives back waits for the end of the thread when it is destroyed;
// null: no thread could be had.
using StartThread = std::function<std::shared_ptr<void>(std::function<void()> work)>;

struct EvtxOptions {
  EventFilter wanted;        // none: all
  unsigned threads = 1;      // that decode, in all; at most 16 are used
  StartThread start_thread;  // none: the caller's thread does everything
  bool check_sums = true;
};

// Calls `take` for each wanted record in the order of the file, from this thread only. `tick` (may be empty)
// is called between chunks; it returns false to stop. An error only when it is no event log at all, or can't
// be read.
[[nodiscard]] Result<EvtxTotals> read_evtx(ByteSource& file, const EvtxOptions& options,
                                           const std::function<void(const EventRecord&)>& take,
                                           const std::function<bool()>& tick = {});

// The chunk alone, for fuzzing and for carving: 64 KiB from its "ElfChnk" on.
[[nodiscard]] Decoded<std::vector<EventRecord>> read_evtx_chunk(View chunk);

// Events as XML: `wevtutil qe /f:xml` (one <Event> after another, with or without a root), Event Viewer's
// "save as XML" (<Events>), PowerShell's ToXml; UTF-8 or UTF-16. Streams; the same totals: an <Event> that
// can't be read is a damaged record.
[[nodiscard]] bool is_event_xml(View first);  // looks into at most the first 4 KiB
[[nodiscard]] Result<EvtxTotals> read_event_xml(ByteSource& file, const EventFilter& wanted,
                                                const std::function<void(const EventRecord&)>& take,
                                                const std::function<bool()>& tick = {});

}  // namespace rdpdoctor::formats
