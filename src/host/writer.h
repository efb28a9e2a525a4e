// What can be changed on a Windows machine, one primitive each: on a mounted volume (`image/`), on a machine
// of a test (`memory/`), later on the running one. Nothing here plans, decides or remembers: that is
// fixes/engine.
//
// Each operation is done whole or not at all, also when the program is killed inside of it or the disk is
// full, and is on the disk when it returns.
#pragma once

#include <string>
#include <vector>

#include "host/host.h"

namespace rdpdoctor::host {

struct RegistryEdit {
  enum class Kind {
    set_value,     // makes the key and those above it
    delete_value,  // nothing happens where there is none
    make_key,      // and those above it
    delete_key,    // and all below it
  };
  Kind kind = Kind::set_value;
  std::string key;      // as an administrator writes it, see host.h
  RegistryValue value;  // of delete_value its name alone
};

enum class ServiceAction { start, stop, restart };

// A program that Windows brings, and its arguments: never a command line that a shell reads.
using Arguments = std::vector<std::string>;

class Writer {
 public:
  Writer() = default;
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  virtual ~Writer() = default;

  // The machine as it is now. The reference holds until the next change.
  [[nodiscard]] virtual Host& host() = 0;
  // It runs: services can be restarted and commands run. A disk does not.
  [[nodiscard]] virtual bool is_running() const = 0;
  // Why it may not be written, in words for a person: mounted read-only, Windows hibernated on it; of the
  // hives that hold `keys`: dirty, damaged. Writes nothing.
  [[nodiscard]] virtual Result<void> ready(const std::vector<std::string>& keys) = 0;

  // In their order. All edits of one hive are done together or not at all.
  [[nodiscard]] virtual Result<void> edit_registry(const std::string& run,
                                                   const std::vector<RegistryEdit>& edits) = 0;
  // Security descriptors are self-relative bytes here, [MS-DTYP] 2.4.6, so that what is put back is what was
  // there.
  [[nodiscard]] virtual Reading<Bytes> file_security(std::string_view path) = 0;
  [[nodiscard]] virtual Result<void> set_file_security(std::string_view path, View descriptor) = 0;
  [[nodiscard]] virtual Reading<Bytes> key_security(std::string_view key) = 0;
  [[nodiscard]] virtual Result<void> set_key_security(std::string_view key, View descriptor) = 0;
  // Into the run's folder under the name `as` and back again, its content and access list untouched. Never
  // over a file that is there.
  [[nodiscard]] virtual Result<void> set_aside(const std::string& run, std::string_view path,
                                               const std::string& as) = 0;
  [[nodiscard]] virtual Result<void> put_back(const std::string& run, const std::string& as,
                                              std::string_view path) = 0;
  [[nodiscard]] virtual Reading<FileInfo> aside(const std::string& run, const std::string& as) = 0;
  [[nodiscard]] virtual Result<void> control(std::string_view service, ServiceAction action) = 0;
  [[nodiscard]] virtual Result<void> run_command(const Arguments& command) = 0;

  // The journals of the runs, on the machine itself, so that they go where its disk goes:
  // %ProgramData%\rdpdoctor\runs\RUN\journal.jsonl. Only SYSTEM and administrators may read them.
  [[nodiscard]] virtual Result<std::vector<std::string>> runs() = 0;  // sorted: the last one is the newest
  [[nodiscard]] virtual Result<void> begin_run(const std::string& run) = 0;  // an error where it is there
  [[nodiscard]] virtual Result<Bytes> journal(const std::string& run) = 0;
  [[nodiscard]] virtual Result<void> append_journal(const std::string& run, std::string_view line) = 0;
  [[nodiscard]] virtual std::string journal_place(const std::string& run) = 0;  // for a person to find it
};

}  // namespace rdpdoctor::host
