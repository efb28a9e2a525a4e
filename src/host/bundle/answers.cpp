#include "host/bundle/answers.h"

#include <algorithm>

#include "host/key_names.h"

namespace rdpdoctor::host {
namespace {

class Parts final : public RandomSource {
 public:
  explicit Parts(FileParts file) : file_(std::move(file)) {}

  [[nodiscard]] std::uint64_t size() const override { return file_.size; }

  Result<void> read_at(std::uint64_t offset, std::span<std::uint8_t> out) override {
    while (!out.empty()) {
      auto part = file_.parts.upper_bound(offset);
      if (part == file_.parts.begin()) return missing();
      --part;
      const std::uint64_t skip = offset - part->first;
      if (part->second.size() <= skip) return missing();
      const std::size_t n = std::min<std::size_t>(out.size(), part->second.size() - skip);
      std::copy_n(part->second.begin() + static_cast<std::ptrdiff_t>(skip), n, out.begin());
      out = out.subspan(n);
      offset += n;
    }
    return {};
  }

 private:
  static Result<void> missing() {
    return std::unexpected(Error{"this place of the file is not in the bundle", ErrorKind::io, 0, ""});
  }

  FileParts file_;
};

template <class T>
void take_first(std::optional<T>& have, std::optional<T>& other) {
  if (!have) have = std::move(other);
}

void merge(RecordedKey& into, RecordedKey& from) {
  for (auto& [name, value] : from.values) into.values.try_emplace(folded(name), std::move(value));
  take_first(into.list, from.list);
  take_first(into.subkeys, from.subkeys);
  take_first(into.security, from.security);
}

void merge(RecordedFile& into, RecordedFile& from) {
  if (into.info.state == Presence::not_looked) into.info = std::move(from.info);
  take_first(into.names, from.names);
  take_first(into.security, from.security);
  take_first(into.content, from.content);
  take_first(into.hive, from.hive);
}

std::string normal_path(std::string_view path) {
  while (path.ends_with('\\')) path.remove_suffix(1);
  return folded(path);
}

}  // namespace

std::unique_ptr<RandomSource> source_of(FileParts file) {
  return std::make_unique<Parts>(std::move(file));
}

Answers::Answers(Records records) : records_(std::move(records)) {
  auto keys = std::exchange(records_.keys, {});
  auto files = std::exchange(records_.files, {});
  auto logs = std::exchange(records_.logs, {});
  for (auto& [name, one] : keys) merge(records_.keys[normal_key(name)], one);
  for (auto& [path, file] : files) merge(records_.files[normal_path(path)], file);
  for (auto& [channel, log] : logs) records_.logs.try_emplace(folded(channel), std::move(log));
}

// A key is found by the number of the current control set, too.
RecordedKey* Answers::key(std::string_view key) {
  auto at = records_.keys.find(normal_key(key));
  if (at != records_.keys.end()) return &at->second;
  static constexpr std::string_view system = R"(hklm\system\)", current = "currentcontrolset";
  std::string name = normal_key(key);
  const std::string set = std::string(system) + folded(records_.control_set);
  const bool below = name.starts_with(set) && (name.size() == set.size() || name[set.size()] == '\\');
  if (records_.control_set.empty() || !below) return nullptr;
  name.replace(system.size(), set.size() - system.size(), current);
  at = records_.keys.find(name);
  return at == records_.keys.end() ? nullptr : &at->second;
}

std::optional<Reading<RegistryValue>> Answers::value(std::string_view key_name, std::string_view name) {
  const RecordedKey* of = key(key_name);
  if (!of) return std::nullopt;
  if (auto at = of->values.find(folded(name)); at != of->values.end()) return at->second;
  if (!of->list || of->list->state == Presence::unreadable) return std::nullopt;
  for (const RegistryValue& value : of->list->value)
    if (same_name(value.name, name)) return Reading<RegistryValue>::present(value);
  return Reading<RegistryValue>::absent();
}
std::optional<Reading<std::vector<RegistryValue>>> Answers::values(std::string_view key_name) {
  const RecordedKey* of = key(key_name);
  return of ? of->list : std::nullopt;
}
std::optional<Reading<std::vector<std::string>>> Answers::subkeys(std::string_view key_name) {
  const RecordedKey* of = key(key_name);
  return of ? of->subkeys : std::nullopt;
}
std::optional<Reading<formats::SecurityDescriptor>> Answers::key_security(std::string_view key_name) {
  const RecordedKey* of = key(key_name);
  return of ? of->security : std::nullopt;
}

const RecordedFile* Answers::file(std::string_view path) {
  auto at = records_.files.find(normal_path(path));
  return at == records_.files.end() ? nullptr : &at->second;
}
const RecordedLog* Answers::log(std::string_view channel) {
  auto at = records_.logs.find(folded(channel));
  return at == records_.logs.end() ? nullptr : &at->second;
}

}  // namespace rdpdoctor::host
