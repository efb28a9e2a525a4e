// The folders of the runs on the running Windows, %ProgramData%\rdpdoctor\runs\RUN: the journal, and what is
// set aside. Every user may make folders in ProgramData, and what a journal says is put back with an
// administrator's rights: so each folder is made for SYSTEM and administrators alone, and one that is there
// is believed only if nobody else owns it or may change it. Windows only.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "host/host.h"

namespace rdpdoctor::host {

class RunFolder {
 public:
  // `data`: "C:\ProgramData".
  explicit RunFolder(std::string data) : data_(std::move(data)) {}

  [[nodiscard]] Result<std::vector<std::string>> runs() const;  // sorted
  [[nodiscard]] Result<void> begin(const std::string& run) const;
  // The whole lines of it; empty where none was written.
  [[nodiscard]] Result<Bytes> journal(const std::string& run) const;
  [[nodiscard]] Result<void> append(const std::string& run, std::string_view line) const;
  [[nodiscard]] std::string journal_place(const std::string& run) const;
  // Where the files are that a run set aside; made where it is missing.
  [[nodiscard]] Result<std::string> make_aside(const std::string& run) const;
  [[nodiscard]] std::string aside(const std::string& run, const std::string& as) const;
  // Those of the folders above the runs that are there can be trusted.
  [[nodiscard]] Result<void> trusted() const;

 private:
  [[nodiscard]] std::string top() const;
  [[nodiscard]] std::string all_runs() const;
  [[nodiscard]] std::string place(const std::string& run) const;
  [[nodiscard]] Result<void> trusted_run(const std::string& run) const;

  std::string data_;
};

}  // namespace rdpdoctor::host
