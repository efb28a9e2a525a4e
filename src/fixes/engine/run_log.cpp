#include "fixes/engine/run_log.h"

#include <algorithm>

#include "base/text.h"
#include "fixes/engine/registry_steps.h"
#include "fmt/core.h"
#include "host/key_names.h"

namespace rdpdoctor::fixes {

Result<std::optional<Run>> Run::open(host::Writer& writer, const std::string& run) {
  auto bytes = writer.journal(run);
  if (!bytes) return std::unexpected(std::move(bytes.error()));
  if (std::ranges::find(*bytes, '\n') == bytes->end()) return std::nullopt;
  auto read = read_journal(*bytes, run);
  if (!read) return std::unexpected(std::move(read.error()));
  Run out(writer, std::move(read->journal));
  out.last_ = std::move(read->last_line);
  out.cut_off_ = bytes->back() != '\n';
  return out;
}

Result<void> Run::add(std::string line) {
  if (cut_off_) {
    // The part of a line that a crash left must not become the beginning of this one.
    auto ended = writer_.append_journal(journal_.run, "");
    if (!ended) return ended;
    cut_off_ = false;
  }
  auto added = writer_.append_journal(journal_.run, line);
  if (added) last_ = std::move(line);
  return added;
}

Result<void> Run::begin() {
  auto begun = writer_.begin_run(journal_.run);
  if (begun) begun = add(header_line(journal_));
  for (std::size_t i = 0; begun && i < journal_.entries.size(); ++i)
    begun = add(entry_line(journal_.entries[i], i + 1, last_));
  return begun;
}

Result<void> Run::enter(Journal::State state, Instant at) {
  if (journal_.state == state) return {};
  auto added = add(state_line(state, at, last_));
  if (added) journal_.state = state;
  return added;
}

Result<void> Run::begins(std::size_t entry) {
  auto added = add(begin_line(entry + 1, last_));
  if (added) journal_.begun[entry] = true;
  return added;
}

Result<void> Run::did(std::size_t entry) {
  auto added = add(done_line(entry + 1, last_));
  if (!added) return added;
  journal_.begun[entry] = false;
  journal_.done[entry] = journal_.state == Journal::State::applying;
  return added;
}

bool Run::may_have_run(std::size_t entry) const {
  return journal_.begun[entry] && std::holds_alternative<RunCommand>(journal_.entries[entry].change.what);
}

ChangeStanding Run::standing(std::size_t entry) const {
  auto out = standing_of(writer_, journal_.run, journal_.entries[entry], journal_.done[entry]);
  if (!may_have_run(entry)) return out;
  out.standing = Standing::other;
  out.now = "it may have run: rdpdoctor ended while it did";
  return out;
}

std::vector<ChangeStanding> Run::standings() const {
  std::vector<ChangeStanding> out;
  for (std::size_t i = 0; i < journal_.entries.size(); ++i) out.push_back(standing(i));
  return out;
}

Outcome Run::outcome(Outcome::State state) const {
  Outcome out;
  out.state = state;
  out.run = journal_.run;
  out.journal = writer_.journal_place(journal_.run);
  out.changes = standings();
  return out;
}

Outcome refused(Error error) {
  Outcome out;
  out.state = Outcome::State::refused;
  out.error = std::move(error);
  return out;
}

Outcome refused(std::string doing, ErrorKind kind) {
  return refused(Error{.doing = std::move(doing), .kind = kind});
}

Outcome interrupted(const Run& run, Error error) {
  Outcome out = run.outcome(Outcome::State::interrupted);
  const bool back = run.journal().state == Journal::State::undoing;
  error.doing =
      fmt::format("the run {} stopped in the middle ({}): {}", printable(run.name()),
                  back ? "`rdpdoctor undo` goes on taking it back"
                       : "`rdpdoctor fix --resume` goes on, `rdpdoctor undo` takes back what it did",
                  error.doing);
  out.error = std::move(error);
  return out;
}

Result<void> same_machine(host::Writer& writer, const Journal& journal) {
  auto here = machine_of(writer.host());
  if (!here) return std::unexpected(std::move(here.error()));
  const MachineId& other = journal.machine;
  const bool by_guid = !here->guid.empty() && !other.guid.empty();
  if (by_guid ? equal_ignoring_case(here->guid, other.guid) : host::same_name(here->name, other.name))
    return {};
  return std::unexpected(Error{
      .doing = fmt::format("the journal of the run {} is that of another machine: {}", printable(journal.run),
                           printable(other.name.empty() ? other.guid : other.name)),
      .kind = ErrorKind::usage});
}

std::vector<std::string> keys_of(const Journal& journal) {
  std::vector<std::string> out;
  for (const auto& entry : journal.entries) {
    const auto* access = std::get_if<SetAccess>(&entry.change.what);
    if (is_registry(entry.change)) out.push_back(key_of(entry.change));
    if (access && access->is_key) out.push_back(access->path);
  }
  return out;
}

}  // namespace rdpdoctor::fixes
