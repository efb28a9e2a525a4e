#include <doctest/doctest.h>

#include "base/text.h"
#include "fmt/core.h"
#include "formats/evtx.h"

using namespace rdpdoctor;
using namespace rdpdoctor::formats;

namespace {

constexpr std::string_view schema = "http://schemas.microsoft.com/win/2004/08/events/event";

Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

// Gives one byte at a time.
class Slow final : public ByteSource {
 public:
  explicit Slow(View bytes) : bytes_(bytes) {}
  Result<std::size_t> read(std::span<std::uint8_t> out) override {
    if (bytes_.empty()) return 0;
    out[0] = bytes_[0];
    bytes_ = bytes_.subspan(1);
    return 1;
  }
  [[nodiscard]] std::uint64_t consumed() const override { return 0; }
  [[nodiscard]] std::optional<std::uint64_t> total() const override { return std::nullopt; }

 private:
  View bytes_;
};

struct Read {
  EvtxTotals totals;
  std::vector<EventRecord> records;
};

Read read(const Bytes& bytes, const EventFilter& wanted = {}) {
  Read out;
  Slow source(bytes);
  auto totals = read_event_xml(source, wanted, [&](const EventRecord& r) { out.records.push_back(r); });
  REQUIRE(totals.has_value());
  out.totals = *totals;
  return out;
}
Read read(const std::string& text) {
  return read(bytes_of(text));
}

std::string data_of(const EventRecord& record) {
  std::string out;
  for (const EventValue& v : record.data) out.append(v.name).append("=").append(v.value).append(";");
  return out;
}

std::string event(int id, const std::string& data) {
  return fmt::format(
      "<Event xmlns='{}'><System><Provider Name='Microsoft-Windows-Test' Guid='{{1}}'/><EventID "
      "Qualifiers='0'>{}</EventID>"
      "<Level>4</Level><TimeCreated "
      "SystemTime='2021-12-16T10:25:32.3518358Z'/><EventRecordID>6433</EventRecordID>"
      "<Execution ProcessID='816' "
      "ThreadID='1'/><Channel>Test/Operational</Channel><Computer>srv-fin-02</Computer>"
      "<Security UserID='S-1-5-20'/></System>{}</Event>",
      schema, id, data);
}

Bytes utf16be(const std::string& text) {
  Bytes wide = utf8_to_utf16le(text);
  for (std::size_t i = 1; i < wide.size(); i += 2) std::swap(wide[i - 1], wide[i]);
  return wide;
}

}  // namespace

TEST_CASE("events one after another, as wevtutil writes them") {
  const Read r = read(
      event(131,
            "<EventData><Data Name='ConnType'>TCP</Data><Data "
            "Name='ClientIP'>10.0.0.7:50123</Data></EventData>") +
      "\r\n" +
      event(132, "<UserData><EventXML xmlns=\"x\"><Param1>alice</Param1><Param2/></EventXML></UserData>"));
  CHECK(r.totals.records == 2);
  CHECK(r.totals.damaged_records == 0);
  REQUIRE(r.records.size() == 2);
  const EventRecord& e = r.records[0];
  CHECK(e.provider == "Microsoft-Windows-Test");
  CHECK(e.id == 131);
  CHECK(e.level == 4);
  CHECK(e.record == 6433);
  CHECK(e.process_id == 816);
  CHECK(e.channel == "Test/Operational");
  CHECK(e.computer == "srv-fin-02");
  CHECK(e.user_sid == "S-1-5-20");
  REQUIRE(e.created.has_value());
  CHECK(to_rfc3339(*e.created) == "2021-12-16T10:25:32.351Z");
  CHECK(data_of(e) == "ConnType=TCP;ClientIP=10.0.0.7:50123;");
  CHECK(data_of(r.records[1]) == "Param1=alice;Param2=;");
}

TEST_CASE("Event Viewer's file: a declaration, a root, line breaks, RenderingInfo") {
  const std::string text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\n<Events>\n<!-- -- a comment <Event> -->"
      "<e:Event xmlns:e=\"{}\">\n  <e:System>\n    <e:Provider Name=\"P\" />\n    <e:EventID> 7 "
      "</e:EventID>\n  </e:System>\n"
      "  <e:EventData>\n    <e:Data>a &lt;&#65;&#x20AC;&gt; &amp;&unknown; b</e:Data>\n    "
      "<e:Data><![CDATA[]<x>]]]></e:Data>\n"
      "  </e:EventData>\n  <e:RenderingInfo "
      "Culture=\"en\"><e:Message>words</e:Message></e:RenderingInfo>\n</e:Event></Events>\n",
      schema);
  const Read r = read(text);
  CHECK(r.totals.damaged_records == 0);
  REQUIRE(r.records.size() == 1);
  CHECK(r.records[0].id == 7);
  CHECK(data_of(r.records[0]) == "=a <A\u20AC> &&unknown; b;=]<x>];");
}

