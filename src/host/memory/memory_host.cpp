#include "host/memory/memory_host.h"

#include <algorithm>

#include "host/key_names.h"
#include "host/registry.h"

namespace rdpdoctor::host {
namespace {

template <class T>
Reading<T> unreadable(std::string why) {
  return Reading<T>::unreadable(std::move(why));
}

}  // namespace

struct MemoryHost::State {
  std::string name;
  std::string_view kind;
  std::map<std::string, MemoryKey> keys;                      // by normal name (key_names.h)
  std::map<std::string, MemoryFile> files;                    // by path, folded
  std::map<std::string, std::pair<std::string, Bytes>> logs;  // by channel, folded: source, .evtx
  std::vector<HiveRead> hives;
  Reading<std::vector<RunningService>> services;
  Reading<std::vector<Listening>> sockets;
  Reading<Instant> clock;
  Reading<std::string> user;
  Reading<std::vector<SavedCredential>> credentials;
  Reading<std::vector<SecurityProduct>> products;
  Reading<std::vector<FilterDrop>> drops;

  [[nodiscard]] std::string current_set() const {
    auto select = keys.find(R"(hklm\system\select)");
    if (select == keys.end()) return "CurrentControlSet";
    auto current = select->second.values.find("current");
    if (current == select->second.values.end()) return "CurrentControlSet";
    auto number = as_dword(current->second);
    return number.get() ? control_set_name(number.value) : "CurrentControlSet";
  }
  // The key as it is held. The current set is held as CurrentControlSet where it has no keys of its own by
  // its number, and is found by both names.
  [[nodiscard]] std::string held(std::string_view key) const {
    static constexpr std::string_view sets = R"(hklm\system\controlset)", system = R"(hklm\system\)";
    std::string out = normal_key(key);
    if (!out.starts_with(sets)) return out;
    const std::string set = std::string(system) + folded(current_set());
    const bool below = out.starts_with(set) && (out.size() == set.size() || out[set.size()] == '\\');
    if (below && !keys.contains(set)) out.replace(0, set.size(), R"(hklm\system\currentcontrolset)");
    return out;
  }
  // The key that is unreadable and holds this one, or is it; nullptr if there is none.
  [[nodiscard]] const MemoryKey* barrier(std::string_view key) const {
    for (std::string at = held(key); !at.empty(); at = parent_of(at)) {
      auto found = keys.find(at);
      if (found != keys.end() && !found->second.unreadable.empty()) return &found->second;
    }
    return nullptr;
  }
  MemoryKey& make_key(std::string_view key) {
    const std::string shown(key);
    std::string at = normal_key(key);
    auto [entry, is_new] = keys.try_emplace(at);
    if (!is_new) return entry->second;
    entry->second.name = last_part(shown);
    if (at.contains('\\')) make_key(parent_of(shown));
    return keys[at];
  }
  // The file, or why there is none to be had. Files below an unreadable folder are unreadable too.
  template <class T>
  [[nodiscard]] const MemoryFile* find_file(std::string_view path, Reading<T>& otherwise) const {
    for (std::string at = folded(path); !at.empty(); at = parent_of(at)) {
      auto found = files.find(at);
      if (found == files.end() || found->second.unreadable.empty()) continue;
      otherwise = unreadable<T>(found->second.unreadable);
      return nullptr;
    }
    auto found = files.find(folded(path));
    if (found != files.end()) return &found->second;
    otherwise = Reading<T>::absent();
    return nullptr;
  }
};

MemoryHost::MemoryHost(std::string name, std::string_view kind) : state_(std::make_unique<State>()) {
  state_->name = std::move(name);
  state_->kind = kind;
  state_->services = unreadable<std::vector<RunningService>>("not in " + state_->name);
  state_->sockets = unreadable<std::vector<Listening>>("not in " + state_->name);
  state_->clock = Reading<Instant>::absent();
  state_->user = unreadable<std::string>("not in " + state_->name);
  state_->credentials = unreadable<std::vector<SavedCredential>>("not in " + state_->name);
  state_->products = unreadable<std::vector<SecurityProduct>>("not in " + state_->name);
  state_->drops = unreadable<std::vector<FilterDrop>>("not in " + state_->name);
}
MemoryHost::~MemoryHost() = default;

std::unique_ptr<MemoryHost> MemoryHost::copy() const {
  auto out = std::make_unique<MemoryHost>(state_->name);
  *out->state_ = *state_;
  return out;
}

void MemoryHost::set(std::string_view key, RegistryValue value) {
  MemoryKey& at = state_->make_key(key);
  std::string name = folded(value.name);
  at.values[name] = Reading<RegistryValue>::present(std::move(value));
}
void MemoryHost::set_unreadable(std::string_view key, std::string_view value_name, std::string why) {
  state_->make_key(key).values[folded(value_name)] = unreadable<RegistryValue>(std::move(why));
}
void MemoryHost::add_key(std::string_view key) {
  state_->make_key(key);
}
void MemoryHost::remove_value(std::string_view key, std::string_view value_name) {
  auto at = state_->keys.find(normal_key(key));
  if (at != state_->keys.end()) at->second.values.erase(folded(value_name));
}
void MemoryHost::remove_key(std::string_view key) {
  const std::string top = normal_key(key);
  std::erase_if(state_->keys,
                [&](const auto& k) { return k.first == top || k.first.starts_with(top + '\\'); });
}
void MemoryHost::key_unreadable(std::string_view key, std::string why) {
  state_->make_key(key).unreadable = std::move(why);
}
void MemoryHost::set_key_security(std::string_view key, formats::SecurityDescriptor security) {
  state_->make_key(key).security = std::move(security);
}

void MemoryHost::add_file(std::string_view path, MemoryFile file) {
  file.name = last_part(path);
  state_->files[folded(path)] = std::move(file);
  for (std::string at = parent_of(path); at.contains('\\'); at = parent_of(at)) {
    auto [entry, is_new] = state_->files.try_emplace(folded(at));
    if (!is_new) break;
    entry->second.name = last_part(at);
    entry->second.info.is_folder = true;
  }
}
void MemoryHost::remove_file(std::string_view path) {
  const std::string top = folded(path);
  std::erase_if(state_->files,
                [&](const auto& f) { return f.first == top || f.first.starts_with(top + '\\'); });
}
void MemoryHost::add_event_log(std::string_view channel, std::string source, Bytes evtx) {
  state_->logs[folded(channel)] = {std::move(source), std::move(evtx)};
}
void MemoryHost::set_running_services(Reading<std::vector<RunningService>> services) {
  state_->services = std::move(services);
}
void MemoryHost::set_listening(Reading<std::vector<Listening>> sockets) {
  state_->sockets = std::move(sockets);
}
void MemoryHost::set_clock(Reading<Instant> clock) {
  state_->clock = std::move(clock);
}
void MemoryHost::set_user(Reading<std::string> sid) {
  state_->user = std::move(sid);
}
void MemoryHost::set_saved_credentials(Reading<std::vector<SavedCredential>> credentials) {
  state_->credentials = std::move(credentials);
}
void MemoryHost::set_security_products(Reading<std::vector<SecurityProduct>> products) {
  state_->products = std::move(products);
}
void MemoryHost::set_filter_drops(Reading<std::vector<FilterDrop>> drops) {
  state_->drops = std::move(drops);
}
void MemoryHost::add_hive(HiveRead hive) {
  state_->hives.push_back(std::move(hive));
}
const std::map<std::string, MemoryKey>& MemoryHost::all_keys() const {
  return state_->keys;
}
const std::map<std::string, MemoryFile>& MemoryHost::all_files() const {
  return state_->files;
}

std::string_view MemoryHost::kind() const {
  return state_->kind;
}
std::string MemoryHost::name() const {
  return state_->name;
}

Reading<RegistryValue> MemoryHost::value(std::string_view key, std::string_view name) {
  if (const MemoryKey* barrier = state_->barrier(key)) return unreadable<RegistryValue>(barrier->unreadable);
  auto at = state_->keys.find(state_->held(key));
  if (at == state_->keys.end()) return Reading<RegistryValue>::absent();
  auto value = at->second.values.find(folded(name));
  return value == at->second.values.end() ? Reading<RegistryValue>::absent() : value->second;
}

Reading<std::vector<RegistryValue>> MemoryHost::values(std::string_view key) {
  using Values = std::vector<RegistryValue>;
  if (const MemoryKey* barrier = state_->barrier(key)) return unreadable<Values>(barrier->unreadable);
  auto at = state_->keys.find(state_->held(key));
  if (at == state_->keys.end()) return Reading<Values>::absent();
  Values out;
  for (const auto& [name, value] : at->second.values) {
    if (value.state == Presence::unreadable) return unreadable<Values>(value.why);
    if (value.get()) out.push_back(value.value);
  }
  return Reading<Values>::present(std::move(out));
}

Reading<std::vector<std::string>> MemoryHost::subkeys(std::string_view key) {
  using Names = std::vector<std::string>;
  if (const MemoryKey* barrier = state_->barrier(key)) return unreadable<Names>(barrier->unreadable);
  const std::string top = state_->held(key);
  if (!state_->keys.contains(top)) return Reading<Names>::absent();
  Names out;
  const std::string below = top + '\\';
  for (auto at = state_->keys.lower_bound(below); at != state_->keys.end() && at->first.starts_with(below);
       ++at)
    if (at->first.find('\\', below.size()) == std::string::npos) out.push_back(at->second.name);
  return Reading<Names>::present(std::move(out));
}

Reading<formats::SecurityDescriptor> MemoryHost::key_security(std::string_view key) {
  using Security = formats::SecurityDescriptor;
  if (const MemoryKey* barrier = state_->barrier(key)) return unreadable<Security>(barrier->unreadable);
  auto at = state_->keys.find(state_->held(key));
  if (at == state_->keys.end()) return Reading<Security>::absent();
  if (!at->second.security) return unreadable<Security>("its access list is not in " + state_->name);
  return Reading<Security>::present(*at->second.security);
}

std::string MemoryHost::real_key(std::string_view key) {
  return with_control_set(key, state_->current_set());
}

std::vector<HiveRead> MemoryHost::hives() {
  return state_->hives;
}

Reading<FileInfo> MemoryHost::file(std::string_view path) {
  Reading<FileInfo> otherwise;
  const MemoryFile* file = state_->find_file(path, otherwise);
  return file ? Reading<FileInfo>::present(file->info) : otherwise;
}

Reading<std::vector<std::string>> MemoryHost::folder(std::string_view path) {
  Reading<std::vector<std::string>> otherwise;
  if (!state_->find_file(path, otherwise)) return otherwise;
  const std::string below = folded(path) + '\\';
  std::vector<std::string> out;
  for (auto at = state_->files.lower_bound(below); at != state_->files.end() && at->first.starts_with(below);
       ++at)
    if (at->first.find('\\', below.size()) == std::string::npos) out.push_back(at->second.name);
  std::ranges::sort(out);
  return Reading<std::vector<std::string>>::present(std::move(out));
}

Reading<formats::SecurityDescriptor> MemoryHost::file_security(std::string_view path) {
  Reading<formats::SecurityDescriptor> otherwise;
  const MemoryFile* file = state_->find_file(path, otherwise);
  if (!file) return otherwise;
  if (file->security.state != Presence::not_looked) return file->security;
  return unreadable<formats::SecurityDescriptor>("its access list is not in " + state_->name);
}

Reading<std::unique_ptr<RandomSource>> MemoryHost::open(std::string_view path) {
  Reading<std::unique_ptr<RandomSource>> otherwise;
  const MemoryFile* file = state_->find_file(path, otherwise);
  if (!file) return otherwise;
  if (file->info.is_folder) return unreadable<std::unique_ptr<RandomSource>>("it is a folder");
  return Reading<std::unique_ptr<RandomSource>>::present(random_of(file->content));
}

Reading<Host::EventLog> MemoryHost::event_log(std::string_view channel) {
  auto at = state_->logs.find(folded(channel));
  if (at == state_->logs.end()) return Reading<EventLog>::absent();
  return Reading<EventLog>::present({at->second.first, random_of(at->second.second)});
}

Reading<std::vector<RunningService>> MemoryHost::running_services() {
  return state_->services;
}
Reading<std::vector<Listening>> MemoryHost::listening() {
  return state_->sockets;
}
Reading<Instant> MemoryHost::clock() {
  return state_->clock;
}
Reading<std::string> MemoryHost::user() {
  return state_->user;
}
Reading<std::vector<SavedCredential>> MemoryHost::saved_credentials() {
  return state_->credentials;
}
Reading<std::vector<SecurityProduct>> MemoryHost::security_products() {
  return state_->products;
}
Reading<std::vector<FilterDrop>> MemoryHost::filter_drops() {
  return state_->drops;
}

}  // namespace rdpdoctor::host
