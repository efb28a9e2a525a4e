// The questions about names that several judges, and the ladder, ask: what each source says, and by what
// names the machine that answers calls itself. All pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "causes/engine/views.h"

namespace rdpdoctor::causes {

using evidence::DnsAnswer;

// One DNS server's word on the name that was asked for.
struct ServerWord {
  enum class Kind {
    tells,   // addresses
    denies,  // no whole name that the search list makes of it has one
    fails,   // silence, a refusal, an error: no word
  };
  Kind kind = Kind::fails;
  const DnsAnswer* answer = nullptr;  // the one that tells, else the first
  std::vector<std::string> denied{};  // the whole names that it denies
};
// Of each server whose word is known, in the order they were asked.
[[nodiscard]] std::vector<ServerWord> server_words(const CaseFile& c);
using ServerWords = std::vector<ServerWord>;
[[nodiscard]] ServerWords of_kind(const ServerWords& words, ServerWord::Kind kind);
// Of those that tell: the ones with at least one address of the system's answer, and the ones with none.
[[nodiscard]] ServerWords agreeing(const CaseFile& c, const ServerWords& words);
[[nodiscard]] ServerWords differing(const CaseFile& c, const ServerWords& words);

// "srv.corp.example is 10.9.9.9 there"; "NXDOMAIN: there is no srv.corp.example". Its source:
// "dns 10.0.0.53".
[[nodiscard]] EvidenceLine dns_line(const ServerWord& word);
[[nodiscard]] std::string servers_of(const ServerWords& words);  // "10.0.0.53 and 10.0.0.54"

// The system's resolver was asked and gave no address.
[[nodiscard]] bool gives_nothing(const CaseFile& c);

// The system's whole answer stands in the hosts file.
[[nodiscard]] bool from_hosts_file(const CaseFile& c);
[[nodiscard]] std::string hosts_words(const CaseFile& c);  // "hosts file line 12"

// Connections to the addresses that the system gives, and to those that only others told.
[[nodiscard]] bool is_own_address(const CaseFile& c, std::string_view address);
[[nodiscard]] Connections own_attempts(const CaseFile& c);
[[nodiscard]] Connections told_attempts(const CaseFile& c);

// What the machine that answered calls itself.
struct Identity {
  std::vector<std::string> names;  // by NTLM and by certificate, "" left out
  std::string by_ntlm;
  std::string by_certificate;
  std::string thumbprint;
  Connections where;
  [[nodiscard]] std::string words() const;  // "WEB7 by NTLM, web7.example.com by its certificate"
};
[[nodiscard]] Identity identity_of(const Connections& list);
[[nodiscard]] bool same_machine(const Identity& a, const Identity& b);

// Names match by their first label, of which NetBIOS keeps 15 letters; "*.example.com" matches by its domain.
[[nodiscard]] bool names_match(std::string_view asked, std::string_view own);
enum class Whose { not_told, asked_one, another };
// Whether those names are the asked one's, or a name that DNS says it is an alias of.
[[nodiscard]] Whose whose(const CaseFile& c, const Identity& who);

[[nodiscard]] std::vector<std::string> aliases(const CaseFile& c);  // the CNAME chains' names
// The names of an address by PTR, those left out that are made of the address itself, as providers do.
[[nodiscard]] std::vector<std::string> pointer_names(const CaseFile& c, std::string_view address);

}  // namespace rdpdoctor::causes
