// Changes as JSON: values by the name of their type, in a form to read and as the bytes that they are.
// Included by the journal only.
#pragma once

#include <nlohmann/json.hpp>

#include "fixes/engine/journal.h"

namespace rdpdoctor::fixes {

using Json = nlohmann::ordered_json;

// Reads members by name; the first that is not there or has another form is kept, the rest gives empty ones.
class Members {
 public:
  explicit Members(const Json& object) : object_(object) {}

  [[nodiscard]] const Json& any(const char* name);  // null where there is none
  [[nodiscard]] std::string text(const char* name);
  [[nodiscard]] std::string text_or_none(const char* name);  // "" where there is none
  [[nodiscard]] std::uint64_t number(const char* name, std::uint64_t most);
  [[nodiscard]] std::vector<std::string> texts(const char* name);
  [[nodiscard]] Bytes data(const char* name);  // hexadecimal
  void fail(std::string_view name);
  // "" none: "\"before\" is missing or has another form".
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  const Json& object_;
  std::string problem_;
};

void write_change(Json& out, const JournalEntry& entry);
void read_change(Members& in, JournalEntry& entry);

}  // namespace rdpdoctor::fixes
