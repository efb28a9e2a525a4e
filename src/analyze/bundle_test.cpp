#include "analyze/bundle.h"

#include <doctest/doctest.h>

#include <zlib.h>
#include <algorithm>

#include "evidence/json.h"

namespace rdpdoctor::analyze {
namespace {

constexpr std::string_view settings = "full address:s:srv01\r\nserver port:i:3390\r\n";

class Memory : public RandomSource {
 public:
  explicit Memory(Bytes bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t size() const override { return bytes_.size(); }
  Result<void> read_at(std::uint64_t offset, std::span<std::uint8_t> out) override {
    if (offset + out.size() > bytes_.size()) return std::unexpected(Error{"read", ErrorKind::io, 0, ""});
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
    return {};
  }

 private:
  Bytes bytes_;
};

Bytes bytes(std::string_view text) {
  return {text.begin(), text.end()};
}

void little(Bytes& out, std::uint64_t value, int size) {
  for (int i = 0; i < size; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

struct Member {
  std::string name;
  Bytes content;
};

// A .zip of stored members (APPNOTE 4.3.7, 4.3.12, 4.3.16).
Bytes zip_of(const std::vector<Member>& members) {
  Bytes out, directory;
  for (const Member& m : members) {
    std::uint64_t at = out.size();
    auto crc = crc32(0, m.content.data(), static_cast<uInt>(m.content.size()));
    auto facts = [&](Bytes& to) {
      little(to, 20, 2), little(to, 0x800, 2), little(to, 0, 2), little(to, 0, 4), little(to, crc, 4);
      little(to, m.content.size(), 4), little(to, m.content.size(), 4), little(to, m.name.size(), 2),
          little(to, 0, 2);
    };
    little(out, 0x04034b50, 4), facts(out);
    out.insert(out.end(), m.name.begin(), m.name.end());
    out.insert(out.end(), m.content.begin(), m.content.end());
    little(directory, 0x02014b50, 4), little(directory, 20, 2), facts(directory);
    little(directory, 0, 2), little(directory, 0, 2), little(directory, 0, 2), little(directory, 0, 4);
    little(directory, at, 4);
    directory.insert(directory.end(), m.name.begin(), m.name.end());
  }
  std::size_t at = out.size();
  out.insert(out.end(), directory.begin(), directory.end());
  little(out, 0x06054b50, 4), little(out, 0, 4), little(out, members.size(), 2),
      little(out, members.size(), 2);
  little(out, directory.size(), 4), little(out, at, 4), little(out, 0, 2);
  return out;
}

Bytes gzip_of(Bytes plain) {
  Bytes out(plain.size() + 128);
  z_stream z{};
  REQUIRE(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  z.next_in = plain.data(), z.avail_in = static_cast<uInt>(plain.size());
  z.next_out = out.data(), z.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&z, Z_FINISH) == Z_STREAM_END);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

struct Read {
  wire::TlsKeyLog secrets;
  InputReader reader{secrets, {}, {}};
  std::vector<Piece> pieces;

  explicit Read(const std::string& source, Bytes content) {
    Memory file(std::move(content));
    reader.read(source, file);
    pieces = reader.take();
  }
  [[nodiscard]] const Piece* piece(const std::string& source) const {
    auto at = std::ranges::find_if(pieces, [&](const Piece& p) { return p.read.source == source; });
    return at == pieces.end() ? nullptr : &*at;
  }
};

}  // namespace

TEST_CASE("what is compressed is read as what is in it") {
  Read once("work.rdp.gz", gzip_of(bytes(settings)));
  REQUIRE(once.piece("work.rdp.gz"));
  CHECK(once.piece("work.rdp.gz")->read.kind == "rdp file");
  Read twice("x.gz", gzip_of(gzip_of(bytes(settings))));
  CHECK(twice.piece("x.gz"));
  Read thrice("x.gz", gzip_of(gzip_of(gzip_of(bytes(settings)))));
  CHECK(thrice.pieces.empty());
  REQUIRE(thrice.reader.not_read().size() == 1);
  CHECK(thrice.reader.not_read()[0].broken);
}

TEST_CASE("an archive is one source: what tells something is read, how much is not is said") {
  Bytes diagnosis = bytes("{\"target\":{\"host\":\"srv01\"},\"connections\":[]}");
  Read read("case.zip", zip_of({{"a/work.rdp", bytes(settings)},
                                {"a/run.json", diagnosis},
                                {"a/netstat.txt", bytes("TCP 0.0.0.0:3389 LISTENING 0x904\n")},
                                {"a/setup.exe", Bytes{0, 1, 2, 3}},
                                {"a/xfreerdp.log", bytes("ERRCONNECT_TLS_CONNECT_FAILED [0x00020008]\n")}}));
  CHECK(read.piece("case.zip/work.rdp"));
  REQUIRE(read.piece("case.zip/run.json"));
  CHECK(read.piece("case.zip/run.json")->cases.size() == 1);
  CHECK(read.piece("case.zip/xfreerdp.log"));
  CHECK_FALSE(read.piece("case.zip/netstat.txt"));
  const Piece* whole = read.piece("case.zip");
  REQUIRE(whole);
  CHECK(whole->read.kind == "zip archive");
  CHECK(whole->read.records == 5);
  CHECK(whole->read.left_out == 2);
  CHECK(read.reader.not_read().size() == 2);
}

TEST_CASE("an archive inside an archive is read, a third is not") {
  Bytes inner = zip_of({{"work.rdp", bytes(settings)}});
  Read two("o.zip", zip_of({{"i.zip", inner}}));
  CHECK(two.piece("o.zip/i.zip/work.rdp"));
  Read three("o.zip", zip_of({{"m.zip", zip_of({{"i.zip", inner}})}}));
  CHECK_FALSE(three.piece("o.zip/m.zip/i.zip/work.rdp"));
}

TEST_CASE("names in an archive are cited by their last part where that is enough") {
  CHECK(cited_names({"a/System.evtx", "b/x.pcap"}) == std::vector<std::string>{"System.evtx", "x.pcap"});
  CHECK(cited_names({"a/System.evtx", "b/System.evtx"}) ==
        std::vector<std::string>{"a/System.evtx", "b/System.evtx"});
}

TEST_CASE("a member that is damaged is told, and the others are read") {
  Bytes archive = zip_of({{"bad.rdp", bytes(settings)}, {"good.rdp", bytes(settings)}});
  archive[30 + 7 + 3] ^= 0x20;  // inside the first member: its checksum no longer fits
  Read read("case.zip", archive);
  CHECK(read.piece("case.zip/good.rdp"));
  CHECK_FALSE(read.piece("case.zip/bad.rdp"));
  CHECK(std::ranges::any_of(read.reader.not_read(),
                            [](auto& f) { return f.broken && f.name == "case.zip/bad.rdp"; }));
}

TEST_CASE("every truncation of an archive is an answer") {
  Bytes archive = zip_of({{"work.rdp", bytes(settings)}});
  for (std::size_t n = 0; n < archive.size(); ++n) {
    Read read("case.zip", Bytes(archive.begin(), archive.begin() + static_cast<std::ptrdiff_t>(n)));
    bool answered = !read.reader.not_read().empty() || !read.pieces.empty();
    CHECK(answered);
  }
}

TEST_CASE("one JSON object a line is one case a line, and a broken line is counted") {
  Read read("all.jsonl",
            bytes("{\"target\":{\"host\":\"a\"}}\n{\"target\":{\"host\":\"b\"}}\n{\"target\":7}\n"));
  REQUIRE(read.pieces.size() == 1);
  CHECK(read.pieces[0].cases.size() == 2);
  CHECK(read.pieces[0].read.damaged == 1);
  CHECK_FALSE(read.pieces[0].read.problem.empty());
  Read none("bad.json", bytes("{\"target\":7}"));
  CHECK(none.pieces.empty());
  CHECK(none.reader.not_read().size() == 1);
}

TEST_CASE("a registry export is known and not judged") {
  Read read("ts.reg", bytes("Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE]\r\n"));
  CHECK(read.pieces.empty());
  REQUIRE(read.reader.not_read().size() == 1);
  CHECK(read.reader.not_read()[0].given);
  CHECK(read.reader.not_read()[0].why.contains("registry"));
}

TEST_CASE("a tick that says no stops the reading") {
  wire::TlsKeyLog secrets;
  InputReader reader(secrets, {}, [](const std::string&, std::uint64_t, std::uint64_t) { return false; });
  Memory file(bytes(settings));
  reader.read("work.rdp", file);
  CHECK(reader.stopped());
  CHECK(reader.take().empty());
}

}  // namespace rdpdoctor::analyze
