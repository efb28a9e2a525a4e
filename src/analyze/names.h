// By which names and addresses a host is known, and whether two of them are one host.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "evidence/case_file.h"

namespace rdpdoctor::analyze {

[[nodiscard]] bool is_address(std::string_view text);  // IPv4 or IPv6, by its shape
// "srv01.example.net:3390", "[2001:db8::1]:3390" without the port; an address without one stays whole.
[[nodiscard]] std::string without_port(std::string_view text);
// "srv01" of "SRV01.example.net", in lower case; an address whole.
[[nodiscard]] std::string short_name(std::string_view name);

class Names {
 public:
  void add(std::string_view name);
  void add_all(const Names& others);
  // The same name ignoring case; a name with a domain and one without meet by their first label.
  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] bool has_any(const Names& others) const;

 private:
  std::set<std::string> whole_;
  std::set<std::string> first_labels_of_long_;
  std::set<std::string> single_labels_;
};

// What a connection told of its host: NTLM's names, the certificate's, the name asked for.
[[nodiscard]] Names names_of(const evidence::Connection& c);
[[nodiscard]] Names names_of(const evidence::CaseFile& c);

// All times of a case later by so much, when its beginning is taken to be earlier.
void shift(evidence::CaseFile& c, double by_ms);
// Puts `from` into `into`, both of the same host; times are made relative to the earlier beginning.
void merge(evidence::CaseFile& into, evidence::CaseFile&& from);

}  // namespace rdpdoctor::analyze
