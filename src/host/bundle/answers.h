// What was asked of a machine when it was collected, and what it answered: present, absent or unreadable.
// Whoever asks a collection the same gets the same; what was not asked then is not known.
#pragma once

#include <map>

#include "host/bundle/hive_excerpt.h"
#include "host/host.h"

namespace rdpdoctor::host {

struct RecordedKey {
  std::map<std::string, Reading<RegistryValue>> values;     // by name, as asked one by one; absent ones too
  std::optional<Reading<std::vector<RegistryValue>>> list;  // all of them, where the list was asked for
  std::optional<Reading<std::vector<std::string>>> subkeys;
  std::optional<Reading<formats::SecurityDescriptor>> security;
};

// The places of a file that were read.
struct FileParts {
  std::uint64_t size = 0;
  std::map<std::uint64_t, Bytes> parts;  // by offset
};
[[nodiscard]] std::unique_ptr<RandomSource> source_of(FileParts file);

struct RecordedFile {
  Reading<FileInfo> info;
  std::optional<Reading<std::vector<std::string>>> names;  // of a folder that was listed
  std::optional<Reading<formats::SecurityDescriptor>> security;
  // Of one that was opened. Nothing of a private key, and of a hive only whether it opens.
  std::optional<Reading<FileParts>> content;
  std::optional<HiveExcerpt> hive;
};

struct RecordedLog {
  Reading<std::string> source;
  Bytes content;     // the events of interest, as XML
  std::string copy;  // where in the bundle they lie instead
};

struct Records {
  std::map<std::string, RecordedKey> keys;    // by key, as asked
  std::map<std::string, RecordedFile> files;  // by path, as asked
  std::map<std::string, RecordedLog> logs;    // by channel
  std::vector<HiveRead> hives;
  std::string control_set;  // "ControlSet001", what CurrentControlSet means; "" not told
  Reading<std::vector<RunningService>> running_services;
  Reading<std::vector<Listening>> listening;
  Reading<Instant> clock;
  Reading<std::string> user;
  Reading<std::vector<SavedCredential>> saved_credentials;
  Reading<std::vector<SecurityProduct>> security_products;
  Reading<std::vector<FilterDrop>> filter_drops;
};

// The records by names as Windows compares them. Empty where the question was not asked; a file's list of
// values answers for each of them.
class Answers {
 public:
  Answers() = default;
  explicit Answers(Records records);

  [[nodiscard]] std::optional<Reading<RegistryValue>> value(std::string_view key, std::string_view name);
  [[nodiscard]] std::optional<Reading<std::vector<RegistryValue>>> values(std::string_view key);
  [[nodiscard]] std::optional<Reading<std::vector<std::string>>> subkeys(std::string_view key);
  [[nodiscard]] std::optional<Reading<formats::SecurityDescriptor>> key_security(std::string_view key);
  [[nodiscard]] const RecordedFile* file(std::string_view path);
  [[nodiscard]] const RecordedLog* log(std::string_view channel);
  [[nodiscard]] const Records& all() const { return records_; }

 private:
  [[nodiscard]] RecordedKey* key(std::string_view key);

  Records records_;
};

}  // namespace rdpdoctor::host
