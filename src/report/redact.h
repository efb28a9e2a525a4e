// --redact: the same name, address or user is the same substitute everywhere in what is printed or written:
// "host-1", "198.51.100.7" (documentation ranges), "user-2". Structure and everything that tells a cause
// stay.
#pragma once

#include "evidence/case_file.h"

namespace rdpdoctor::report {

class Redactor {
 public:
  // Replaces in the evidence itself, so that every output made from it is clean. The same Redactor over
  // several cases keeps the same substitutes.
  void redact(evidence::CaseFile& c);

 private:
  std::string host(const std::string& name);
  std::string address(const std::string& text);
  std::string user(const std::string& name);
  std::string text(const std::string& words);               // known names and addresses inside other words
  std::vector<std::pair<std::string, std::string>> known_;  // longest first
  std::size_t hosts_ = 0;
  std::size_t addresses_ = 0;
  std::size_t users_ = 0;
};

}  // namespace rdpdoctor::report
