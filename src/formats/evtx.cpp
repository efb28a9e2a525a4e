#include "formats/evtx.h"

#include <zlib.h>

#include <algorithm>
#include <array>

#include "fmt/core.h"
#include "formats/evtx_queue.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::array<std::uint8_t, 8> file_magic{'E', 'l', 'f', 'F', 'i', 'l', 'e', 0};
constexpr std::size_t file_header_size = 4096;
constexpr std::uint32_t dirty_flag = 1;
constexpr std::uint32_t without_checksums = 4;

class LogReader {
 public:
  LogReader(ByteSource& file, const EvtxOptions& options, const std::function<void(const EventRecord&)>& take,
            const std::function<bool()>& tick)
      : file_(file), options_(options), take_(take), tick_(tick) {}

  Result<EvtxTotals> run() {
    auto checked = header();
    if (!checked) return std::unexpected(checked.error());
    EvtxQueue queue(options_, options_.check_sums && *checked);
    bool more = true;
    while (more || !queue.empty()) {
      if (more) {
        auto next = read_next(queue);
        if (!next) return std::unexpected(next.error());
        more = *next;
      }
      if (!queue.empty() && (queue.full() || !more)) deliver(queue.pop());
      if (tick_ && !tick_()) break;
    }
    return totals_;
  }

 private:
  // Gives whether checksums are kept in this log.
  Result<bool> header() {
    Bytes bytes(file_header_size);
    auto got = read_fully(file_, bytes);
    if (!got) return std::unexpected(got.error());
    bytes.resize(*got);
    if (!is_evtx(bytes))
      return std::unexpected(Error{"read it", ErrorKind::malformed, 0, "a Windows event log"});
    totals_.cut_off = *got < file_header_size;
    Reader r(bytes);
    r.skip(120, "FileHeader");
    const std::uint32_t flags = r.u32le("Flags");
    const std::uint32_t sum = r.u32le("Checksum");
    if (!r.ok()) return false;
    totals_.dirty = (flags & dirty_flag) != 0;
    const bool kept = (flags & without_checksums) == 0;
    if (kept && options_.check_sums && crc32(0, bytes.data(), 120) != sum) {
      problem("the file's header is not what was written (checksum)");
    }
    return kept;
  }

  // Gives false at the end of the file.
  Result<bool> read_next(EvtxQueue& queue) {
    Bytes chunk(evtx_chunk_size);
    auto got = read_fully(file_, chunk);
    if (!got && got.error().kind != ErrorKind::malformed) return std::unexpected(got.error());
    if (!got) {  // a damaged archive: what came before it is read
      totals_.cut_off = true;
      problem(to_text(got.error()));
      return false;
    }
    if (*got == 0) return false;
    if (*got < chunk.size()) {
      totals_.cut_off = true;
      chunk.resize(*got);
    }
    queue.push(std::move(chunk));
    return !totals_.cut_off;
  }

  void deliver(const EvtxChunk& chunk) {
    totals_.records += chunk.records;
    totals_.damaged_chunks += chunk.damaged ? 1 : 0;
    totals_.damaged_records += chunk.damaged_records;
    if (chunk.damaged || chunk.damaged_records != 0) {
      problem(fmt::format("chunk {}: {}", delivered_, to_text(chunk.first)));
    }
    ++delivered_;
    for (const EventRecord& record : chunk.wanted) take_(record);
  }

  void problem(std::string what) {
    if (totals_.problem.empty()) totals_.problem = std::move(what);
  }

  ByteSource& file_;
  const EvtxOptions& options_;
  const std::function<void(const EventRecord&)>& take_;
  const std::function<bool()>& tick_;
  EvtxTotals totals_;
  std::uint64_t delivered_ = 0;
};

}  // namespace

bool is_evtx(View first) {
  return first.size() >= file_magic.size() && std::ranges::equal(first.first(file_magic.size()), file_magic);
}

Result<EvtxTotals> read_evtx(ByteSource& file, const EvtxOptions& options,
                             const std::function<void(const EventRecord&)>& take,
                             const std::function<bool()>& tick) {
  return LogReader(file, options, take, tick).run();
}

}  // namespace rdpdoctor::formats
