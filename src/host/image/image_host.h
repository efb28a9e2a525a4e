// A volume as a Host.
#pragma once

#include <map>

#include "host/image/image_hive.h"
#include "host/image/paths.h"

namespace rdpdoctor::host {

class ImageHost final : public Host {
 public:
  // `windows` is the tree's path of the Windows folder.
  ImageHost(std::unique_ptr<FileTree> tree, std::string windows);

  [[nodiscard]] std::string_view kind() const override { return "image"; }
  [[nodiscard]] std::string name() const override { return tree_->name(); }
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

  // For who changes the volume: where in the tree a file of the machine lies, and the hive that holds a key,
  // with the rest of the key below its root; no hive: why.
  [[nodiscard]] Reading<std::string> find(std::string_view path);
  struct Place {
    ImageHive* hive = nullptr;
    std::string key;
    std::string why;
  };
  [[nodiscard]] Place place_of(std::string_view key);
  [[nodiscard]] const std::string& windows_folder() const { return windows_; }

 private:
  ImageHive& hive(const std::string& name, const std::string& file);
  ImageHive& config(const std::string& name);
  [[nodiscard]] Place user_place(const std::string& sid, std::string rest);
  // "ControlSet001"; unreadable where Select does not say, or names one that is not there.
  [[nodiscard]] const Reading<std::string>& control_set();
  [[nodiscard]] Reading<std::string> log_path(std::string_view channel);
  [[nodiscard]] bool is_collection();

  std::unique_ptr<FileTree> tree_;
  ImagePaths paths_;
  std::string windows_;
  std::map<std::string, std::unique_ptr<ImageHive>> hives_;  // by name
  std::vector<std::string> opened_;                          // names, in order
  std::optional<Reading<std::string>> control_set_;
  std::optional<bool> collection_;  // no file of Windows itself is in it
};

// An image as open_image takes it (image.h), by its own type.
[[nodiscard]] Result<std::unique_ptr<ImageHost>> open_image_host(std::unique_ptr<FileTree> tree);

}  // namespace rdpdoctor::host
