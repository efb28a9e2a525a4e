// A machine that is known in parts: what a bundle's files hold, and which parts of the registry and of the
// volume they hold whole. Inside such a part what is missing is absent; outside it is unreadable.
#pragma once

#include <map>
#include <set>

#include "host/bundle/answers.h"
#include "host/file_tree.h"
#include "host/image/image_hive.h"
#include "host/memory/memory_host.h"

namespace rdpdoctor::host {

class BundleHost final : public Host {
 public:
  explicit BundleHost(std::unique_ptr<FileTree> tree);

  // Making it.
  [[nodiscard]] FileTree& tree() { return *tree_; }
  [[nodiscard]] MemoryHost& parts() { return parts_; }
  // A value out of `file`; where two files give different ones, neither counts.
  void set(const std::string& key, RegistryValue value, const std::string& file);
  void holds_key(std::string_view key);        // and all below it
  void holds_values_of(std::string_view key);  // and the names of its subkeys
  // Who made the bundle looked for the key: it and all below it are held, unless a file about it is damaged.
  void looked_for_key(std::string_view key);
  void can_not_trust(std::string_view key);    // a file about the key is damaged
  void holds_folder(std::string_view folder);  // and all below it
  void looked_for_log(std::string_view channel);
  void has_copy(std::string_view path, std::string in_tree);  // of the file's content
  void size_not_known(std::string_view path);                 // of a file that is only known to be there
  void add_hive(const std::string& name, const std::string& path);  // "SYSTEM", "SOFTWARE", "SECURITY"
  // Of several logs of a channel one that has its name is taken, else the first.
  void add_event_log(const std::string& channel, const std::string& path, bool has_its_name);
  // What was asked of the machine when it was collected is answered as then; it comes before all else. Of
  // several, the first.
  void answer_as(Records records);
  void add_note(HiveRead note);  // how one of the bundle's files could be read

  [[nodiscard]] std::string_view kind() const override { return "bundle"; }
  [[nodiscard]] std::string name() const override { return parts_.name(); }
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
  [[nodiscard]] Reading<Instant> clock() override { return parts_.clock(); }
  [[nodiscard]] Reading<std::string> user() override;
  [[nodiscard]] Reading<std::vector<SavedCredential>> saved_credentials() override;
  [[nodiscard]] Reading<std::vector<SecurityProduct>> security_products() override;
  [[nodiscard]] Reading<std::vector<FilterDrop>> filter_drops() override;

 private:
  struct InHive {
    ImageHive* hive = nullptr;
    std::string key;
    std::string why;  // there is no hive
  };
  [[nodiscard]] std::vector<std::string> spellings(std::string_view key);
  [[nodiscard]] bool holds_all_of(std::string_view key) const;
  [[nodiscard]] bool holds_list_of(std::string_view key) const;
  [[nodiscard]] bool holds_path(std::string_view path) const;
  [[nodiscard]] InHive in_hive(std::string_view key);
  [[nodiscard]] std::string real_path(std::string_view path);
  template <class T>
  [[nodiscard]] Reading<T> not_here() const {
    return Reading<T>::unreadable(not_here_);
  }
  template <class T>
  [[nodiscard]] Reading<T> or_not_here(const Reading<T>& answer) const {
    return answer.state == Presence::not_looked ? not_here<T>() : answer;
  }
  [[nodiscard]] const RecordedFile* answer(std::string_view path);
  [[nodiscard]] Reading<EventLog> log_in_tree(const std::string& path, std::string source);
  template <class T>
  [[nodiscard]] Reading<T> or_not_here(Reading<T> reading, std::string_view path) const {
    bool unknown = reading.state == Presence::absent && !holds_path(path);
    return unknown ? not_here<T>() : std::move(reading);
  }

  std::unique_ptr<FileTree> tree_;
  MemoryHost parts_;
  std::optional<Answers> answers_;
  std::string not_here_;
  std::set<std::string> whole_keys_, listed_keys_, looked_for_, doubtful_keys_;  // normal names
  std::set<std::string> whole_folders_, without_size_;                           // lower case
  std::map<std::string, std::string> copies_;                // by path, lower case: in the tree
  std::set<std::string> looked_for_logs_;                    // channels, lower case
  std::map<std::string, std::unique_ptr<ImageHive>> hives_;  // by "hklm\system"
  struct Log {
    std::string path;
    bool has_its_name = false;
  };
  std::map<std::string, Log> logs_;  // by channel, lower case
  std::vector<HiveRead> notes_;
};

}  // namespace rdpdoctor::host