TEST_CASE("UTF-16 of either order, with and without a mark, and UTF-8 with one") {
  const std::string text = event(131, "<EventData><Data Name='User'>\u00C4\U0001F600</Data></EventData>");
  const Bytes le = utf8_to_utf16le(text);
  Bytes marked_le{0xFF, 0xFE};
  marked_le.insert(marked_le.end(), le.begin(), le.end());
  Bytes marked_be{0xFE, 0xFF};
  const Bytes be = utf16be(text);
  marked_be.insert(marked_be.end(), be.begin(), be.end());
  for (const Bytes& bytes : {le, be, marked_le, marked_be, bytes_of("\xEF\xBB\xBF" + text)}) {
    CHECK(is_event_xml(bytes));
    const Read r = read(bytes);
    REQUIRE(r.records.size() == 1);
    CHECK(data_of(r.records[0]) == "User=\u00C4\U0001F600;");
  }
}

TEST_CASE("long texts cross the blocks in which they are read") {
  for (std::size_t size : {32'700U, 32'768U, 70'000U, 140'000U}) {
    std::string value;
    while (value.size() < size) value += "\u00E9\U0001F600x";
    const std::string text = event(1, "<EventData><Data>" + value + "</Data></EventData>");
    CHECK(read(text).records.at(0).data.at(0).value == value);
    CHECK(read(utf8_to_utf16le(text)).records.at(0).data.at(0).value == value);
  }
}

TEST_CASE("only wanted events are given, all are counted") {
  const std::string text =
      event(1, "<UserData><Event><a/></Event></UserData>") + event(2, "") + "<Event/>" + event(3, "");
  const Read r = read(bytes_of(text), [](std::string_view, std::uint32_t id) { return id == 2; });
  CHECK(r.totals.records == 4);
  REQUIRE(r.records.size() == 1);
  CHECK(r.records[0].id == 2);
}

TEST_CASE("a broken event is counted, and the next one is read") {
  const std::string good = event(2, "<EventData><Data>x</Data></EventData>");
  const auto damaged = [&](const std::string& bad) {
    const Read r = read(bad + good);
    CHECK(r.totals.records == 1);
    REQUIRE(r.records.size() == 1);
    CHECK(data_of(r.records[0]) == "=x;");
    CHECK_FALSE(r.totals.problem.empty());
    return r.totals.damaged_records;
  };
  const std::string begin = fmt::format("<Event xmlns='{}'>", schema);
  CHECK(damaged(begin + "<System><EventID>1</EventID>") == 1);              // no end
  CHECK(damaged(begin + "<System></Event>") == 1);                          // ends crosswise
  CHECK(damaged(begin + "<a b></a></Event>") == 1);                         // an attribute without a value
  CHECK(damaged(begin + "< a></Event>") == 1);                              // no name
  CHECK(damaged(begin + "<" + std::string(300, 'a') + "/></Event>") == 1);  // too long a name
  std::string deep = begin;
  for (int i = 0; i < 100; ++i) deep += "<a>";
  CHECK(damaged(deep) == 1);
  std::string huge = begin + "<EventData>";
  for (int i = 0; i < 30; ++i) huge += "<Data>" + std::string(50'000, 'x') + "</Data>";
  CHECK(damaged(huge + "</EventData></Event>") == 1);
}

TEST_CASE("nothing of a DTD is used") {
  const Read r = read(
      "<!DOCTYPE Events [<!ENTITY a \"<Event>'&a;&a;\"> <!ENTITY b SYSTEM 'file:///etc/passwd'>]><Events>" +
      event(1, "<EventData><Data>&a;&b;</Data></EventData>") + "</Events>");
  REQUIRE(r.records.size() == 1);
  CHECK(data_of(r.records[0]) == "=&a;&b;;");
}

TEST_CASE("every truncation gives the events before it and says so") {
  const std::string text = event(1, "<EventData><Data><![CDATA[x]]></Data></EventData>") +
                           event(2, "<UserData><a b='c'>&amp;</a></UserData>");
  const std::size_t middle = text.find("<Event ", 1);
  for (std::size_t size = 0; size < text.size(); ++size) {
    const Read r = read(text.substr(0, size));
    CHECK(r.totals.records == (size < middle ? 0 : 1));
    CHECK(r.records.size() == r.totals.records);
    const bool inside = size != 0 && size != middle;
    CHECK((r.totals.cut_off || r.totals.damaged_records != 0) == inside);
  }
}

TEST_CASE("event XML is known by its first element") {
  CHECK(is_event_xml(bytes_of(event(1, ""))));
  CHECK(is_event_xml(bytes_of("\n <?xml version='1.0'?>\n<Events>")));
  CHECK_FALSE(is_event_xml(bytes_of("<html><Event>")));
  CHECK_FALSE(is_event_xml(bytes_of("full address:s:host")));
  CHECK_FALSE(is_event_xml(bytes_of("text <Event>")));
  CHECK_FALSE(is_event_xml({}));
}
