// Event logs that are broken, cut off or hostile.
#include "formats/evtx.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "support/evtx_events.h"

using namespace rdpdoctor;
using namespace rdpdoctor::formats;
using rdpdoctor::test::chunk_of;
using rdpdoctor::test::evtx_file;
using rdpdoctor::test::read;
using rdpdoctor::test::Read;
using Chunk = rdpdoctor::test::EvtxChunkWriter;

TEST_CASE("a wrong checksum is damage, and what is whole is still read") {
  Bytes chunk = chunk_of(3).chunk();
  chunk[60] ^= 1;  // in the header
  Read r = read(evtx_file({chunk}));
  CHECK(r.totals.damaged_chunks == 1);
  CHECK(r.totals.records == 3);
  CHECK(r.totals.problem == "chunk 0: Checksum at byte 124: the chunk's header is not what was written");

  chunk = chunk_of(3).chunk();
  chunk[512 + 16] ^= 1;  // the time of the first record
  r = read(evtx_file({chunk}));
  CHECK(r.totals.damaged_chunks == 1);
  CHECK(r.totals.records == 3);
  EvtxOptions unchecked;
  unchecked.check_sums = false;
  CHECK(read(evtx_file({chunk}), unchecked).totals.damaged_chunks == 0);
  CHECK(read(evtx_file({chunk}, 4)).totals.damaged_chunks == 0);  // the log keeps none
}

TEST_CASE("chunks that are none are damage, chunks of zeros are not in use") {
  Bytes none = chunk_of(1).chunk();
  none[0] = 'e';
  const Read r = read(evtx_file({chunk_of(1).chunk(), none, Bytes(65536), chunk_of(1, 2).chunk()}));
  CHECK(r.totals.damaged_chunks == 1);
  CHECK(r.totals.problem == "chunk 1: Signature at byte 0: no chunk of an event log");
  REQUIRE(r.records.size() == 2);
  CHECK(r.records[1].record == 2);
}

TEST_CASE("a record whose two sizes differ was not written to its end") {
  Chunk c = chunk_of(2);
  Bytes chunk = c.chunk();
  const std::size_t size = chunk[516] | (chunk[517] << 8);
  chunk[512 + size - 4] ^= 1;
  const Read r = read(evtx_file({chunk}));
  CHECK(r.totals.damaged_records == 1);
  CHECK(r.totals.damaged_chunks == 1);
  REQUIRE(r.records.size() == 1);
  CHECK(r.records[0].record == 2);
}

TEST_CASE("records behind the end that the header tells are not read") {
  Chunk c = chunk_of(1);
  Bytes chunk = c.chunk();
  const Bytes longer = chunk_of(2).chunk();
  std::copy(longer.begin() + 512, longer.end(), chunk.begin() + 512);
  const Read r = read(evtx_file({chunk}));
  CHECK(r.totals.records == 1);
  CHECK(r.totals.damaged_chunks == 0);
}

TEST_CASE("every truncation of a log gives the records before it") {
  const Bytes file = evtx_file({chunk_of(2).chunk()});
  std::size_t full = 0;
  for (std::size_t size = 0; size <= 4096 + 6000; size += size < 4096 ? 16 : 1) {
    const Bytes part(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size));
    auto source = over(part);
    std::size_t records = 0;
    auto totals = read_evtx(*source, {}, [&](const EventRecord&) { ++records; });
    CHECK(totals.has_value() == (size >= 8));
    if (!totals) continue;
    CHECK(records <= 2);
    CHECK(totals->cut_off == (size != 4096));
    CHECK(records >= full);
    full = records;
  }
  CHECK(full == 2);
}

TEST_CASE("any byte may be another: nothing is counted twice, and the others are still read") {
  const Bytes chunk = chunk_of(3).chunk();
  const std::size_t end = static_cast<std::size_t>(chunk[48]) | (static_cast<std::size_t>(chunk[49]) << 8);
  for (std::size_t at = 0; at < end; ++at) {
    for (int flip : {0x01, 0x40, 0xFF}) {
      Bytes broken = chunk;
      broken[at] = static_cast<std::uint8_t>(broken[at] ^ flip);
      const Read r = read(evtx_file({broken}));
      CHECK(r.totals.records + r.totals.damaged_records <= 3);
      if (!(120 <= at && at < 124)) CHECK(r.totals.damaged_chunks == 1);  // Flags may say: no checksums
      CHECK(r.records.size() == r.totals.records);
    }
  }
}

TEST_CASE("a template that names itself ends") {
  Chunk c = chunk_of(1);
  c.record(2);
  c.fragment();
  const std::uint32_t definition = c.instance();
  c.fragment().instance_of(definition).values({}).end_of_fragment();
  c.defined();
  c.values({}).end_of_fragment();
  c.done();
  const Read r = read(evtx_file({c.chunk()}));
  CHECK(r.totals.records == 1);
  CHECK(r.totals.damaged_records == 1);
}

TEST_CASE("elements in elements are limited, and unbalanced ones are damage") {
  for (int depth : {50, 5000}) {
    Chunk c;
    c.record(1);
    c.fragment().open("Event").content();
    for (int i = 0; i < depth; ++i) c.open("a").content();
    for (int i = 0; i < depth; ++i) c.close();
    c.close().end_of_fragment();
    c.done();
    CHECK(read(evtx_file({c.chunk()})).totals.damaged_records == (depth == 50 ? 0 : 1));
  }
  for (int closes : {1, 3}) {
    Chunk c;
    c.record(1);
    c.fragment().open("Event").content().open("a").content();
    for (int i = 0; i < closes; ++i) c.close();
    c.end_of_fragment();
    c.done();
    CHECK(read(evtx_file({c.chunk()})).totals.damaged_records == 1);
  }
}

TEST_CASE("a chunk cannot ask for more text than about four megabytes") {
  Chunk c;
  c.record(1);
  c.fragment();
  const std::uint32_t definition = c.instance();
  c.fragment().open("Event").content().open("EventData").content();
  for (int i = 0; i < 1000; ++i) c.open("Data").content().value(0).value(0).close();
  c.close().close().end_of_fragment();
  c.defined();
  const std::string text(8000, 'x');
  c.values({{1, utf8_to_utf16le(text)}}).end_of_fragment();
  c.done();
  for (std::uint64_t i = 2; i < 100; ++i) {
    c.record(i);
    c.fragment().instance_of(definition).values({}).end_of_fragment();
    c.done();
  }
  const Read r = read(evtx_file({c.chunk()}));
  CHECK(r.totals.damaged_records == 99);
  CHECK(r.records.empty());
}

TEST_CASE("what is no event log is an error, a dirty one is said to be") {
  const Bytes nothing(5000, 'x');
  auto source = over(nothing);
  CHECK_FALSE(read_evtx(*source, {}, [](const EventRecord&) {}).has_value());
  CHECK_FALSE(is_evtx(nothing));
  CHECK_FALSE(read_evtx_chunk(nothing).has_value());
  CHECK(read(evtx_file({chunk_of(1).chunk()}, 1)).totals.dirty);
  CHECK_FALSE(read(evtx_file({chunk_of(1).chunk()})).totals.dirty);
  Bytes file = evtx_file({chunk_of(1).chunk()});
  file[16] ^= 1;
  CHECK(read(file).totals.problem == "the file's header is not what was written (checksum)");
}
