#include "host/memory/memory_writer.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "host/files.h"
#include "host/key_names.h"

namespace rdpdoctor::host {
namespace {

std::unexpected<Error> not_done(std::string doing, ErrorKind kind = ErrorKind::io) {
  return std::unexpected(Error{.doing = std::move(doing), .kind = kind});
}

Reading<Bytes> encoded(const Reading<formats::SecurityDescriptor>& reading) {
  if (!reading.get()) return {reading.state, {}, reading.why};
  return Reading<Bytes>::present(formats::encode_security_descriptor(reading.value));
}

// "HKLM\SYSTEM": what is one file on a disk.
std::string hive_of(std::string_view key) {
  const std::string at = normal_key(key);
  const std::size_t root = at.find('\\');
  return at.substr(0, root == std::string::npos ? root : at.find('\\', root + 1));
}

}  // namespace

MemoryWriter::MemoryWriter(std::unique_ptr<MemoryHost> machine) : machine_(std::move(machine)) {}

void MemoryWriter::set_fault(Fault fault, std::size_t operation, Killed how) {
  fault_ = fault;
  fault_at_ = operation;
  how_ = how;
  operations_ = 0;
}
void MemoryWriter::fail_at(std::size_t operation) {
  set_fault(Fault::fails_once, operation, Killed::before);
}
void MemoryWriter::full_from(std::size_t operation) {
  set_fault(Fault::full, operation, Killed::before);
}
void MemoryWriter::kill_at(std::size_t operation, Killed how) {
  set_fault(Fault::killed, operation, how);
}
void MemoryWriter::revive() {
  set_fault(Fault::none, 0, Killed::before);
}

MemoryWriter::Turn MemoryWriter::next() {
  ++operations_;
  if (fault_ == Fault::none || operations_ < fault_at_) return {};
  if (operations_ == fault_at_ && fault_ == Fault::killed) {
    static constexpr std::array done{Turn::Done::nothing, Turn::Done::half, Turn::Done::all};
    return {done[static_cast<std::size_t>(how_)], false};
  }
  if (operations_ != fault_at_ && fault_ == Fault::fails_once) return {};
  return {Turn::Done::nothing, false};
}

Result<void> MemoryWriter::ready(const std::vector<std::string>&) {
  if (!not_ready_.empty()) return not_done(not_ready_, ErrorKind::not_permitted);
  return {};
}

// As the machine holds the current control set, see MemoryHost.
std::string MemoryWriter::held(std::string_view key) const {
  static constexpr std::string_view current = R"(HKLM\SYSTEM\CurrentControlSet)";
  const std::string set = machine_->real_key(current), at = normal_key(key), top = normal_key(set);
  const bool below = at == top || at.starts_with(top + '\\');
  if (!below || machine_->all_keys().contains(top)) return std::string(key);
  return std::string(current) + std::string(key.substr(std::min(key.size(), set.size())));
}

void MemoryWriter::edit(const RegistryEdit& edit) {
  const std::string key = held(edit.key);
  switch (edit.kind) {
    case RegistryEdit::Kind::set_value: return machine_->set(key, edit.value);
    case RegistryEdit::Kind::delete_value: return machine_->remove_value(key, edit.value.name);
    case RegistryEdit::Kind::make_key: return machine_->add_key(key);
    case RegistryEdit::Kind::delete_key: return machine_->remove_key(key);
  }
}

Result<void> MemoryWriter::edit_registry(const std::string&, const std::vector<RegistryEdit>& edits) {
  for (const RegistryEdit& e : edits)
    if (machine_->values(e.key).state == Presence::unreadable &&
        machine_->value(e.key, e.value.name).state == Presence::unreadable)
      return not_done("write " + printable(e.key), ErrorKind::not_permitted);
  const Turn turn = next();
  for (const RegistryEdit& e : edits) {
    const bool here = turn.done == Turn::Done::half ? hive_of(e.key) == hive_of(edits.front().key)
                                                    : turn.done == Turn::Done::all;
    // A hive that is the only one is written whole or not at all.
    const bool several = hive_of(edits.back().key) != hive_of(edits.front().key);
    if (here && (turn.done == Turn::Done::all || several)) edit(e);
  }
  if (!turn.told) return not_done("write the registry");
  return {};
}

Reading<Bytes> MemoryWriter::file_security(std::string_view path) {
  return encoded(machine_->file_security(path));
}

Result<void> MemoryWriter::set_file_security(std::string_view path, View descriptor) {
  auto decoded = formats::decode_security_descriptor(descriptor);
  auto at = machine_->all_files().find(folded(path));
  if (!decoded) return not_done("write an access list: " + to_text(decoded.error()), ErrorKind::malformed);
  if (at == machine_->all_files().end()) return not_done("write to " + printable(path), ErrorKind::not_found);
  const Turn turn = next();
  if (turn.done == Turn::Done::all) {
    MemoryFile file = at->second;
    file.security = decltype(file.security)::present(std::move(*decoded));
    const std::string in_its_case = under(parent_of(path), file.name);
    machine_->add_file(in_its_case, std::move(file));
  }
  if (!turn.told) return not_done("write the access list of " + printable(path));
  return {};
}

Reading<Bytes> MemoryWriter::key_security(std::string_view key) {
  return encoded(machine_->key_security(key));
}

Result<void> MemoryWriter::set_key_security(std::string_view key, View descriptor) {
  auto decoded = formats::decode_security_descriptor(descriptor);
  if (!decoded) return not_done("write an access list: " + to_text(decoded.error()), ErrorKind::malformed);
  if (!machine_->values(key).get()) return not_done("write to " + printable(key), ErrorKind::not_found);
  const Turn turn = next();
  if (turn.done == Turn::Done::all) machine_->set_key_security(held(key), std::move(*decoded));
  if (!turn.told) return not_done("write the access list of " + printable(key));
  return {};
}

Result<void> MemoryWriter::set_aside(const std::string& run, std::string_view path, const std::string& as) {
  auto at = machine_->all_files().find(folded(path));
  if (at == machine_->all_files().end()) return not_done("move " + printable(path), ErrorKind::not_found);
  if (aside_.contains({run, as})) return not_done("move to " + printable(as) + ", which is there");
  const Turn turn = next();
  if (turn.done == Turn::Done::all) {
    aside_[{run, as}] = at->second;
    machine_->remove_file(path);
  }
  if (!turn.told) return not_done("move " + printable(path));
  return {};
}

Result<void> MemoryWriter::put_back(const std::string& run, const std::string& as, std::string_view path) {
  auto at = aside_.find({run, as});
  if (at == aside_.end()) return not_done("move " + printable(as) + " back", ErrorKind::not_found);
  if (machine_->all_files().contains(folded(path)))
    return not_done("move back to " + printable(path) + ", which is there");
  const Turn turn = next();
  if (turn.done == Turn::Done::all) {
    const std::string in_its_case = under(parent_of(path), at->second.name);
    machine_->add_file(in_its_case, std::move(at->second));
    aside_.erase(at);
  }
  if (!turn.told) return not_done("move " + printable(as) + " back");
  return {};
}

Reading<FileInfo> MemoryWriter::aside(const std::string& run, const std::string& as) {
  auto at = aside_.find({run, as});
  return at == aside_.end() ? Reading<FileInfo>::absent() : Reading<FileInfo>::present(at->second.info);
}

Result<void> MemoryWriter::control(std::string_view service, ServiceAction action) {
  static constexpr std::array<std::string_view, 3> words{"start ", "stop ", "restart "};
  if (!running_) return not_done("control services of a machine that does not run", ErrorKind::usage);
  const Turn turn = next();
  if (turn.done == Turn::Done::all)
    did_.push_back(std::string(words[static_cast<std::size_t>(action)]).append(service));
  if (!turn.told) return not_done("control " + printable(service));
  return {};
}

Result<void> MemoryWriter::run_command(const Arguments& command) {
  if (!running_) return not_done("run commands on a machine that does not run", ErrorKind::usage);
  const Turn turn = next();
  if (turn.done == Turn::Done::all) did_.push_back(join(command, " "));
  if (!turn.told) return not_done("run " + printable(join(command, " ")));
  return {};
}

Result<std::vector<std::string>> MemoryWriter::runs() {
  std::vector<std::string> out;
  for (const auto& [run, bytes] : journals_) out.push_back(run);
  return out;
}

Result<void> MemoryWriter::begin_run(const std::string& run) {
  if (journals_.contains(run)) return not_done("begin the run " + printable(run) + ", which is there");
  const Turn turn = next();
  if (turn.done == Turn::Done::all) journals_[run];
  if (!turn.told) return not_done("make the folder of the run " + printable(run));
  return {};
}

Result<Bytes> MemoryWriter::journal(const std::string& run) {
  auto at = journals_.find(run);
  if (at == journals_.end()) return not_done("read the journal of " + printable(run), ErrorKind::not_found);
  return at->second;
}

Result<void> MemoryWriter::append_journal(const std::string& run, std::string_view line) {
  auto at = journals_.find(run);
  if (at == journals_.end()) return not_done("write the journal of " + printable(run), ErrorKind::not_found);
  const Turn turn = next();
  std::string whole(line);
  whole += '\n';
  std::size_t written = whole.size();
  if (turn.done == Turn::Done::half) written /= 2;
  if (turn.done == Turn::Done::nothing) written = 0;
  at->second.insert(at->second.end(), whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(written));
  if (!turn.told) return not_done("write the journal of " + printable(run));
  return {};
}

std::string MemoryWriter::journal_place(const std::string& run) {
  return R"(C:\ProgramData\rdpdoctor\runs\)" + run + R"(\journal.jsonl)";
}

}  // namespace rdpdoctor::host
