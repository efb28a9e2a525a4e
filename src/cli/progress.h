// One line on a terminal's stderr while something takes its time; nothing when stderr is no terminal.
#pragma once

#include <string>

#include "base/time.h"
#include "evidence/case_file.h"

namespace rdpdoctor::cli {

class Progress {
 public:
  explicit Progress(bool on) : on_(on) {}
  void show(const evidence::CaseFile& c);
  void clear();

 private:
  bool on_;
  double last_ms_ = -1;
};

// While files are read: from the second second of each on.
class ReadProgress {
 public:
  explicit ReadProgress(bool on) : on_(on) {}
  void show(const std::string& name, std::uint64_t bytes, std::uint64_t total, Moment now);
  void clear();

 private:
  bool on_;
  std::string name_;
  Moment began_;
  Moment last_;
  bool shown_ = false;
};

// "client.pcap: 37 % of 1.2 GB, 210 MB/s, 4 s left"; without its end where `total` is 0.
[[nodiscard]] std::string progress_words(const std::string& name, std::uint64_t bytes, std::uint64_t total,
                                         double elapsed_s);

}  // namespace rdpdoctor::cli
