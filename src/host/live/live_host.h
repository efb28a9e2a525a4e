// The running Windows as a Host. Windows only.
#pragma once

#include "host/host.h"

namespace rdpdoctor::host {

class LiveHost final : public Host {
 public:
  [[nodiscard]] std::string_view kind() const override { return "live"; }
  [[nodiscard]] std::string name() const override;
  [[nodiscard]] Reading<RegistryValue> value(std::string_view key, std::string_view name) override;
  [[nodiscard]] Reading<std::vector<RegistryValue>> values(std::string_view key) override;
  [[nodiscard]] Reading<std::vector<std::string>> subkeys(std::string_view key) override;
  [[nodiscard]] Reading<formats::SecurityDescriptor> key_security(std::string_view key) override;
  [[nodiscard]] std::string real_key(std::string_view key) override;
  // None: Windows holds them open and answers out of its memory, so that none is dirty or half read.
  [[nodiscard]] std::vector<HiveRead> hives() override { return {}; }
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
  [[nodiscard]] std::string real_path(std::string_view path);

  std::optional<std::string> control_set_;  // "ControlSet001"; "" where Select does not say
};

}  // namespace rdpdoctor::host
