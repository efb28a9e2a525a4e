// Substitutes for what identifies people, machines and networks. What stays in free words is what is known to
// say nothing of anybody: the words of this program's own tables and texts, codes and small numbers.
// Everything else is replaced, so that a name nobody thought of is, too.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace rdpdoctor::report {

class Substitutes {
 public:
  // A name of a machine or a domain, or an address, with or without a port. Label by label, so that a short
  // name, a full name and a wildcard fit one another as before.
  [[nodiscard]] std::string name(std::string_view text);
  [[nodiscard]] std::string user(std::string_view text);        // also DOMAIN\user and user@domain
  [[nodiscard]] std::string identifier(std::string_view text);  // a serial number, a thumbprint
  [[nodiscard]] std::string text(std::string_view words);
  // A value of an event or a setting: a number that is alone stays.
  [[nodiscard]] std::string value(std::string_view words);

 private:
  std::string address(std::string_view text);  // REQUIRES: it is one
  std::string label(std::string_view word, std::string_view kind);
  std::string labels(std::string_view dotted, std::string_view first_kind);
  std::string word(std::string_view word);
  std::string part(std::string_view word);
  std::string next(std::string_view kind, std::string key);

  std::map<std::string, std::string> known_;     // lower case; substitutes
  std::map<std::string, std::size_t> counters_;  // by kind
};

}  // namespace rdpdoctor::report
