#include "collect/event_xml.h"

#include <deque>

#include "base/text.h"
#include "fmt/core.h"

namespace rdpdoctor::collect {
namespace {

using formats::EventRecord;

constexpr std::size_t most_text = 64U << 20U;
constexpr std::string_view schema = "http://schemas.microsoft.com/win/2004/08/events/event";

void put(std::string& out, std::string_view text) {
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '\'': out += "&apos;"; break;
      default:
        if (code < 0x20)
          out += fmt::format("&#{};", code);
        else
          out += c;
    }
  }
}

void put_attribute(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out.append(" ").append(name).append("='");
  put(out, value);
  out += '\'';
}

void put_element(std::string& out, std::string_view name, std::string_view value) {
  out.append("<").append(name).append(">");
  put(out, value);
  out.append("</").append(name).append(">");
}

std::string xml_of(const EventRecord& r, bool with_data) {
  std::string out = fmt::format("<Event xmlns='{}'><System><Provider", schema);
  put_attribute(out, "Name", r.provider);
  put_attribute(out, "EventSourceName", r.event_source);
  out += fmt::format("/><EventID>{}</EventID><Level>{}</Level><TimeCreated SystemTime='{}'/>", r.id, r.level,
                     to_rfc3339(r.created.value_or(r.written)));
  out += fmt::format("<EventRecordID>{}</EventRecordID><Execution ProcessID='{}'/>", r.record, r.process_id);
  put_element(out, "Channel", r.channel);
  put_element(out, "Computer", r.computer);
  if (!r.user_sid.empty()) {
    out += "<Security";
    put_attribute(out, "UserID", r.user_sid);
    out += "/>";
  }
  out += "</System>";
  if (with_data && !r.data.empty()) {
    out += "<EventData>";
    for (const formats::EventValue& value : r.data) {
      out += "<Data";
      put_attribute(out, "Name", value.name);
      out += '>';
      put(out, value.value);
      out += "</Data>";
    }
    out += "</EventData>";
  }
  return out + "</Event>\n";
}

Result<formats::EvtxTotals> read(RandomSource& log, const formats::EventFilter& wanted,
                                 const std::function<void(const EventRecord&)>& take,
                                 const std::function<bool()>& tick = {}) {
  Bytes head(static_cast<std::size_t>(std::min<std::uint64_t>(log.size(), 4096)));
  if (auto done = log.read_at(0, head); !done) return std::unexpected(done.error());
  const auto source = in_order(log);
  if (formats::is_event_xml(head)) return formats::read_event_xml(*source, wanted, take, tick);
  return formats::read_evtx(*source, {.wanted = wanted, .start_thread = {}}, take, tick);
}

// The first that can be read.
std::string any_event(RandomSource& log) {
  std::string out;
  const auto done = read(
      log, {},
      [&](const EventRecord& record) {
        if (out.empty()) out = xml_of(record, false);
      },
      [&] { return out.empty(); });
  return done ? out : "";
}

bool has_holes(const formats::EvtxTotals& totals) {
  return totals.damaged_chunks + totals.damaged_records != 0 || totals.cut_off;
}

}  // namespace

Result<Bytes> event_excerpt(RandomSource& log, const EventWish& wish) {
  std::deque<std::string> events;
  std::size_t size = 0;
  auto totals = read(log, wish.kind, [&](const EventRecord& record) {
    if (wish.record && !wish.record(record)) return;
    events.push_back(xml_of(record, true));
    size += events.back().size();
    while (most_text < size) {
      size -= events.front().size();
      events.pop_front();
    }
  });
  if (!totals) return std::unexpected(totals.error());
  if (events.empty() && totals->records != 0) events.push_back(any_event(log));
  Bytes out;
  out.reserve(size + schema.size());
  const auto add = [&](std::string_view text) { out.insert(out.end(), text.begin(), text.end()); };
  if (events.empty()) add("<Events/>\n");
  for (const std::string& event : events) add(event);
  if (has_holes(*totals)) add(fmt::format("<Event xmlns='{}'><System>", schema));
  return out;
}

}  // namespace rdpdoctor::collect
