// Which DNS server to ask for which name: pure functions of what is known so far.
#pragma once

#include <string>
#include <vector>

#include "evidence/case_file.h"

namespace rdpdoctor::probe {

inline constexpr std::size_t most_servers = 4;  // of the system's own; as many again that were asked for
inline constexpr std::size_t most_suffixes = 3;
inline constexpr std::size_t most_pointers = 2;

// The whole names that a resolver makes of what the user wrote, in the order it tries them: a name without a
// dot is completed first, one with a dot is tried as it stands (resolv.conf(5), ndots at its default).
[[nodiscard]] std::vector<std::string> whole_names(const std::string& host,
                                                   const std::vector<std::string>& search_list);

// Whether DNS is asked for it at all: not for localhost (RFC 6761 6.3), .local, which is multicast's (RFC
// 6762 3), nor for what is not ASCII, of which only the system knows what it makes of it.
[[nodiscard]] bool is_for_dns(const std::string& host);

// Whether the machine's own names, from its certificate and its NTLM challenge, are the asked one: by their
// first label, of which NetBIOS keeps 15 letters, or by a wildcard's domain.
[[nodiscard]] bool calls_itself(const evidence::Connection& machine, const std::string& host);

// Questions worth asking now, none that is in `c` already. To each server: the name; what the search list
// makes of it when that failed (of a name without a dot at once); and the names of the host's first
// addresses.
[[nodiscard]] std::vector<evidence::DnsAnswer> next_name_questions(const evidence::CaseFile& c,
                                                                   const std::vector<std::string>& asked_for);

}  // namespace rdpdoctor::probe
