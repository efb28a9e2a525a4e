// Applies plans. All that can be refused is refused before anything is written.
#include <algorithm>

#include "base/text.h"
#include "fixes/engine/fix.h"
#include "fixes/engine/registry_steps.h"
#include "fixes/engine/steps.h"
#include "fmt/core.h"
#include "host/files.h"
#include "host/key_names.h"

namespace rdpdoctor::fixes {
namespace {

Result<void> usage_error(std::string doing) {
  return std::unexpected(Error{.doing = std::move(doing), .kind = ErrorKind::usage});
}

Result<void> none_is_refused(const std::vector<Plan>& plans) {
  for (const Plan& plan : plans)
    if (plan.state == Plan::State::refused)
      return usage_error(fmt::format("apply {}: {}", plan.fix ? plan.fix->id : "a fix", plan.why));
  return {};
}

// The first that plans it.
std::string fix_of(const Change& change, const std::vector<Plan>& plans) {
  for (const Plan& plan : plans)
    for (const Change& planned : plan.changes)
      if (planned.what.index() == change.what.index() &&
          host::same_name(target_of(planned), target_of(change)))
        return plan.fix ? std::string(plan.fix->id) : std::string();
  return {};
}

// None of a key whose access list is not known: then nothing can be put back.
std::map<std::string, Bytes> access_of_keys_that_go(host::Writer& writer, const SetKey& c) {
  std::map<std::string, Bytes> out;
  for (const std::string& path : keys_that_go(c)) {
    auto is = writer.key_security(path.empty() ? c.key : host::under(c.key, path));
    if (is.get()) out[path] = std::move(is.value);
  }
  return out;
}

Result<JournalEntry> entry_for(host::Writer& writer, Change change, std::string fix, std::size_t number) {
  JournalEntry out{.fix = std::move(fix), .change = std::move(change)};
  if (auto* value = std::get_if<SetValue>(&out.change.what)) {
    value->key = writer.host().real_key(value->key);
  } else if (auto* key = std::get_if<SetKey>(&out.change.what)) {
    key->key = writer.host().real_key(key->key);
    out.security = access_of_keys_that_go(writer, *key);
  } else if (auto* access = std::get_if<SetAccess>(&out.change.what); access && access->is_key) {
    access->path = writer.host().real_key(access->path);
  } else if (const auto* aside = std::get_if<SetAside>(&out.change.what)) {
    out.as = fmt::format("{}-{}", number, host::last_part(aside->path));
  }
  if (!is_registry(out.change)) return out;
  auto makes = topmost_missing(writer.host(), key_of(out.change));
  if (!makes) return std::unexpected(std::move(makes.error()));
  const auto* value = std::get_if<SetValue>(&out.change.what);
  const auto* key = std::get_if<SetKey>(&out.change.what);
  if ((value && value->after) || (key && key->after)) out.makes = std::move(*makes);
  return out;
}

Result<Journal> journal_for(host::Writer& writer, const std::vector<Plan>& plans, const RunNames& names) {
  auto machine = machine_of(writer.host());
  if (!machine) return std::unexpected(std::move(machine.error()));
  Journal out{.run = names.run, .machine = std::move(*machine), .program = names.program, .began = names.now};
  for (Change& change : all_changes(plans)) {
    std::string fix = fix_of(change, plans);
    auto entry = entry_for(writer, std::move(change), std::move(fix), out.entries.size() + 1);
    if (!entry) return std::unexpected(std::move(entry.error()));
    out.entries.push_back(std::move(*entry));
  }
  out.done.assign(out.entries.size(), false);
  out.begun.assign(out.entries.size(), false);
  return out;
}

Result<void> can_be_done_here(const host::Writer& writer, const Journal& journal) {
  for (const auto& entry : journal.entries) {
    const std::string what = printable(target_of(entry.change));
    if (!entry.change.before_known)
      return usage_error(fmt::format("apply {}: it was planned without the machine", entry.fix));
    if (!leaves_state(entry.change) && !writer.is_running())
      return usage_error(
          fmt::format("apply {}: {} {} needs a machine that runs; --emit ps1 makes a script for it",
                      entry.fix, type_of(entry.change), what));
  }
  return {};
}

// "" for what is no key.
std::string whole_key_of(const Change& change) {
  if (is_registry(change)) return key_of(change);
  const auto* access = std::get_if<SetAccess>(&change.what);
  return access && access->is_key ? access->path : "";
}

// A key tree is compared whole: another change in it would be taken for somebody else's.
Result<void> none_overlaps(const Journal& journal) {
  for (const auto& tree : journal.entries) {
    const auto* top = std::get_if<SetKey>(&tree.change.what);
    if (!top) continue;
    const std::string key = host::normal_key(top->key);
    for (const auto& other : journal.entries) {
      const std::string at = host::normal_key(whole_key_of(other.change));
      if (&other != &tree && (at == key || at.starts_with(key + '\\')))
        return usage_error(fmt::format("apply {} and {} together: both change {}; apply them one by one",
                                       tree.fix, other.fix, printable(top->key)));
    }
  }
  return {};
}

bool same_entry(const JournalEntry& a, const JournalEntry& b) {
  return entry_line(a, 1, "") == entry_line(b, 1, "") && target_of(a.change) == target_of(b.change);
}

// What the journal can't hold can't be taken back: names that are no UTF-8, or more than it may have.
Result<void> can_be_journaled(const Journal& journal) {
  std::string last = header_line(journal), text = last + '\n';
  for (std::size_t i = 0; i < journal.entries.size(); ++i) {
    last = entry_line(journal.entries[i], i + 1, last);
    text.append(last).append(1, '\n');
  }
  const Bytes bytes(text.begin(), text.end());
  const auto back = read_journal(bytes, journal.run);
  if (!back) return std::unexpected(back.error());
  for (std::size_t i = 0; i < journal.entries.size(); ++i)
    if (back->journal.entries.size() <= i || !same_entry(back->journal.entries[i], journal.entries[i]))
      return usage_error("write a journal: it can't hold " + printable(target_of(journal.entries[i].change)));
  return {};
}

bool has_changed(const Run& run) {
  const Journal& journal = run.journal();
  if (journal.state == Journal::State::preparing) return false;
  for (std::size_t i = 0; i < journal.entries.size(); ++i)
    if (run.standing(i).standing != Standing::before || journal.begun[i]) return true;
  return false;
}

// A run that ended in the middle: an error where it changed something; given where it did not. An older one's
// journal that can't be read is no obstacle: it would be for good.
Result<std::optional<Run>> begun_and_left(host::Writer& writer) {
  const auto runs = writer.runs();
  if (!runs) return std::unexpected(runs.error());
  std::optional<Run> left;
  for (auto name = runs->rbegin(); name != runs->rend(); ++name) {
    auto run = Run::open(writer, *name);
    if (!run && name == runs->rbegin()) return run;
    if (!run || !*run) continue;
    const Journal& journal = (*run)->journal();
    if (journal.state == Journal::State::applied || journal.state == Journal::State::undone) continue;
    if (has_changed(**run))
      return std::unexpected(Error{
          .doing = fmt::format("the run {} was interrupted: `rdpdoctor fix --resume` brings it to its end, "
                               "`rdpdoctor undo` takes it back",
                               printable(journal.run)),
          .kind = ErrorKind::usage});
    if (!left) left.emplace(std::move(**run));
  }
  return left;
}

Result<void> may_be_applied(host::Writer& writer, const Journal& journal) {
  auto may = can_be_done_here(writer, journal);
  if (may) may = none_overlaps(journal);
  if (may) may = can_be_journaled(journal);
  if (may) may = writer.ready(keys_of(journal));
  return may;
}

bool leaves(const ChangeStanding& is) {
  return leaves_state(is.change);
}

Outcome stands_otherwise(const Run& run) {
  Outcome out = refused("apply: the machine is no longer as it was planned on");
  out.changes = run.standings();
  for (const auto& is : out.changes)
    if (leaves(is) && is.standing != Standing::before) out.in_the_way.push_back(is);
  return out;
}

bool stands_before(const Run& run) {
  return std::ranges::all_of(run.standings(),
                             [](const auto& is) { return !leaves(is) || is.standing == Standing::before; });
}

// A file that is gone was set aside by another run.
bool is_gone(host::Writer& writer, const Change& change) {
  const auto* aside = std::get_if<SetAside>(&change.what);
  return aside && writer.host().file(aside->path).state == Presence::absent;
}

bool is_all_done(const Run& run) {
  return std::ranges::all_of(run.standings(), [&](const auto& is) {
    return leaves(is) && (is.standing == Standing::after || is_gone(run.writer(), is.change));
  });
}

Outcome write(Run& run, std::optional<Run>& left, Instant now) {
  // Nothing came of it, and a later resume must not take it up.
  Result<void> done = left ? left->enter(Journal::State::undone, now) : Result<void>();
  if (done) done = run.begin();
  if (done) done = run.enter(Journal::State::applying, now);
  if (!done) return refused(std::move(done.error()));
  done = carry_out(run);
  if (done) done = run.enter(Journal::State::applied, now);
  return done ? run.outcome(Outcome::State::done) : interrupted(run, std::move(done.error()));
}

}  // namespace

Outcome apply(host::Writer& writer, const std::vector<Plan>& plans, const RunNames& names) {
  if (auto may = none_is_refused(plans); !may) return refused(std::move(may.error()));
  if (all_changes(plans).empty()) return {};
  auto left = begun_and_left(writer);
  if (!left) return refused(std::move(left.error()));
  auto journal = journal_for(writer, plans, names);
  if (!journal) return refused(std::move(journal.error()));
  Run run(writer, std::move(*journal));
  if (is_all_done(run)) return {};
  if (auto may = may_be_applied(writer, run.journal()); !may) return refused(std::move(may.error()));
  if (!stands_before(run)) return stands_otherwise(run);
  return write(run, *left, names.now);
}

}  // namespace rdpdoctor::fixes
