// Changes on the running Windows. Windows only.
#pragma once

#include "host/live/run_folder_windows.h"
#include "host/writer.h"

namespace rdpdoctor::host {

class LiveWriter final : public Writer {
 public:
  // `data`: where the runs are kept, "C:\ProgramData".
  LiveWriter(std::unique_ptr<Host> host, std::string data);

  [[nodiscard]] Host& host() override { return *host_; }
  [[nodiscard]] bool is_running() const override { return true; }
  [[nodiscard]] Result<void> ready(const std::vector<std::string>& keys) override;
  [[nodiscard]] Result<void> edit_registry(const std::string& run,
                                           const std::vector<RegistryEdit>& edits) override;
  [[nodiscard]] Reading<Bytes> file_security(std::string_view path) override;
  [[nodiscard]] Result<void> set_file_security(std::string_view path, View descriptor) override;
  [[nodiscard]] Reading<Bytes> key_security(std::string_view key) override;
  [[nodiscard]] Result<void> set_key_security(std::string_view key, View descriptor) override;
  [[nodiscard]] Result<void> set_aside(const std::string& run, std::string_view path,
                                       const std::string& as) override;
  [[nodiscard]] Result<void> put_back(const std::string& run, const std::string& as,
                                      std::string_view path) override;
  [[nodiscard]] Reading<FileInfo> aside(const std::string& run, const std::string& as) override;
  [[nodiscard]] Result<void> control(std::string_view service, ServiceAction action) override;
  [[nodiscard]] Result<void> run_command(const Arguments& command) override;
  [[nodiscard]] Result<std::vector<std::string>> runs() override { return runs_.runs(); }
  [[nodiscard]] Result<void> begin_run(const std::string& run) override { return runs_.begin(run); }
  [[nodiscard]] Result<Bytes> journal(const std::string& run) override { return runs_.journal(run); }
  [[nodiscard]] Result<void> append_journal(const std::string& run, std::string_view line) override {
    return runs_.append(run, line);
  }
  [[nodiscard]] std::string journal_place(const std::string& run) override {
    return runs_.journal_place(run);
  }

 private:
  [[nodiscard]] std::string current_set();  // "ControlSet001"; under Wine "CurrentControlSet"
  [[nodiscard]] Result<std::string> full(std::string_view path);

  std::unique_ptr<Host> host_;
  RunFolder runs_;
};

}  // namespace rdpdoctor::host
