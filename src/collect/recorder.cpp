#include "collect/recorder.h"

#include "base/text.h"
#include "collect/secrets.h"
#include "fmt/core.h"

namespace rdpdoctor::collect {
namespace {

using host::FileParts;
using host::RegistryValue;

constexpr std::size_t most_text = 1U << 20U;     // of a file that is kept as it is
constexpr std::size_t most_policy = 16U << 20U;  // of a policy file
constexpr std::size_t most_places = 4U << 20U;   // of a file that is kept where it was read
constexpr std::string_view withheld = "not kept: it may hold a secret";

template <class T>
Reading<T> not_kept() {
  return Reading<T>::unreadable(std::string(withheld));
}

Reading<RegistryValue> kept(const Reading<RegistryValue>& value) {
  return value.get() && is_secret_value(value.value) ? not_kept<RegistryValue>() : value;
}

// Keeps the places that are read of another.
class PlacesRead final : public RandomSource {
 public:
  PlacesRead(std::unique_ptr<RandomSource> file, FileParts& places)
      : file_(std::move(file)), places_(places) {}

  [[nodiscard]] std::uint64_t size() const override { return file_->size(); }
  Result<void> read_at(std::uint64_t offset, std::span<std::uint8_t> out) override {
    auto done = file_->read_at(offset, out);
    if (!done || most_places - kept_ < out.size()) return done;
    Bytes& part = places_.parts[offset];
    if (part.size() < out.size()) {
      kept_ += out.size();
      part.assign(out.begin(), out.end());
    }
    return done;
  }

 private:
  std::unique_ptr<RandomSource> file_;
  FileParts& places_;
  std::size_t kept_ = 0;
};

// Makes the excerpt when the log is read, and not for one that is left alone for its size.
class LogRead final : public RandomSource {
 public:
  LogRead(std::unique_ptr<RandomSource> file, RecordedLog& log, std::string source, const EventWish& wish)
      : file_(std::move(file)), log_(log), source_(std::move(source)), wish_(wish) {}

  [[nodiscard]] std::uint64_t size() const override { return file_->size(); }
  Result<void> read_at(std::uint64_t offset, std::span<std::uint8_t> out) override {
    if (!done_) keep();
    return file_->read_at(offset, out);
  }

 private:
  void keep() {
    done_ = true;
    auto excerpt = event_excerpt(*file_, wish_);
    if (!excerpt) {
      log_.source = Reading<std::string>::unreadable(to_text(excerpt.error()));
      return;
    }
    log_.content = std::move(*excerpt);
    log_.source = Reading<std::string>::present(source_);
  }

  std::unique_ptr<RandomSource> file_;
  RecordedLog& log_;
  std::string source_;
  const EventWish& wish_;
  bool done_ = false;
};

Reading<FileParts> content_of(RandomSource& file, Kept how) {
  const auto source = in_order(file);
  auto bytes = read_all(*source, how == Kept::names ? most_policy : most_text);
  if (!bytes) return Reading<FileParts>::unreadable(to_text(bytes.error()));
  Bytes content = how == Kept::names ? names_alone(*bytes) : std::move(*bytes);
  FileParts out{.size = content.size(), .parts = {}};
  if (!content.empty()) out.parts[0] = std::move(content);
  return Reading<FileParts>::present(std::move(out));
}

class Recorder final : public host::Host {
 public:
  Recorder(host::Host& machine, Records& records, EventWish wish)
      : machine_(machine), records_(records), wish_(std::move(wish)) {}

  [[nodiscard]] std::string_view kind() const override { return machine_.kind(); }
  [[nodiscard]] std::string name() const override { return machine_.name(); }

