// One line on a terminal's stderr while a probe runs; nothing when stderr is no terminal.
#pragma once

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

}  // namespace rdpdoctor::cli
