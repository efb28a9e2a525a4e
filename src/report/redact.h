// --redact: the same name, address or user is the same substitute everywhere in what is printed or written:
// "host-1", "198.51.100.7" (documentation ranges), "user-2". Structure and everything that tells a cause
// stay.
#pragma once

#include "evidence/case_file.h"
#include "report/substitutes.h"

namespace rdpdoctor::report {

class Redactor {
 public:
  // Names, addresses and users that stand in fields of their own, to be found inside other words as well. Of
  // all cases before the first is redacted.
  void learn(const evidence::CaseFile& c);

  // Replaces in the evidence itself, so that every output made from it is clean. The same Redactor over
  // several cases keeps the same substitutes.
  void redact(evidence::CaseFile& c);
  void redact(evidence::SourceRead& read);
  [[nodiscard]] std::string words(const std::string& text) { return substitutes_.text(text); }

 private:
  Substitutes substitutes_;
};

}  // namespace rdpdoctor::report
