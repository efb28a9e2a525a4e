// Changes to a machine in memory. It fails where a test says so: an operation can fail, the program be killed
// at it, the disk be full or not be writable. What a killed program left is there when revive() was called.
#pragma once

#include "host/memory/memory_host.h"
#include "host/writer.h"

namespace rdpdoctor::host {

// How much of the operation is done at which the program is killed.
enum class Killed {
  before,  // nothing
  within,  // half a line of a journal; the edits of the first hive, not those of the others
  after,   // all, but nobody was told
};

class MemoryWriter final : public Writer {
 public:
  explicit MemoryWriter(std::unique_ptr<MemoryHost> machine);

  // For tests.
  [[nodiscard]] MemoryHost& machine() { return *machine_; }
  void set_running(bool running) { running_ = running; }
  void not_ready(std::string why) { not_ready_ = std::move(why); }  // "" ready again
  // Operations that write, counted from 1 on since the last of these calls.
  void fail_at(std::size_t operation);              // this one does nothing and says so, once
  void full_from(std::size_t operation);            // so do this and all after it, until revive()
  void kill_at(std::size_t operation, Killed how);  // the same, and this one may have done its work
  void revive();                                    // counts anew
  [[nodiscard]] std::size_t operations() const { return operations_; }
  // "restart TermService", "netsh winsock reset", in their order.
  [[nodiscard]] const std::vector<std::string>& did() const { return did_; }
  [[nodiscard]] bool has_aside(const std::string& run, const std::string& as) const {
    return aside_.contains({run, as});
  }
  void set_journal(const std::string& run, Bytes bytes) { journals_[run] = std::move(bytes); }

  [[nodiscard]] Host& host() override { return *machine_; }
  [[nodiscard]] bool is_running() const override { return running_; }
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
  [[nodiscard]] Result<std::vector<std::string>> runs() override;
  [[nodiscard]] Result<void> begin_run(const std::string& run) override;
  [[nodiscard]] Result<Bytes> journal(const std::string& run) override;
  [[nodiscard]] Result<void> append_journal(const std::string& run, std::string_view line) override;
  [[nodiscard]] std::string journal_place(const std::string& run) override;

 private:
  enum class Fault { none, fails_once, full, killed };
  // What becomes of the next operation: all of it is done, or half, or nothing; and whether it says so.
  struct Turn {
    enum class Done { nothing, half, all } done = Done::all;
    bool told = true;  // that it was done
  };
  void set_fault(Fault fault, std::size_t operation, Killed how);
  [[nodiscard]] Turn next();
  [[nodiscard]] std::string held(std::string_view key) const;
  void edit(const RegistryEdit& edit);

  std::unique_ptr<MemoryHost> machine_;
  bool running_ = false;
  std::string not_ready_;
  Fault fault_ = Fault::none;
  std::size_t fault_at_ = 0;
  Killed how_ = Killed::before;
  std::size_t operations_ = 0;
  std::vector<std::string> did_;
  std::map<std::string, Bytes> journals_;                            // by run
  std::map<std::pair<std::string, std::string>, MemoryFile> aside_;  // by run and name
};

}  // namespace rdpdoctor::host
