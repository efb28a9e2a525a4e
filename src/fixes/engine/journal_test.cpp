#include "fixes/engine/journal.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/text.h"
#include "formats/security_descriptor.h"
#include "host/memory/memory_host.h"

namespace rdpdoctor::fixes {
namespace {

const std::string run = "20261121-160102-3f2a";
constexpr Instant now{1'795'000'000'000};

Bytes descriptor(std::string_view sddl) {
  auto decoded = formats::from_sddl(sddl);
  REQUIRE(decoded.has_value());
  return formats::encode_security_descriptor(*decoded);
}

// One of each type, with every member set.
std::vector<JournalEntry> entries() {
  KeyTree tree;
  tree.keys[""] = {{"", text("default")}, {"Blob", {3, {0, 1, 255}}}};
  tree.keys["A\\B"] = {{"N\xc3\xa4me", {77, {}}}};
  return {
      {.fix = "a",
       .change = {"on", true, SetValue{"HKLM\\S\\C", "Deny", dword(1), dword(0)}},
       .makes = "HKLM\\S"},
      {.fix = "a", .change = {"", true, SetValue{"HKLM\\S\\C", "", std::nullopt, texts({"a", "b\nc"})}}},
      {.fix = "a",
       .change = {"", true, SetValue{"HKLM\\S\\C", "q\"\\", Stored{11, Bytes(8, 1)}, std::nullopt}}},
      {.fix = "b",
       .change = {"gone", true, SetKey{"HKLM\\S\\D", tree, std::nullopt}},
       .security = {{"", descriptor("O:SYG:SYD:(A;;KA;;;SY)")}, {"A\\B", Bytes{1}}}},
      {.fix = "b", .change = {"", true, SetKey{"HKLM\\S\\E", std::nullopt, KeyTree{{{"", {}}}}}}},
      {.fix = "c",
       .change = {"read", true,
                  SetAccess{"C:\\x", false, descriptor("O:SYG:SYD:(A;;FA;;;SY)"), descriptor("O:SYG:SYD:")}}},
      {.fix = "c", .change = {"", true, SetAccess{"HKLM\\S", true, Bytes{1, 2}, {}}}},
      {.fix = "d", .change = {"", true, SetAside{"C:\\y.dll", 1ULL << 40U}}, .as = "8-y.dll"},
      {.fix = "e", .change = {"", true, ControlService{"TermService", host::ServiceAction::stop}}},
      {.fix = "f", .change = {"", true, RunCommand{{"netsh", "a b"}, {"netsh", "c"}, "all of it"}}},
  };
}

class Text {
 public:
  Text() {
    const Journal header{.run = run, .machine = {"RDS01", "6f1d"}, .program = "0.1.0", .began = now};
    add(header_line(header));
  }
  Text& add(std::string line) {
    lines.push_back(std::move(line));
    return *this;
  }
  Text& state(Journal::State state) { return add(state_line(state, now, lines.back())); }
  Text& add_entries() {
    std::size_t number = 0;
    for (const auto& entry : entries()) add(entry_line(entry, ++number, lines.back()));
    return *this;
  }
  [[nodiscard]] Bytes bytes() const {
    Bytes out;
    for (const auto& line : lines) {
      out.insert(out.end(), line.begin(), line.end());
      out.push_back('\n');
    }
    return out;
  }
  [[nodiscard]] Result<ReadJournal> read() const { return read_journal(bytes(), run); }
  std::vector<std::string> lines;
};

std::string problem_of(const Result<ReadJournal>& read) {
  return read ? "none" : to_text(read.error());
}

// All that an entry holds, in one line.
std::string all_of(const JournalEntry& entry) {
  return entry_line(entry, 1, "") + target_of(entry.change);
}

}  // namespace

TEST_CASE("a journal is read as it was written, each type of change with all that it holds") {
  Text text;
  text.add_entries().state(Journal::State::applying);
  text.add(begin_line(9, text.lines.back()));
  text.add(done_line(9, text.lines.back()));
  text.add(begin_line(10, text.lines.back()));
  const auto read = text.read();
  REQUIRE_MESSAGE(read.has_value(), problem_of(read));
  const Journal& journal = read->journal;
  CHECK(journal.run == run);
  CHECK(journal.machine.name == "RDS01");
  CHECK(journal.machine.guid == "6f1d");
  CHECK(journal.program == "0.1.0");
  CHECK(journal.began == now);
  CHECK(journal.state == Journal::State::applying);
  CHECK(read->last_line == text.lines.back());
  const auto meant = entries();
  REQUIRE(journal.entries.size() == meant.size());
  for (std::size_t i = 0; i < meant.size(); ++i) {
    CHECK(all_of(journal.entries[i]) == all_of(meant[i]));
    CHECK(journal.done[i] == (i == 8));
    CHECK(journal.begun[i] == (i == 9));
  }
  const auto& value = std::get<SetValue>(journal.entries[0].change.what);
  CHECK(value.before == dword(1));
  CHECK(value.after == dword(0));
  const auto& tree = std::get<SetKey>(journal.entries[3].change.what);
  CHECK(tree.before == std::get<SetKey>(meant[3].change.what).before);
  CHECK_FALSE(tree.after.has_value());
  CHECK(journal.entries[3].security == meant[3].security);
}

TEST_CASE("a person can read a journal: types, numbers, texts and access lists are in words") {
  const Text text = Text().add_entries();
  CHECK(text.lines[1].contains(R"("before":{"type":"REG_DWORD","number":1,"data":"01000000"})"));
  CHECK(text.lines[2].contains(R"("type":"REG_MULTI_SZ","texts":["a","b\nc"])"));
  CHECK(text.lines[4].contains(R"("text":"default")"));
  CHECK(text.lines[6].contains(R"x("sddl":"O:SYG:SYD:(A;;FA;;;SY)")x"));
  for (const auto& line : text.lines) CHECK_FALSE(line.contains('\n'));
}

TEST_CASE("a line that was changed, added or lost is told with its number") {
  Text text;
  text.add_entries().state(Journal::State::applying).state(Journal::State::applied);
  for (std::size_t i = 0; i + 1 < text.lines.size(); ++i) {
    Text lost = text, changed = text, twice = text;
    lost.lines.erase(lost.lines.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK_MESSAGE(problem_of(lost.read()).contains("line " + std::to_string(i + 1)), problem_of(lost.read()));
    changed.lines[i].insert(changed.lines[i].size() - 1, " ");
    CHECK_MESSAGE(problem_of(changed.read()).contains("line " + std::to_string(i + 2)),
                  problem_of(changed.read()));
    twice.lines.insert(twice.lines.begin() + static_cast<std::ptrdiff_t>(i), twice.lines[i]);
    CHECK_MESSAGE(problem_of(twice.read()).contains("line " + std::to_string(i + 2)),
                  problem_of(twice.read()));
  }
}

TEST_CASE("a journal that a crash cut off anywhere is read up to its last whole line") {
  Text text;
  text.add_entries().state(Journal::State::applying);
  const Bytes whole = text.bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const View cut = View(whole).first(size);
    const auto lines = static_cast<std::size_t>(std::ranges::count(cut, std::uint8_t{'\n'}));
    const auto read = read_journal(cut, run);
    if (lines == 0) {
      CHECK(problem_of(read) == "read the journal of the run " + run + ": holds no whole line: malformed");
      continue;
    }
    REQUIRE_MESSAGE(read.has_value(), problem_of(read));
    CHECK(read->journal.entries.size() == std::min(lines - 1, entries().size()));
    CHECK(read->last_line == text.lines[lines - 1]);
  }
}

TEST_CASE("what goes on after a line that was cut off is read, and the part of a line is not") {
  Text text;
  text.add_entries().state(Journal::State::applying);
  const std::string last = text.lines.back();
  text.add(state_line(Journal::State::applied, now, last).substr(0, 20));
  CHECK(text.read().value().journal.state == Journal::State::applying);
  CHECK(text.read().value().last_line == last);
  text.add(state_line(Journal::State::undoing, now, last));
  CHECK(text.read().value().journal.state == Journal::State::undoing);
  text.lines[text.lines.size() - 2] = "something of one's own";
  CHECK(problem_of(text.read()).contains("it is no JSON object"));
}

TEST_CASE("what is no journal of this run and schema is refused") {
  Text text;
  CHECK(problem_of(read_journal(text.bytes(), "another")).contains("it belongs to the run " + run));
  text.lines[0].replace(text.lines[0].find("journal/1"), 9, "journal/2");
  CHECK(problem_of(text.read()).contains(R"(line 1: it is "journal/2", not "journal/1")"));
  text.lines[0] = "[]";
  CHECK(problem_of(text.read()).contains("line 1: it is no JSON object"));
  CHECK(problem_of(read_journal(Bytes((16U << 20U) + 1, '\n'), run)).contains("larger than any"));
  CHECK(problem_of(read_journal(Bytes(60'000, '\n'), run)).contains("more lines than any"));
}

TEST_CASE("states follow one another as the engine writes them") {
  using enum Journal::State;
  CHECK(problem_of(Text().add_entries().state(applied).read())
            .contains(R"("state" is missing or has another form)"));
  CHECK(problem_of(Text().state(applying).state(undone).read()).contains(R"("state")"));
  CHECK(problem_of(Text().state(applying).add_entries().read()).contains(R"("entry")"));
  CHECK(Text().add_entries().state(applying).state(applied).state(undoing).state(undone).read().has_value());
  Text text;
  text.add_entries().state(applying);
  text.add(done_line(entries().size() + 1, text.lines.back()));
  CHECK(problem_of(text.read()).contains(R"("done")"));
}

TEST_CASE("what is undone is no longer done") {
  Text text;
  text.add_entries().state(Journal::State::applying);
  for (const std::size_t number : {9U, 10U}) text.add(done_line(number, text.lines.back()));
  text.state(Journal::State::applied).state(Journal::State::undoing);
  text.add(begin_line(10, text.lines.back()));
  text.add(done_line(10, text.lines.back()));
  const auto read = text.read();
  REQUIRE(read.has_value());
  CHECK(read->journal.done[8]);
  CHECK_FALSE(read->journal.done[9]);
  CHECK_FALSE(read->journal.begun[9]);
}

TEST_CASE("a machine is known by its name or its GUID, and by nothing else") {
  host::MemoryHost host("test");
  CHECK(machine_of(host).value().guid.empty());  // hives that hold neither
  host::MemoryHost damaged("test");
  damaged.key_unreadable("HKLM", "the hive is damaged");
  CHECK_FALSE(machine_of(damaged).has_value());
  host.set(R"(HKLM\SOFTWARE\Microsoft\Cryptography)", {"MachineGuid", text("x").type, text("6f1d").data});
  CHECK(machine_of(host).value().guid == "6f1d");
  CHECK(machine_of(host).value().name.empty());
}

}  // namespace rdpdoctor::fixes
