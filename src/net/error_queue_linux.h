// Private to net/*_linux.cpp: a socket's queue of errors, see ip(7) IP_RECVERR.
#pragma once

#include <optional>

#include "net/internal.h"

namespace rdpdoctor::net {

struct QueuedError {
  std::optional<IcmpReport> icmp;  // none: this machine's own error
  int os_code = 0;
  std::uint32_t mtu = 0;  // with this machine's own EMSGSIZE
  Bytes quoted;           // the beginning of what we sent, without its IP header (TCP: empty)
};
// nullopt: the queue is empty, or `error` says what is wrong.
[[nodiscard]] std::optional<QueuedError> next_queued_error(Socket socket, int& error);

}  // namespace rdpdoctor::net
