#include "analyze/event_log.h"

#include <algorithm>

#include "analyze/threads.h"
#include "base/text.h"

namespace rdpdoctor::analyze {
namespace {

constexpr std::size_t most_values = 32;
constexpr std::size_t longest_value = 400;
constexpr std::size_t longest_event = 2048;  // all of its values
constexpr std::size_t most_counts = 4096;    // a forwarded log may hold many computers

// By time, and by record where that is the same: forwarded logs hold several machines' records.
bool before(const evidence::Event& a, const evidence::Event& b) {
  return std::tie(a.at, a.record) < std::tie(b.at, b.record);
}

evidence::Event event_of(const formats::EventRecord& r, const std::string& source) {
  evidence::Event event;
  event.source = source;
  event.provider = printable(short_provider(r.provider));
  event.id = r.id;
  event.record = r.record;
  event.at = r.created.value_or(r.written);
  event.computer = printable(r.computer);
  std::size_t size = 0;
  for (const formats::EventValue& v : r.data) {
    if (event.data.size() == most_values || longest_event < size) break;
    event.data.push_back({printable(v.name), printable(v.value, longest_value)});
    size += event.data.back().name.size() + event.data.back().value.size();
  }
  return event;
}

}  // namespace

EventKeeper::EventKeeper(std::string source) {
  piece_.read.source = std::move(source);
  piece_.read.kind = "event log";
}

void EventKeeper::take(const formats::EventRecord& record) {
  if (!is_of_interest(record)) return;
  evidence::Event event = event_of(record, piece_.read.source);
  evidence::SourceRead& read = piece_.read;
  if (!read.first || event.at < *read.first) read.first = event.at;
  if (!read.last || *read.last <= event.at) {
    read.last = event.at;
    read.computer = event.computer;
    read.channel = printable(record.channel);
  }
  // It tells how far the log reaches, and nothing of Remote Desktop.
  if (equal_ignoring_case(event.provider, "EventLog")) return;
  Key key{event.provider, event.id, event.computer};
  if (counts_.size() == most_counts && !counts_.contains(key)) {
    ++read.left_out;
    return;
  }
  auto [count, added] = counts_.try_emplace(std::move(key));
  evidence::EventCount& n = count->second;
  if (added) n = {read.source, event.provider, event.id, event.computer, 0, event.at, event.at};
  ++n.times;
  n.first = std::min(n.first, event.at);
  n.last = std::max(n.last, event.at);

  std::deque<evidence::Event>& list = kept_[{event.provider, event.id}];
  auto place = std::upper_bound(list.begin(), list.end(), event, before);
  list.insert(place, std::move(event));
  if (most_kept(record.provider, record.id) < list.size()) {
    list.pop_front();
    ++read.left_out;
  }
}

Piece EventKeeper::finish(const formats::EvtxTotals& totals) && {
  evidence::SourceRead& read = piece_.read;
  read.records = totals.records;
  read.damaged = totals.damaged_chunks + totals.damaged_records + (totals.cut_off ? 1 : 0);
  read.problem = printable(totals.problem);
  if (read.problem.empty() && totals.cut_off) read.problem = "the file ends inside a chunk";
  for (auto& [key, list] : kept_) {
    for (evidence::Event& event : list) piece_.events.push_back(std::move(event));
  }
  std::sort(piece_.events.begin(), piece_.events.end(), before);
  for (auto& [key, count] : counts_) piece_.event_counts.push_back(std::move(count));
  return std::move(piece_);
}

Result<Piece> read_event_log(ByteSource& file, const std::string& source, const Tick& tick,
                             unsigned threads) {
  Bytes head(4096);
  auto got = read_fully(file, head);
  if (!got) return std::unexpected(got.error());
  head.resize(*got);
  const std::unique_ptr<ByteSource> whole = put_back(View(head), file);
  EventKeeper keeper(source);
  auto take = [&](const formats::EventRecord& record) { keeper.take(record); };
  auto wanted = [](std::string_view provider, std::uint32_t id) { return is_of_interest(provider, id); };
  auto go_on = [&] { return !tick || tick(file.consumed(), file.total().value_or(0)); };

  Result<formats::EvtxTotals> totals;
  if (formats::is_evtx(head)) {
    formats::EvtxOptions options;
    options.wanted = wanted;
    options.threads = threads == 0 ? cores() : threads;
    options.start_thread = start_thread;
    totals = formats::read_evtx(*whole, options, take, go_on);
  } else if (formats::is_event_xml(head)) {
    totals = formats::read_event_xml(*whole, wanted, take, go_on);
  } else {
    return std::unexpected(Error{"read " + source, ErrorKind::malformed, 0, "a Windows event log"});
  }
  if (!totals) return std::unexpected(totals.error());
  return std::move(keeper).finish(*totals);
}

}  // namespace rdpdoctor::analyze
