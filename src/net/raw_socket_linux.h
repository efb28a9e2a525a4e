// Private to net/*_linux.cpp: what raw ICMP sockets of both families are told.
#pragma once

#include <initializer_list>

#include "net/internal.h"

namespace rdpdoctor::net {

// Messages of other types never reach the socket. `types` as the family numbers them.
void pass_only_icmp(Socket socket, bool ipv6, std::initializer_list<int> types);

}  // namespace rdpdoctor::net
