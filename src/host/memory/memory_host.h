// A Windows machine that is made of values: what tests say it holds, and what a bundle holds once it is read.
#pragma once

#include <map>

#include "host/host.h"

namespace rdpdoctor::host {

struct MemoryKey {
  std::string name;                                      // in its own case
  std::map<std::string, Reading<RegistryValue>> values;  // by folded name; absent ones need no entry
  std::optional<formats::SecurityDescriptor> security;
  std::string unreadable;  // why the key can't be read; "" if it can
};
struct MemoryFile {
  std::string name;  // in its own case
  FileInfo info;
  Bytes content;
  Reading<formats::SecurityDescriptor> security;  // not looked: unreadable, "not in …"
  std::string unreadable;                         // why; "" if it is not
};

class MemoryHost final : public Host {
 public:
  explicit MemoryHost(std::string name, std::string_view kind = "memory");

  [[nodiscard]] std::unique_ptr<MemoryHost> copy() const;

  // Making it. Keys above, and folders above, are made too. What is set twice is replaced.
  void set(std::string_view key, RegistryValue value);
  void set_unreadable(std::string_view key, std::string_view value_name, std::string why);
  void add_key(std::string_view key);
  void remove_value(std::string_view key, std::string_view value_name);
  void remove_key(std::string_view key);                       // and all below it
  void key_unreadable(std::string_view key, std::string why);  // and all below it
  void set_key_security(std::string_view key, formats::SecurityDescriptor security);
  void add_file(std::string_view path, MemoryFile file);
  void remove_file(std::string_view path);  // or a folder and all below it
  void add_event_log(std::string_view channel, std::string source, Bytes evtx);
  void set_running_services(Reading<std::vector<RunningService>> services);
  void set_listening(Reading<std::vector<Listening>> sockets);
  void set_clock(Reading<Instant> clock);
  void set_user(Reading<std::string> sid);
  void set_saved_credentials(Reading<std::vector<SavedCredential>> credentials);
  void set_security_products(Reading<std::vector<SecurityProduct>> products);
  void set_filter_drops(Reading<std::vector<FilterDrop>> drops);
  void add_hive(HiveRead hive);

  // All that it holds, by folded name: for what compares two of them or changes one.
  [[nodiscard]] const std::map<std::string, MemoryKey>& all_keys() const;
  [[nodiscard]] const std::map<std::string, MemoryFile>& all_files() const;

  [[nodiscard]] std::string_view kind() const override;
  [[nodiscard]] std::string name() const override;
  [[nodiscard]] Reading<RegistryValue> value(std::string_view key, std::string_view name) override;
  [[nodiscard]] Reading<std::vector<RegistryValue>> values(std::string_view key) override;
  [[nodiscard]] Reading<std::vector<std::string>> subkeys(std::string_view key) override;
  [[nodiscard]] Reading<formats::SecurityDescriptor> key_security(std::string_view key) override;
  [[nodiscard]] std::string real_key(std::string_view key) override;
  [[nodiscard]] std::vector<HiveRead> hives() override;
  [[nodiscard]] Reading<FileInfo> file(std::string_view path) override;
  [[nodiscard]] Reading<std::vector<std::string>> folder(std::string_view path) override;
  [[nodiscard]] Reading<formats::SecurityDescriptor> file_security(std::string_view path) override;
  [[nodiscard]] Reading<std::unique_ptr<RandomSource>> open(std::string_view path) override;
  [[nodiscard]] Reading<EventLog> event_log(std::string_view channel) override;
  [[nodiscard]] Reading<std::vector<RunningService>> running_services() override;
  [[nodiscard]] Reading<std::vector<Listening>> listening() override;
  [[nodiscard]] Reading<Instant> clock() override;
  [[nodiscard]] Reading<std::string> user() override;
  [[nodiscard]] Reading<std::vector<SavedCredential>> saved_credentials() override;
  [[nodiscard]] Reading<std::vector<SecurityProduct>> security_products() override;
  [[nodiscard]] Reading<std::vector<FilterDrop>> filter_drops() override;

 private:
  struct State;
  std::unique_ptr<State> state_;

 public:
  ~MemoryHost() override;
};

}  // namespace rdpdoctor::host
