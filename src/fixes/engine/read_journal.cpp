// Reading a journal: total over any bytes, and strict. What was edited must not be taken for what was there.
#include <algorithm>

#include "base/text.h"
#include "fixes/engine/chain.h"
#include "fixes/engine/change_json.h"
#include "fixes/engine/journal_words.h"
#include "fmt/core.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::size_t most_bytes = 16U << 20U;
constexpr std::size_t most_entries = 10'000;
constexpr std::size_t most_lines = 5 * most_entries;
constexpr std::size_t longest_shown = 80;

using State = Journal::State;

bool may_follow(State now, State next) {
  switch (next) {
    case State::preparing: return false;
    case State::applying: return now == State::preparing;
    case State::applied: return now == State::applying;
    case State::undoing: return now == State::applying || now == State::applied;
    case State::undone: return now == State::preparing || now == State::undoing;
  }
  return false;
}

class Lines {
 public:
  explicit Lines(const std::string& run) : run_(run) {}

  Result<ReadJournal> all(View bytes) {
    if (most_bytes < bytes.size()) return failure("is larger than any that rdpdoctor writes");
    split(bytes);
    if (lines_.empty()) return failure("holds no whole line");
    if (most_lines < lines_.size()) return failure("has more lines than any that rdpdoctor writes");
    for (at_ = 0; at_ < lines_.size(); ++at_) {
      line(lines_[at_]);
      if (!problem_.empty()) return failure(fmt::format("line {}: {}", at_ + 1, problem_));
    }
    return std::move(out_);
  }

 private:
  // What a crash cut off has no end of line.
  void split(View bytes) {
    std::string_view rest(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    for (std::size_t end = rest.find('\n'); end != std::string_view::npos && lines_.size() <= most_lines;
         end = rest.find('\n')) {
      lines_.push_back(rest.substr(0, end));
      rest.remove_prefix(end + 1);
    }
  }

  void line(std::string_view text) {
    const Json j = Json::parse(text, nullptr, false);
    if (!j.is_object()) {
      if (at_ == 0 || !was_cut_off(text)) problem_ = "it is no JSON object";
      return;
    }
    Members in(j);
    if (at_ == 0) {
      header(in);
    } else if (in.text("chain") != chain_of(out_.last_line)) {
      problem_ = "it does not follow the line before it: the journal was edited by hand there";
    } else {
      body(in);
    }
    if (problem_.empty()) problem_ = in.problem();
    out_.last_line = text;
  }

  // A crash left the beginning of a line, and what went on later ended it and wrote the next.
  [[nodiscard]] bool was_cut_off(std::string_view text) const {
    if (!text.empty() && !text.starts_with('{')) return false;
    if (at_ + 1 == lines_.size()) return true;
    const Json next = Json::parse(lines_[at_ + 1], nullptr, false);
    return Members(next).text_or_none("chain") == chain_of(out_.last_line);
  }

  void header(Members& in) {
    const std::string schema = in.text("rdpdoctor");
    if (schema != journal_schema) {
      problem_ = fmt::format("it is \"{}\", not \"{}\"", printable(schema, longest_shown), journal_schema);
      return;
    }
    Journal& journal = out_.journal;
    journal.run = in.text("run");
    if (journal.run != run_)
      problem_ = fmt::format("it belongs to the run {}", printable(journal.run, longest_shown));
    Members machine(in.any("machine"));
    journal.machine = {machine.text("name"), machine.text("guid")};
    if (!machine.problem().empty()) in.fail("machine");
    journal.program = in.text("program");
    if (auto began = from_rfc3339(in.text("began")))
      journal.began = *began;
    else
      in.fail("began");
  }

  void body(Members& in) {
    if (!in.any("entry").is_null())
      entry(in);
    else if (!in.any("state").is_null())
      state(in);
    else if (!in.any("begin").is_null())
      step(in, "begin");
    else
      step(in, "done");
  }

  void entry(Members& in) {
    Journal& journal = out_.journal;
    const std::uint64_t number = in.number("entry", most_entries);
    if (number != journal.entries.size() + 1 || journal.state != State::preparing) return in.fail("entry");
    JournalEntry next;
    next.fix = in.text("fix");
    read_change(in, next);
    journal.entries.push_back(std::move(next));
    journal.done.push_back(false);
    journal.begun.push_back(false);
  }

  void state(Members& in) {
    const auto next = value_of<State>(in.text("state"));
    if (!next || !may_follow(out_.journal.state, *next)) return in.fail("state");
    if (!from_rfc3339(in.text("at"))) return in.fail("at");
    out_.journal.state = *next;
  }

  void step(Members& in, const char* name) {
    Journal& journal = out_.journal;
    const std::uint64_t number = in.number(name, journal.entries.size());
    const bool goes_on = journal.state == State::applying || journal.state == State::undoing;
    if (number == 0 || !goes_on) return in.fail(name);
    const bool begins = std::string_view(name) == "begin";
    journal.begun[number - 1] = begins;
    if (!begins) journal.done[number - 1] = journal.state == State::applying;
  }

  [[nodiscard]] std::unexpected<Error> failure(const std::string& what) const {
    return std::unexpected(
        Error{.doing = fmt::format("read the journal of the run {}: {}", printable(run_), what),
              .kind = ErrorKind::malformed});
  }

  const std::string& run_;
  std::vector<std::string_view> lines_;
  std::size_t at_ = 0;
  std::string problem_;
  ReadJournal out_;
};

}  // namespace

Result<ReadJournal> read_journal(View bytes, const std::string& run) {
  return Lines(run).all(bytes);
}

}  // namespace rdpdoctor::fixes
