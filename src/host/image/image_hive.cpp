#include "host/image/image_hive.h"

#include "base/text.h"
#include "fmt/core.h"

namespace rdpdoctor::host {
namespace {

RegistryValue as_stored(formats::HiveValue&& value) {
  return {.name = std::move(value.name), .type = value.type, .data = std::move(value.data)};
}

// "bin at byte 106496 of the hive: expected the header of a bin": that it is damage is said by the state.
std::string damage_words(const Error& error) {
  static constexpr std::string_view prefix = "damaged: ";
  std::string out = error.doing.starts_with(prefix) ? error.doing.substr(prefix.size()) : error.doing;
  if (!error.expected.empty()) out += ", where " + error.expected + " was expected";
  return out;
}

// The transaction logs beside a hive, whatever the case of their names.
std::vector<std::string> log_paths(FileTree& tree, const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : path.substr(0, slash);
  const std::string own = slash == std::string::npos ? path : path.substr(slash + 1);
  std::vector<std::string> out;
  auto names = tree.names(folder);
  for (const std::string& name : names.value)
    for (std::string_view ending : {".LOG1", ".LOG2", ".LOG"})
      if (equal_ignoring_case(name, fmt::format("{}{}", own, ending)))
        out.push_back(folder.empty() ? name : fmt::format("{}/{}", folder, name));
  return out;
}

}  // namespace

ImageHive::ImageHive(FileTree& tree, std::string name, const Reading<std::string>& path) {
  state_.name = std::move(name);
  state_.path = path.get() ? tree.name() + "/" + path.value : tree.name();
  if (path.get()) {
    path_ = path.value;
    open(tree, path.value);
    return;
  }
  state_.state = path.state == Presence::absent ? HiveState::missing : HiveState::unreadable;
  state_.detail = path.why;
}

void ImageHive::open(FileTree& tree, const std::string& path) {
  auto file = tree.open(path);
  if (!file.get()) {
    state_.state = file.state == Presence::absent ? HiveState::missing : HiveState::unreadable;
    state_.detail = file.why;
    return;
  }
  file_ = std::move(file.value);
  recover(tree, path);
  auto hive = formats::Hive::open(replay_ ? *replay_->file : *file_);
  if (!hive) {
    state_.state = HiveState::damaged;
    state_.detail = damage_words(hive.error());
    return;
  }
  hive_ = std::move(*hive);
  const formats::HiveHeader& header = hive_->header();
  if (header.dirty() && state_.state == HiveState::clean) {
    state_.state = HiveState::dirty;
    state_.detail =
        fmt::format("sequence numbers {} and {}, {}: its last changes may be missing", header.sequence1,
                    header.sequence2, log_problem_.empty() ? "no log that belongs to it" : log_problem_);
  }
}

void ImageHive::recover(FileTree& tree, const std::string& path) {
  constexpr std::size_t header_bytes = 512;
  Bytes head(header_bytes);
  if (file_->size() < header_bytes || !file_->read_at(0, head)) return;
  auto header = formats::decode_hive_header(head);
  if (header && !header->dirty()) return;
  std::vector<RandomSource*> logs;
  for (const std::string& log : log_paths(tree, path)) {
    auto file = tree.open(log);
    if (!file.get() && log_problem_.empty()) log_problem_ = fmt::format("{}: {}", printable(log), file.why);
    if (!file.get() || file.value->size() == 0) continue;
    logs.push_back(file.value.get());
    logs_.push_back(std::move(file.value));
  }
  if (logs.empty()) return;
  auto replay = formats::replay_logs(*file_, logs);
  if (!replay || !*replay || (*replay)->entries == 0) {
    const std::string why = replay && *replay ? (*replay)->problem : "";
    if (header && !why.empty()) {
      state_.state = HiveState::dirty;
      state_.detail = fmt::format("sequence numbers {} and {}, and its logs can't be used: {}",
                                  header->sequence1, header->sequence2, why);
    }
    logs_.clear();
    return;
  }
  replay_ = std::move(**replay);
  state_.state = HiveState::recovered;
  state_.detail =
      fmt::format("it was not closed; {} replayed from its logs", count_of(replay_->pages, "page"));
  if (header)
    state_.detail = fmt::format("sequence numbers {} and {}, {} replayed from its logs", header->sequence1,
                                header->sequence2, count_of(replay_->pages, "page"));
  if (!replay_->problem.empty()) state_.detail += "; " + replay_->problem;
}

bool ImageHive::is_whole() {
  if (whole_) return *whole_;
  auto checked = hive_->check_bins();
  whole_ = checked.has_value();
  if (!checked) {
    state_.state = HiveState::damaged;
    state_.detail = damage_words(checked.error());
  }
  return *whole_;
}

template <class T>
Reading<T> ImageHive::not_found() {
  if (is_whole()) return Reading<T>::absent();
  return Reading<T>::unreadable(fmt::format("the {} hive is damaged: {}", state_.name, state_.detail));
}

template <class T>
Reading<T> ImageHive::damaged(const Error& error) {
  if (state_.state != HiveState::damaged) state_.detail = damage_words(error);
  state_.state = HiveState::damaged;
  return Reading<T>::unreadable(fmt::format("the {} hive is damaged: {}", state_.name, damage_words(error)));
}

Reading<formats::HiveKey> ImageHive::find(std::string_view key) {
  using Key = formats::HiveKey;
  if (!hive_) {
    std::string why = state_.state == HiveState::missing ? fmt::format("there is no {} hive", state_.name)
                      : state_.state == HiveState::damaged
                          ? fmt::format("the {} hive is damaged", state_.name)
                          : fmt::format("the {} hive can't be read", state_.name);
    if (!state_.detail.empty()) why += ": " + state_.detail;
    return Reading<Key>::unreadable(std::move(why));
  }
  Key at = hive_->root();
  if (key.empty()) return Reading<Key>::present(at);
  for (std::string_view part : split(key, '\\')) {
    auto child = hive_->child(at, part);
    if (!child) return damaged<Key>(child.error());
    if (!*child) return not_found<Key>();
    at = **child;
  }
  return Reading<Key>::present(at);
}

Reading<RegistryValue> ImageHive::value(std::string_view key, std::string_view name) {
  auto at = find(key);
  if (!at.get()) return {at.state, {}, at.why};
  auto value = hive_->value(at.value, name);
  if (!value) return damaged<RegistryValue>(value.error());
  if (!*value) return not_found<RegistryValue>();
  return Reading<RegistryValue>::present(as_stored(std::move(**value)));
}

Reading<std::vector<RegistryValue>> ImageHive::values(std::string_view key) {
  using Values = std::vector<RegistryValue>;
  auto at = find(key);
  if (!at.get()) return {at.state, {}, at.why};
  auto values = hive_->values(at.value);
  if (!values) return damaged<Values>(values.error());
  Values out;
  for (formats::HiveValue& value : *values) out.push_back(as_stored(std::move(value)));
  return Reading<Values>::present(std::move(out));
}

Reading<std::vector<std::string>> ImageHive::subkeys(std::string_view key) {
  using Names = std::vector<std::string>;
  auto at = find(key);
  if (!at.get()) return {at.state, {}, at.why};
  auto names = hive_->children(at.value);
  if (!names) return damaged<Names>(names.error());
  return Reading<Names>::present(std::move(*names));
}

Reading<Bytes> ImageHive::security_bytes(std::string_view key) {
  auto at = find(key);
  if (!at.get()) return {at.state, {}, at.why};
  auto bytes = hive_->security(at.value);
  if (!bytes) return damaged<Bytes>(bytes.error());
  return Reading<Bytes>::present(std::move(*bytes));
}

Reading<formats::SecurityDescriptor> ImageHive::security(std::string_view key) {
  using Security = formats::SecurityDescriptor;
  auto bytes = security_bytes(key);
  if (!bytes.get()) return {bytes.state, {}, bytes.why};
  auto descriptor = formats::decode_security_descriptor(bytes.value);
  if (!descriptor) return Reading<Security>::unreadable(to_text(descriptor.error()));
  return Reading<Security>::present(std::move(*descriptor));
}

}  // namespace rdpdoctor::host
