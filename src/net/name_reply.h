// Private to net/*.cpp: DNS answers (RFC 1035 4), decoded by c-ares, and made one of several.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "net/name_server.h"

namespace rdpdoctor::net {

inline constexpr int record_a = 1;      // RFC 1035 3.2.2
inline constexpr int record_ptr = 12;   // RFC 1035 3.2.2
inline constexpr int record_aaaa = 28;  // RFC 3596 2.1

// What c-ares gave for one record type: its status and, when there is one, the whole message.
[[nodiscard]] NameReply name_reply(int ares_status, int type, View message);

// A and AAAA together: an answer of either is one; "no such name" stands only when nothing says otherwise.
[[nodiscard]] NameReply both(std::vector<NameReply> parts);

// "5.0.0.10.in-addr.arpa" (RFC 1035 3.5), "…ip6.arpa" (RFC 3596 2.5); "" for what is no numeric address.
[[nodiscard]] std::string pointer_name(const std::string& address);

}  // namespace rdpdoctor::net
