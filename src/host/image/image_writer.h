// Changes on a mounted volume of a Windows machine that does not run.
#pragma once

#include "host/folder_writer.h"
#include "host/image/hive_change.h"
#include "host/image/image_host.h"
#include "host/image/run_folders.h"
#include "host/writer.h"

namespace rdpdoctor::host {

class ImageWriter final : public Writer {
 public:
  ImageWriter(std::string folder, std::unique_ptr<FileTree> tree, std::unique_ptr<FolderWriter> writer,
              std::unique_ptr<ImageHost> host);

  [[nodiscard]] Host& host() override { return *host_; }
  [[nodiscard]] bool is_running() const override { return false; }
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
  [[nodiscard]] Result<std::vector<std::string>> runs() override { return runs_->runs(); }
  [[nodiscard]] Result<void> begin_run(const std::string& run) override { return runs_->begin(run); }
  [[nodiscard]] Result<Bytes> journal(const std::string& run) override { return runs_->journal(run); }
  [[nodiscard]] Result<void> append_journal(const std::string& run, std::string_view line) override {
    return runs_->append(run, line);
  }
  [[nodiscard]] std::string journal_place(const std::string& run) override;

 private:
  [[nodiscard]] Result<void> reopen();
  [[nodiscard]] Result<void> not_hibernated();
  [[nodiscard]] Result<std::uint64_t> ready_hives(const std::vector<std::string>& keys);
  [[nodiscard]] Result<std::string> existing(std::string_view path);

  std::string folder_;
  std::unique_ptr<FileTree> tree_;  // beside the host's own, which goes when it is opened again
  std::unique_ptr<FolderWriter> writer_;
  std::unique_ptr<ImageHost> host_;
  std::unique_ptr<RunFolders> runs_;
};

}  // namespace rdpdoctor::host
