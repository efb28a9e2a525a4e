#include "formats/evtx.h"

#include <doctest/doctest.h>

#include <thread>

#include "base/text.h"
#include "support/evtx_events.h"

using namespace rdpdoctor;
using namespace rdpdoctor::formats;
using rdpdoctor::test::chunk_of;
using rdpdoctor::test::data_of;
using rdpdoctor::test::evtx_file;
using rdpdoctor::test::read;
using rdpdoctor::test::Read;
using Chunk = rdpdoctor::test::EvtxChunkWriter;

namespace {

EventRecord only_record(Chunk& chunk) {
  auto records = read_evtx_chunk(chunk.chunk());
  REQUIRE(records.has_value());
  REQUIRE(records->size() == 1);
  return records->front();
}

// An event whose EventData is what `content` writes.
template <class Content>
EventRecord with_data(Content content, const std::string& section = "EventData") {
  Chunk c;
  c.record(1);
  c.fragment().open("Event").content().open(section).content();
  content(c);
  c.close().close().end_of_fragment();
  c.done();
  return only_record(c);
}

}  // namespace

TEST_CASE("an event from a template has all that System says, and its data by name") {
  const Read r = read(evtx_file({chunk_of(1).chunk()}));
  CHECK(r.totals.records == 1);
  CHECK(r.totals.damaged_chunks == 0);
  CHECK(r.totals.problem == "");
  REQUIRE(r.records.size() == 1);
  const EventRecord& e = r.records[0];
  CHECK(e.provider == "Microsoft-Windows-Test");
  CHECK(e.id == 100);
  CHECK(e.level == 4);
  CHECK(e.record == 1);
  CHECK(e.process_id == 816);
  CHECK(e.channel == "Test/Operational");
  CHECK(e.computer == "srv-fin-02");
  CHECK(e.user_sid == "S-1-5-20");
  REQUIRE(e.created.has_value());
  CHECK(to_rfc3339(*e.created) == "2021-12-16T10:25:32.351Z");
  CHECK(e.written == *e.created);
  CHECK(data_of(e) == "ClientIP=10.0.0.7:50123;");
}

TEST_CASE("later records name the template of the first") {
  const Read r = read(evtx_file({chunk_of(3, 7).chunk()}));
  REQUIRE(r.records.size() == 3);
  CHECK(r.records[2].record == 9);
  CHECK(r.records[2].id == 102);
  CHECK(r.records[2].provider == "Microsoft-Windows-Test");
}

TEST_CASE("a record without a template is read like any other") {
  Chunk c;
  c.record(643);
  c.fragment().open("Event").content().open("System").content();
  c.open("Provider", true).attribute("Name").text("P").attribute("EventSourceName").text("S").close_empty();
  c.element("EventID", "1149").element("EventRecordID", "6433").close();
  c.open("UserData").content().open("EventXML").content();
  c.element("Param1", "alice")
      .element("Param2", "")
      .element("Param3", "10.0.0.7")
      .close()
      .close()
      .close()
      .end_of_fragment();
  c.done();
  const EventRecord e = only_record(c);
  CHECK(e.id == 1149);
  CHECK(e.record == 6433);
  CHECK(e.provider == "P");
  CHECK(e.event_source == "S");
  CHECK_FALSE(e.created.has_value());
  CHECK(data_of(e) == "Param1=alice;Param2=;Param3=10.0.0.7;");
}

TEST_CASE("a value that is binary XML brings a template of its own") {
  Chunk c;
  c.record(1);
  c.fragment();
  c.instance();
  c.fragment().open("Event").content().value(0, 0x21, true).close().end_of_fragment();
  c.defined();
  // One value, whose size is known only after it is written.
  const std::size_t inner_at = c.size() + 8;
  Chunk probe = c;
  auto write_inner = [](Chunk& w) {
    w.fragment();
    w.instance();
    w.fragment()
        .open("UserData")
        .content()
        .open("EventXML")
        .content()
        .open("Reason")
        .content()
        .value(0)
        .close();
    w.close().close().end_of_fragment();
    w.defined();
    w.values({{1, utf8_to_utf16le("14")}}).end_of_fragment();
  };
  probe.u64(0);
  write_inner(probe);
  c.u32(1).u16(static_cast<std::uint16_t>(probe.size() - inner_at)).u8(0x21).u8(0);
  write_inner(c);
  c.end_of_fragment();
  c.done();
  CHECK(data_of(only_record(c)) == "Reason=14;");
}

