#include <doctest/doctest.h>

#include "fmt/core.h"
#include "formats/hive.h"
#include "formats/hive_log_entries.h"
#include "support/hive_in_memory.h"
#include "support/hive_log_writer.h"

namespace rdpdoctor::formats {
namespace {

using test::hive_file;
using test::HiveNode;
using test::HiveStyle;
using test::InMemory;
using test::key_at;
using test::log_entry;
using test::newer_log;
using test::older_log;

// The hive after `changes` of them were made to it: a value that counts them, and more and more keys.
Bytes state(std::uint32_t changes, std::uint32_t sequence1, std::uint32_t sequence2) {
  HiveNode root{.name = "ROOT"};
  root.dword("changes", changes);
  for (std::uint32_t i = 0; i < changes * 30; ++i)
    root.key(fmt::format("Key{}", i)).set("data", 3, Bytes(50));
  return hive_file(root, {.sequence1 = sequence1, .sequence2 = sequence2});
}

struct Replayed {
  Replayed(Bytes hive_bytes, const std::vector<Bytes>& log_bytes) : hive(std::move(hive_bytes)) {
    for (const Bytes& bytes : log_bytes) logs.push_back(std::make_unique<InMemory>(bytes));
    std::vector<RandomSource*> given;
    for (const auto& log : logs) given.push_back(log.get());
    auto replay = replay_logs(hive, given);
    REQUIRE(replay.has_value());
    if (*replay) result = std::move(**replay);
    if (!result.file) return;
    auto reopened = Hive::open(*result.file);
    if (!reopened) return;
    dirty = (*reopened)->header().dirty();
    auto value = (*reopened)->value((*reopened)->root(), "changes");
    if (value && *value) changes = (*value)->data[0];
    keys = (*reopened)->children((*reopened)->root()).value_or(std::vector<std::string>{}).size();
    bins_right = (*reopened)->check_bins().has_value();
  }
  InMemory hive;
  std::vector<std::unique_ptr<InMemory>> logs;
  Replay result;
  int changes = -1;
  std::size_t keys = 0;
  bool dirty = true;
  bool bins_right = false;
};

const Bytes first = state(1, 8, 7);
const Bytes second = state(2, 8, 7);
const Bytes third = state(3, 8, 7);
const Bytes entry8 = log_entry(first, second, 8);
const Bytes entry9 = log_entry(second, third, 9);

TEST_CASE("entries are replayed in their order, also over two logs given the wrong way round") {
  const std::vector<std::vector<Bytes>> all{
      {newer_log(first, 8, {entry8, entry9})},
      {newer_log(first, 8, {entry8}), newer_log(second, 9, {entry9})},
      {newer_log(second, 9, {entry9}), newer_log(first, 8, {entry8})},
      {Bytes{}, newer_log(first, 8, {entry8, entry9})},
  };
  for (const auto& logs : all) {
    Replayed r(first, logs);
    CHECK(r.changes == 3);
    CHECK(r.keys == 90);
    CHECK_FALSE(r.dirty);
    CHECK(r.bins_right);
    CHECK(r.result.entries == 2);
    CHECK(r.result.last_sequence == 9);
    CHECK(r.result.problem.empty());
  }
}

TEST_CASE("nothing is replayed over a hive that was closed, or from logs that it is ahead of") {
  CHECK_FALSE(Replayed(state(1, 7, 7), {newer_log(first, 8, {entry8})}).result.file);
  CHECK_FALSE(Replayed(state(1, 10, 9), {newer_log(first, 8, {entry8})}).result.file);
  CHECK_FALSE(Replayed(first, {}).result.file);
  CHECK_FALSE(Replayed(first, {Bytes(512), Bytes(3)}).result.file);
}

TEST_CASE("what is left of an earlier use of the log ends it without a word") {
  Replayed r(first, {newer_log(first, 8, {entry8, log_entry(first, third, 3)})});
  CHECK(r.changes == 2);
  CHECK(r.result.problem.empty());
}

TEST_CASE("an entry that is not whole ends the replay, and that is told") {
  Bytes cut = entry9;
  for (const std::size_t at : {std::size_t{16}, std::size_t{30}, std::size_t{100}, entry9.size() - 1}) {
    Bytes damaged = entry9;
    damaged[at] ^= 1;
    Replayed r(first, {newer_log(first, 8, {entry8, damaged})});
    CHECK(r.changes == 2);
    CHECK(r.bins_right);
    CHECK(r.result.problem.starts_with("transaction log 1: entry 9 at byte "));
  }
  cut.resize(cut.size() - 512);
  CHECK(Replayed(first, {newer_log(first, 8, {entry8, cut})}).result.problem.ends_with("the log is cut off"));
  Replayed none(first, {newer_log(first, 8, {cut})});
  CHECK(none.result.problem.empty());  // its number is not the one that the log begins with
  Bytes damaged = entry8;
  damaged[100] ^= 1;
  Replayed only_damaged(first, {newer_log(first, 8, {damaged})});
  CHECK(only_damaged.changes == 1);
  CHECK(only_damaged.dirty);
  CHECK(only_damaged.result.entries == 0);
  CHECK(only_damaged.result.problem.ends_with("it was not written whole"));
}

TEST_CASE("a second log that does not follow the first is not used") {
  Replayed r(first, {newer_log(first, 8, {entry8}), newer_log(second, 11, {log_entry(second, third, 11)})});
  CHECK(r.changes == 2);
  CHECK(r.result.problem == "transaction log 2: it begins with entry 11, which does not follow 8");
}

TEST_CASE("a base block that is lost is that of the latest log") {
  for (const bool all : {true, false}) {
    Bytes damaged = first;
    if (all) std::fill_n(damaged.begin(), 512, std::uint8_t{0});
    damaged[100] ^= 1;  // the checksum is wrong at least
    Replayed r(damaged, {newer_log(first, 8, {entry8, entry9})});
    CHECK(r.changes == 3);
    CHECK_FALSE(r.dirty);
  }
}

TEST_CASE("a log of the older format is replayed when it belongs to the write that was begun") {
  Replayed r(first, {older_log(first, second, 8)});
  CHECK(r.changes == 2);
  CHECK(r.keys == 60);
  CHECK_FALSE(r.dirty);
  CHECK(r.bins_right);
  CHECK(r.result.problem.empty());

  HiveNode root{.name = "ROOT"};
  const Bytes other = hive_file(root, {.written = 132'000'000'000'000'000});
  CHECK_FALSE(Replayed(first, {older_log(first, other, 8)}).result.file);
  CHECK(Replayed(first, {older_log(first, other, 8), older_log(first, second, 8)}).changes == 2);

  Bytes cut = older_log(first, second, 8);
  cut.resize(cut.size() - 512);
  Replayed cut_off(first, {cut});
  CHECK(cut_off.changes == 1);
  CHECK(cut_off.result.problem == "transaction log 1: the log is cut off");

  Bytes lost = first;
  std::fill_n(lost.begin(), 512, std::uint8_t{0});
  CHECK(Replayed(lost, {older_log(first, second, 8)}).changes == 2);
}

TEST_CASE("Marvin32 of any length") {
  // Of these bytes: .NET's implementation, folded to 32 bits as it gives them.
  auto folded = [](std::string_view text) {
    const std::uint64_t hash =
        marvin32(View(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
    return static_cast<std::uint32_t>(hash >> 32) ^ static_cast<std::uint32_t>(hash);
  };
  CHECK(folded("") == 0xb00892ac);
  CHECK(folded("h") == 0xf41a608e);
  CHECK(folded("he") == 0x11107c6b);
  CHECK(folded("hel") == 0x24056a46);
  CHECK(folded("hell") == 0x7f91e021);
  CHECK(folded("hello, world!") == 0x00c18515);
}

}  // namespace
}  // namespace rdpdoctor::formats
