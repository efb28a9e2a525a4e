#include "fixes/engine/steps.h"

#include <algorithm>

#include "base/text.h"
#include "fixes/engine/registry_steps.h"
#include "fmt/core.h"
#include "host/files.h"

namespace rdpdoctor::fixes {
namespace {

std::unexpected<Error> not_as_meant(const ChangeStanding& is) {
  return std::unexpected(
      Error{.doing = fmt::format("read back {} {}: it is not what was written{}{}", type_of(is.change),
                                 printable(target_of(is.change)), is.now.empty() ? "" : ", but ", is.now)});
}

// Both directions differ only in what each entry is brought to.
class Steps {
 public:
  Steps(Run& run, Standing to)
      : run_(run), to_(to), from_(to == Standing::after ? Standing::before : Standing::after) {}

  Result<void> all() {
    const auto& entries = run_.journal().entries;
    for (std::size_t i = 0; i < entries.size();) {
      auto done = step(i);
      if (!done) return std::unexpected(std::move(done.error()));
      i = *done;
    }
    return {};
  }

 private:
  [[nodiscard]] bool forward() const { return to_ == Standing::after; }
  // The n-th in the order of this direction.
  [[nodiscard]] std::size_t index(std::size_t n) const {
    return forward() ? n : run_.journal().entries.size() - 1 - n;
  }
  [[nodiscard]] const JournalEntry& entry(std::size_t n) const { return run_.journal().entries[index(n)]; }
  [[nodiscard]] bool is_due(std::size_t n) const { return run_.standing(index(n)).standing == from_; }

  // Gives the number of the next step.
  Result<std::size_t> step(std::size_t n) {
    const Change& change = entry(n).change;
    if (is_registry(change)) return registry(n);
    Result<void> done;
    if (const auto* access = std::get_if<SetAccess>(&change.what)) {
      if (is_due(n)) done = set_access(*access, n);
    } else if (const auto* aside = std::get_if<SetAside>(&change.what)) {
      if (is_due(n)) done = move(*aside, n);
    } else if (const auto* service = std::get_if<ControlService>(&change.what)) {
      done = control(*service, n);
    } else if (const auto* command = std::get_if<RunCommand>(&change.what)) {
      done = forward() ? command_out(*command, n) : command_back(*command, n);
    }
    if (!done) return std::unexpected(std::move(done.error()));
    return n + 1;
  }

  [[nodiscard]] Result<void> read_back(std::size_t n) const {
    const ChangeStanding is = run_.standing(index(n));
    if (is.standing != to_) return not_as_meant(is);
    return {};
  }

  // All that follow one another are one edit.
  Result<std::size_t> registry(std::size_t n) {
    std::vector<host::RegistryEdit> edits;
    std::vector<std::size_t> due;
    for (; n < run_.journal().entries.size() && is_registry(entry(n).change); ++n) {
      if (!is_due(n)) continue;
      due.push_back(n);
      if (forward())
        add_edits_to_after(entry(n).change, edits);
      else
        add_edits_to_before(entry(n).change, edits);
    }
    Result<void> done;
    if (!edits.empty()) done = run_.writer().edit_registry(run_.name(), edits);
    for (std::size_t i = 0; done && i < due.size(); ++i) done = read_back(due[i]);
    if (!done) return std::unexpected(std::move(done.error()));
    return n;
  }

  Result<void> set_access(const SetAccess& c, std::size_t n) {
    host::Writer& writer = run_.writer();
    const Bytes& to = forward() ? c.after : c.before;
    auto done = c.is_key ? writer.set_key_security(c.path, to) : writer.set_file_security(c.path, to);
    return done ? read_back(n) : done;
  }

  Result<void> move(const SetAside& c, std::size_t n) {
    host::Writer& writer = run_.writer();
    auto done = forward() ? writer.set_aside(run_.name(), c.path, entry(n).as)
                          : writer.put_back(run_.name(), entry(n).as, c.path);
    return done ? read_back(n) : done;
  }

  // What was begun and not ended is done again: a service that is restarted twice runs.
  Result<void> control(const ControlService& c, std::size_t n) {
    if (!forward() || run_.journal().done[index(n)]) return {};
    auto done = run_.begins(index(n));
    if (done) done = run_.writer().control(c.name, c.action);
    if (done) done = run_.did(index(n));
    return done;
  }

  // One that may have run is not run twice: what it does the second time is not known.
  Result<void> command_out(const RunCommand& c, std::size_t n) {
    if (run_.journal().done[index(n)] || run_.may_have_run(index(n))) return {};
    auto done = run_.begins(index(n));
    if (done) done = run_.writer().run_command(c.command);
    if (done) done = run_.did(index(n));
    return done;
  }

  // Where it may not have run, or its undo may have, that undo has the right to fail.
  Result<void> command_back(const RunCommand& c, std::size_t n) {
    const bool may_fail = run_.may_have_run(index(n));
    const bool ran = run_.journal().done[index(n)] || may_fail;
    if (!ran || c.undo.empty() || !run_.writer().is_running()) return {};
    auto done = run_.begins(index(n));
    if (!done) return done;
    done = run_.writer().run_command(c.undo);
    if (!done && !may_fail) return done;
    return run_.did(index(n));
  }

  Run& run_;
  Standing to_, from_;
};

// Keys that were taken away and are made again have the access list of the key above them. A disk's hives
// are written without access lists: there it stays so.
Result<void> restore_access(Run& run, const SetKey& c, const std::map<std::string, Bytes>& access) {
  for (const auto& [path, descriptor] : access) {
    const std::string key = path.empty() ? c.key : host::under(c.key, path);
    const auto is = run.writer().key_security(key);
    if (is.state == Presence::absent || (is.get() && is.value == descriptor)) continue;
    auto done = run.writer().set_key_security(key, descriptor);
    if (!done && run.writer().is_running()) return done;
  }
  return {};
}

}  // namespace

Result<void> carry_out(Run& run) {
  return Steps(run, Standing::after).all();
}

Result<void> take_back(Run& run) {
  auto done = Steps(run, Standing::before).all();
  const auto& entries = run.journal().entries;
  for (std::size_t i = 0; done && i < entries.size(); ++i) {
    const auto* key = std::get_if<SetKey>(&entries[i].change.what);
    if (!key || entries[i].security.empty() || run.standing(i).standing != Standing::before) continue;
    done = restore_access(run, *key, entries[i].security);
  }
  if (!done) return done;
  auto empty = removing_empty_keys(run.writer().host(), run.journal().entries);
  if (!empty) return std::unexpected(std::move(empty.error()));
  return empty->empty() ? done : run.writer().edit_registry(run.name(), *empty);
}

}  // namespace rdpdoctor::fixes