TEST_CASE("an array in an element is the element again for each item") {
  Chunk c;
  c.record(1);
  c.fragment();
  c.instance();
  c.fragment().open("Event").content().open("EventData").content();
  c.open("Data").content().value(0, 0x81).close();
  c.open("Data", true).attribute("Name").value(1, 0x86).content().text("x").close();
  c.close().close().end_of_fragment();
  c.defined();
  c.values({{0x81, utf8_to_utf16le(std::string("one\0\0three\0", 11))}, {0x86, {1, 0, 2, 0}}})
      .end_of_fragment();
  c.done();
  CHECK(data_of(only_record(c)) == "=one;=;=three;1, 2=x;");
}

TEST_CASE("an optional value that is not there takes its element with it, an empty one does not") {
  Chunk c;
  c.record(1);
  c.fragment();
  c.instance();
  c.fragment().open("Event").content().open("EventData").content();
  c.open("Data", true).attribute("Name").text("a").content().value(0, 1, true).close();
  c.open("Data", true).attribute("Name").text("b").content().value(1, 1, true).close();
  c.open("Data", true).attribute("Name").text("c").content().value(0, 1).close();
  c.open("Data", true).attribute("Name").text("d").content().value(9, 1).close();
  c.open("Binary").content().value(2, 0x0E, true).close();
  c.close().close().end_of_fragment();
  c.defined();
  c.values({{0, {}}, {1, {}}, {0x0E, {0xDE, 0xAD}}}).end_of_fragment();
  c.done();
  CHECK(data_of(only_record(c)) == "b=;c=;d=;Binary=DEAD;");
}

TEST_CASE("references, CDATA and processing instructions") {
  const EventRecord e = with_data([](Chunk& c) {
    c.open("Data").content().text("a").u8(0x49).name("amp").u8(0x48).u16(0x20AC);
    c.u8(0x07).counted("<b>").u8(0x09).name("other");
    c.u8(0x0A).name("target").u8(0x0B).counted("passed over").close();
  });
  CHECK(data_of(e) == "=a&\u20AC<b>&other;;");
}

TEST_CASE("UserData's attributes are values, namespaces are not") {
  const EventRecord e = with_data(
      [](Chunk& c) {
        c.open("Chain", true).attribute("xmlns").text("urn:x").content();
        c.open("Result", true)
            .attribute("value")
            .text("800B0109")
            .content()
            .text("not trusted")
            .close()
            .close();
      },
      "UserData");
  CHECK(data_of(e) == "Result@value=800B0109;Result=not trusted;");
}

TEST_CASE("only wanted events are given, all are counted") {
  EvtxOptions options;
  options.wanted = [](std::string_view provider, std::uint32_t id) {
    return provider == "Microsoft-Windows-Test" && id == 101;
  };
  const Read r = read(evtx_file({chunk_of(3).chunk()}), options);
  CHECK(r.totals.records == 3);
  REQUIRE(r.records.size() == 1);
  CHECK(r.records[0].id == 101);
  CHECK(data_of(r.records[0]) == "ClientIP=10.0.0.7:50123;");
}

TEST_CASE("threads give the records in the order of the file") {
  std::vector<Bytes> chunks;
  for (std::uint64_t i = 0; i < 40; ++i) chunks.push_back(chunk_of(2, 1 + 2 * i).chunk());
  EvtxOptions options;
  options.threads = 4;
  options.start_thread = [](std::function<void()> work) {
    return std::make_shared<std::jthread>(std::move(work));
  };
  const Read r = read(evtx_file(chunks), options);
  REQUIRE(r.records.size() == 80);
  for (std::size_t i = 0; i < 80; ++i) CHECK(r.records[i].record == i + 1);

  options.start_thread = [](const std::function<void()>&) { return nullptr; };
  CHECK(read(evtx_file(chunks), options).records.size() == 80);
}

TEST_CASE("reading stops when the caller says so") {
  const Bytes file = evtx_file({chunk_of(1).chunk(), chunk_of(1).chunk(), chunk_of(1).chunk()});
  auto source = over(file);
  auto totals = read_evtx(*source, {}, [](const EventRecord&) {}, [] { return false; });
  REQUIRE(totals.has_value());
  CHECK(totals->records == 1);
}