  Reading<RegistryValue> value(std::string_view key, std::string_view name) override {
    auto out = machine_.value(key, name);
    at(key).values[std::string(name)] = is_secret_key(key) ? not_kept<RegistryValue>() : kept(out);
    return out;
  }
  Reading<std::vector<RegistryValue>> values(std::string_view key) override {
    auto out = machine_.values(key);
    RecordedKey& record = at(key);
    record.list = is_secret_key(key) ? not_kept<std::vector<RegistryValue>>() : out;
    // What is not kept is not in the list; asked for by its name it says why.
    std::erase_if(record.list->value, [&](const RegistryValue& value) {
      const bool secret = is_secret_value(value);
      if (secret) record.values[value.name] = not_kept<RegistryValue>();
      return secret;
    });
    return out;
  }
  Reading<std::vector<std::string>> subkeys(std::string_view key) override {
    auto out = machine_.subkeys(key);
    at(key).subkeys = out;
    return out;
  }
  Reading<formats::SecurityDescriptor> key_security(std::string_view key) override {
    auto out = machine_.key_security(key);
    at(key).security = out;
    return out;
  }
  std::string real_key(std::string_view key) override {
    if (records_.control_set.empty()) {
      const std::string real = machine_.real_key(R"(HKLM\SYSTEM\CurrentControlSet)");
      records_.control_set = real.substr(real.rfind('\\') + 1);
    }
    return machine_.real_key(key);
  }
  std::vector<host::HiveRead> hives() override { return records_.hives = machine_.hives(); }

  Reading<host::FileInfo> file(std::string_view path) override {
    auto out = machine_.file(path);
    file_at(path).info = out;
    return out;
  }
  Reading<std::vector<std::string>> folder(std::string_view path) override {
    auto out = machine_.folder(path);
    file_at(path).names = out;
    return out;
  }
  Reading<formats::SecurityDescriptor> file_security(std::string_view path) override {
    auto out = machine_.file_security(path);
    file_at(path).security = out;
    return out;
  }
  Reading<std::unique_ptr<RandomSource>> open(std::string_view path) override {
    auto out = machine_.open(path);
    RecordedFile& record = file_at(path);
    if (!out.get()) {
      record.content.emplace();
      record.content->state = out.state;
      record.content->why = out.why;
      return out;
    }
    const Kept how = kept_of(path);
    if (how == Kept::nothing) {
      record.content = Reading<FileParts>::unreadable("its content is not kept");
    } else if (how == Kept::judgement) {
      record.hive = host::excerpt_of(*out.value);
    } else if (how == Kept::places_read) {
      if (!record.content) record.content.emplace().state = Presence::present;
      record.content->value.size = out.value->size();
      out.value = std::make_unique<PlacesRead>(std::move(out.value), record.content->value);
    } else {
      record.content = content_of(*out.value, how);
    }
    return out;
  }

  Reading<EventLog> event_log(std::string_view channel) override {
    auto out = machine_.event_log(channel);
    RecordedLog& record = records_.logs[std::string(channel)];
    if (!out.get()) {
      record.source = {out.state, "", out.why};
      return out;
    }
    if (record.source.get()) return out;  // it was kept before
    record.source = Reading<std::string>::unreadable("its events were not read");
    out.value.file = std::make_unique<LogRead>(std::move(out.value.file), record, out.value.source, wish_);
    return out;
  }

  Reading<std::vector<host::RunningService>> running_services() override {
    return records_.running_services = machine_.running_services();
  }
  Reading<std::vector<host::Listening>> listening() override {
    return records_.listening = machine_.listening();
  }
  Reading<Instant> clock() override { return records_.clock = machine_.clock(); }
  Reading<std::string> user() override { return records_.user = machine_.user(); }
  Reading<std::vector<host::SavedCredential>> saved_credentials() override {
    return records_.saved_credentials = machine_.saved_credentials();
  }
  Reading<std::vector<host::SecurityProduct>> security_products() override {
    return records_.security_products = machine_.security_products();
  }
  Reading<std::vector<host::FilterDrop>> filter_drops() override {
    return records_.filter_drops = machine_.filter_drops();
  }

 private:
  RecordedKey& at(std::string_view key) { return records_.keys[std::string(key)]; }
  RecordedFile& file_at(std::string_view path) { return records_.files[std::string(path)]; }

  host::Host& machine_;
  Records& records_;
  EventWish wish_;
};

}  // namespace

std::unique_ptr<host::Host> recording(host::Host& machine, Records& records, EventWish wish) {
  return std::make_unique<Recorder>(machine, records, std::move(wish));
}

}  // namespace rdpdoctor::collect
