#include "host/bundle/bundle_host.h"

#include "base/text.h"
#include "fmt/core.h"
#include "host/files.h"
#include "host/key_names.h"
#include "host/registry.h"

namespace rdpdoctor::host {
namespace {

constexpr std::string_view system_hive = R"(hklm\system)";
constexpr std::string_view current_set = R"(hklm\system\currentcontrolset)";

std::string normal_path(std::string_view path) {
  while (path.ends_with('\\')) path.remove_suffix(1);
  return lower(path);
}

// The name or one above it is in the set.
bool is_in_or_below(const std::set<std::string>& tops, std::string at) {
  for (; !at.empty(); at = parent_of(at))
    if (tops.contains(at)) return true;
  return false;
}

}  // namespace

BundleHost::BundleHost(std::unique_ptr<FileTree> tree)
    : tree_(std::move(tree)),
      parts_(tree_->name(), "bundle"),
      not_here_("not in " + printable(tree_->name())) {}

void BundleHost::set(const std::string& key, RegistryValue value, const std::string& file) {
  const auto before = parts_.value(key, value.name);
  if (before.state == Presence::unreadable) return;
  bool differs = before.get() && (before.value.type != value.type || before.value.data != value.data);
  if (differs)
    parts_.set_unreadable(key, value.name,
                          fmt::format("files of the bundle differ in it, {} is one", printable(file)));
  else
    parts_.set(key, std::move(value));
}

void BundleHost::holds_key(std::string_view key) {
  whole_keys_.insert(normal_key(key));
}
void BundleHost::holds_values_of(std::string_view key) {
  listed_keys_.insert(normal_key(key));
}
void BundleHost::looked_for_key(std::string_view key) {
  looked_for_.insert(normal_key(key));
}
void BundleHost::can_not_trust(std::string_view key) {
  doubtful_keys_.insert(normal_key(key));
}
void BundleHost::holds_folder(std::string_view folder) {
  whole_folders_.insert(normal_path(folder));
}
void BundleHost::looked_for_log(std::string_view channel) {
  looked_for_logs_.insert(lower(channel));
}
void BundleHost::has_copy(std::string_view path, std::string in_tree) {
  copies_[normal_path(path)] = std::move(in_tree);
}
void BundleHost::size_not_known(std::string_view path) {
  without_size_.insert(normal_path(path));
}
void BundleHost::add_hive(const std::string& name, const std::string& path) {
  auto& slot = hives_[R"(hklm\)" + lower(name)];
  if (slot)
    return add_note(
        {name, path, HiveState::unreadable, "the bundle holds another hive of this name, which is read"});
  slot = std::make_unique<ImageHive>(*tree_, name, Reading<std::string>::present(path));
}
void BundleHost::add_event_log(const std::string& channel, const std::string& path, bool has_its_name) {
  auto [at, is_new] = logs_.try_emplace(lower(channel), Log{path, has_its_name});
  if (!is_new && has_its_name && !at->second.has_its_name) at->second = {path, has_its_name};
}
void BundleHost::add_note(HiveRead note) {
  constexpr std::size_t most_notes = 200;
  if (notes_.size() < most_notes) notes_.push_back(std::move(note));
}

void BundleHost::answer_as(Records records) {
  if (answers_) return;
  if (records.running_services.state != Presence::not_looked)
    parts_.set_running_services(records.running_services);
  if (records.listening.state != Presence::not_looked) parts_.set_listening(records.listening);
  if (records.clock.state != Presence::not_looked) parts_.set_clock(records.clock);
  answers_.emplace(std::move(records));
}

// Exports name CurrentControlSet, or the set itself.
std::vector<std::string> BundleHost::spellings(std::string_view key) {
  std::vector<std::string> out{normal_key(key)};
  if (std::string real = normal_key(parts_.real_key(key)); real != out.front())
    out.push_back(std::move(real));
  return out;
}

bool BundleHost::holds_all_of(std::string_view key) const {
  const std::string at(key);
  if (is_in_or_below(whole_keys_, at)) return true;
  return is_in_or_below(looked_for_, at) && !is_in_or_below(doubtful_keys_, at);
}
bool BundleHost::holds_list_of(std::string_view key) const {
  return holds_all_of(key) || listed_keys_.contains(std::string(key));
}
bool BundleHost::holds_path(std::string_view path) const {
  return is_in_or_below(whole_folders_, normal_path(path));
}

BundleHost::InHive BundleHost::in_hive(std::string_view key) {
  const std::string real = real_key(key);
  const std::string normal = normal_key(real);
  bool unresolved =
      hives_.contains(std::string(system_hive)) && is_in_or_below({std::string(current_set)}, normal);
  if (unresolved) return {.why = "which control set is the current one can't be told"};
  for (auto& [top, hive] : hives_) {
    if (normal != top && !normal.starts_with(top + '\\')) continue;
    // What follows the hive's name, in either spelling of the root.
    const std::string_view below = std::string_view(normal).substr(std::min(top.size() + 1, normal.size()));
    return {hive.get(), std::string(below), ""};
  }
  return {.why = not_here_};
}

Reading<RegistryValue> BundleHost::value(std::string_view key, std::string_view name) {
  if (auto told = answers_ ? answers_->value(key, name) : std::nullopt) return *told;
  bool whole = false;
  for (const std::string& at : spellings(key)) {
    auto reading = parts_.value(at, name);
    if (reading.state != Presence::absent) return reading;
    whole |= holds_list_of(at);
  }
  if (whole) return Reading<RegistryValue>::absent();
  const InHive in = in_hive(key);
  return in.hive ? in.hive->value(in.key, name) : Reading<RegistryValue>::unreadable(in.why);
}

Reading<std::vector<RegistryValue>> BundleHost::values(std::string_view key) {
  if (auto told = answers_ ? answers_->values(key) : std::nullopt) return *told;
  for (const std::string& at : spellings(key))
    if (holds_list_of(at)) return parts_.values(at);
  const InHive in = in_hive(key);
  return in.hive ? in.hive->values(in.key) : Reading<std::vector<RegistryValue>>::unreadable(in.why);
}

Reading<std::vector<std::string>> BundleHost::subkeys(std::string_view key) {
  if (auto told = answers_ ? answers_->subkeys(key) : std::nullopt) return *told;
  for (const std::string& at : spellings(key))
    if (holds_list_of(at)) return parts_.subkeys(at);
  const InHive in = in_hive(key);
  return in.hive ? in.hive->subkeys(in.key) : Reading<std::vector<std::string>>::unreadable(in.why);
}

Reading<formats::SecurityDescriptor> BundleHost::key_security(std::string_view key) {
  using Security = Reading<formats::SecurityDescriptor>;
  if (auto told = answers_ ? answers_->key_security(key) : std::nullopt) return *told;
  for (const std::string& at : spellings(key)) {
    auto reading = parts_.key_security(at);
    if (reading.get()) return reading;
    if (reading.state == Presence::absent && holds_all_of(at)) return reading;
  }
  const InHive in = in_hive(key);
  return in.hive ? in.hive->security(in.key) : Security::unreadable("its access list is " + not_here_);
}

std::string BundleHost::real_key(std::string_view key) {
  if (answers_ && !answers_->all().control_set.empty())
    return with_control_set(key, answers_->all().control_set);
  std::string by_export = parts_.real_key(key);
  auto system = hives_.find(std::string(system_hive));
  if (system == hives_.end() || normal_key(by_export) != normal_key(key)) return by_export;
  auto current = as_dword(system->second->value("Select", "Current"));
  return current.get() ? with_control_set(key, control_set_name(current.value)) : by_export;
}

std::vector<HiveRead> BundleHost::hives() {
  std::vector<HiveRead> out = answers_ ? answers_->all().hives : std::vector<HiveRead>();
  for (const auto& [top, hive] : hives_) out.push_back(hive->state());
  out.insert(out.end(), notes_.begin(), notes_.end());
  return out;
}

std::string BundleHost::real_path(std::string_view path) {
  return path.starts_with('%') ? expanded(*this, path) : std::string(path);
}

const RecordedFile* BundleHost::answer(std::string_view path) {
  return answers_ ? answers_->file(path) : nullptr;
}

Reading<FileInfo> BundleHost::file(std::string_view path) {
  if (const auto* told = answer(path); told && told->info.state != Presence::not_looked) return told->info;
  const std::string at = real_path(path);
  if (without_size_.contains(normal_path(at)))
    return Reading<FileInfo>::unreadable("its size is " + not_here_);
  return or_not_here(parts_.file(at), at);
}

Reading<std::vector<std::string>> BundleHost::folder(std::string_view path) {
  if (const auto* told = answer(path); told && told->names) return *told->names;
  const std::string at = real_path(path);
  auto reading = parts_.folder(at);
  bool unknown = reading.state != Presence::unreadable && !holds_path(at);
  return unknown ? not_here<std::vector<std::string>>() : std::move(reading);
}

Reading<formats::SecurityDescriptor> BundleHost::file_security(std::string_view path) {
  if (const auto* told = answer(path); told && told->security) return *told->security;
  const std::string at = real_path(path);
  return or_not_here(parts_.file_security(at), at);
}

Reading<std::unique_ptr<RandomSource>> BundleHost::open(std::string_view path) {
  using File = std::unique_ptr<RandomSource>;
  const RecordedFile* told = answer(path);
  if (told && told->hive) return Reading<File>::present(source_of(*told->hive));
  if (told && told->content) {
    if (!told->content->get()) return {told->content->state, nullptr, told->content->why};
    return Reading<File>::present(source_of(told->content->value));
  }
  const std::string at = real_path(path);
  Reading<File> reading = or_not_here(parts_.open(at), at);
  if (!reading.get()) return reading;
  if (auto copy = copies_.find(normal_path(at)); copy != copies_.end()) {
    reading = tree_->open(copy->second);
    if (reading.state != Presence::absent) return reading;
  }
  return Reading<File>::unreadable("its content is " + not_here_);
}

Reading<Host::EventLog> BundleHost::log_in_tree(const std::string& path, std::string source) {
  auto file = tree_->open(path);
  if (!file.get()) return Reading<EventLog>::unreadable(file.why.empty() ? "it is gone" : file.why);
  Reading<EventLog> out{.state = Presence::present};
  out.value.source = std::move(source);
  out.value.file = std::move(file.value);
  return out;
}

Reading<Host::EventLog> BundleHost::event_log(std::string_view channel) {
  const RecordedLog* told = answers_ ? answers_->log(channel) : nullptr;
  if (told && !told->source.get()) return {told->source.state, {}, told->source.why};
  if (told) return log_in_tree(told->copy, told->source.value);
  auto log = logs_.find(lower(channel));
  if (log == logs_.end())
    return looked_for_logs_.contains(lower(channel)) ? Reading<EventLog>::absent() : not_here<EventLog>();
  return log_in_tree(log->second.path, log->second.path);
}

Reading<std::vector<RunningService>> BundleHost::running_services() {
  return parts_.running_services();
}
Reading<std::vector<Listening>> BundleHost::listening() {
  return parts_.listening();
}
Reading<std::string> BundleHost::user() {
  return answers_ ? or_not_here(answers_->all().user) : not_here<std::string>();
}
Reading<std::vector<SavedCredential>> BundleHost::saved_credentials() {
  using List = std::vector<SavedCredential>;
  return answers_ ? or_not_here(answers_->all().saved_credentials) : not_here<List>();
}
Reading<std::vector<SecurityProduct>> BundleHost::security_products() {
  using List = std::vector<SecurityProduct>;
  return answers_ ? or_not_here(answers_->all().security_products) : not_here<List>();
}
Reading<std::vector<FilterDrop>> BundleHost::filter_drops() {
  return answers_ ? or_not_here(answers_->all().filter_drops) : not_here<std::vector<FilterDrop>>();
}

}  // namespace rdpdoctor::host
