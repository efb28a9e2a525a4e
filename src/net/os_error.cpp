// The systems' error numbers, translated once.
#include <system_error>

#include "net/internal.h"

#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <netdb.h>

#include <cerrno>
#endif

namespace rdpdoctor::net {

namespace {

struct Row {
  int code;
  OsMeaning meaning;
};

using enum ConnectOutcome;

#ifdef _WIN32
// Overlapped operations may give the NT-side number (ERROR_NETNAME_DELETED) instead of Winsock's.
constexpr Row rows[] = {
    {WSAECONNREFUSED, {.connect = refused}},
    {ERROR_CONNECTION_REFUSED, {.connect = refused}},
    {ERROR_PORT_UNREACHABLE, {.connect = refused}},
    {WSAECONNRESET, {.connect = reset, .ending = Ending::reset}},
    {WSAECONNABORTED, {.connect = reset, .ending = Ending::reset}},
    {ERROR_NETNAME_DELETED, {.connect = reset, .ending = Ending::reset}},
    {ERROR_CONNECTION_ABORTED, {.connect = reset, .ending = Ending::reset}},
    {WSAETIMEDOUT, {.connect = timed_out, .ending = Ending::timed_out}},
    {ERROR_SEM_TIMEOUT, {.connect = timed_out, .ending = Ending::timed_out}},
    {WSAEHOSTUNREACH, {.connect = host_unreachable}},
    {WSAEHOSTDOWN, {.connect = host_unreachable}},
    {ERROR_HOST_UNREACHABLE, {.connect = host_unreachable}},
    {WSAENETUNREACH, {.connect = no_route}},
    {WSAENETDOWN, {.connect = no_route}},
    {ERROR_NETWORK_UNREACHABLE, {.connect = no_route}},
    {WSAEAFNOSUPPORT, {.connect = no_route}},
    {WSAEADDRNOTAVAIL, {.connect = no_route, .kind = ErrorKind::usage}},
    {WSAEACCES, {.connect = not_permitted, .kind = ErrorKind::not_permitted}},
};
#else
constexpr Row rows[] = {
    {ECONNREFUSED, {.connect = refused}},
    {ECONNRESET, {.connect = reset, .ending = Ending::reset}},
    {EPIPE, {.connect = reset, .ending = Ending::reset}},
    {ETIMEDOUT, {.connect = timed_out, .ending = Ending::timed_out}},
    {EHOSTUNREACH, {.connect = host_unreachable}},
    {EHOSTDOWN, {.connect = host_unreachable}},
    {ENETUNREACH, {.connect = no_route}},
    {ENETDOWN, {.connect = no_route}},
    {EAFNOSUPPORT, {.connect = no_route}},
    {EADDRNOTAVAIL, {.connect = no_route, .kind = ErrorKind::usage}},
    {EACCES, {.connect = not_permitted, .kind = ErrorKind::not_permitted}},
    {EPERM, {.connect = not_permitted, .kind = ErrorKind::not_permitted}},
};
#endif

// RFC 792 and RFC 1812 5.2.7.1. Type 11: a routing loop, no way to the host.
ConnectOutcome by_icmp4(const IcmpReport& icmp, int os_code) {
  if (icmp.type == 11) return host_unreachable;
  if (icmp.type != 3) return meaning_of(os_code).connect;
  switch (icmp.code) {
    case 0:
    case 6:
    case 11: return network_unreachable;
    case 1:
    case 7:
    case 8:
    case 12: return host_unreachable;
    case 3: return refused;
    case 9:
    case 10:
    case 13:
    case 14:
    case 15: return prohibited;
    default: return meaning_of(os_code).connect;
  }
}

// RFC 4443 3.1.
ConnectOutcome by_icmp6(const IcmpReport& icmp, int os_code) {
  if (icmp.type == 3) return host_unreachable;
  if (icmp.type != 1) return meaning_of(os_code).connect;
  switch (icmp.code) {
    case 0:
    case 2: return network_unreachable;
    case 1:
    case 5:
    case 6: return prohibited;
    case 3: return host_unreachable;
    case 4: return refused;
    default: return meaning_of(os_code).connect;
  }
}

}  // namespace

OsMeaning meaning_of(int os_code) {
  for (const Row& row : rows) {
    if (row.code == os_code) return row.meaning;
  }
  return {};
}

std::string words_of(int os_code) {
  return std::system_category().message(os_code);
}

ConnectOutcome connect_outcome(int os_code, const Reading<IcmpReport>& icmp, bool ipv6) {
  if (const IcmpReport* report = icmp.get()) {
    const ConnectOutcome told = ipv6 ? by_icmp6(*report, os_code) : by_icmp4(*report, os_code);
    return told == prohibited && report->from_us ? not_permitted : told;
  }
  const ConnectOutcome plain = meaning_of(os_code).connect;
  // Linux queues an ICMP message even when no neighbour answers; none at all means an "unreachable" route of
  // ours.
  if (plain == host_unreachable && icmp.state == Presence::absent) return no_route;
  return plain;
}

Resolution::Outcome lookup_outcome(int lookup_code) {
  using enum Resolution::Outcome;
  switch (lookup_code) {
    case 0: return resolved;
    case EAI_NONAME: return not_found;
    case EAI_AGAIN: return no_answer;
#ifdef _WIN32
    case WSANO_DATA: return not_found;
#else
    case EAI_NODATA:
    case EAI_ADDRFAMILY: return not_found;
#endif
    default: return Resolution::Outcome::failed;
  }
}

std::string lookup_words(int lookup_code) {
#ifdef _WIN32
  return words_of(lookup_code);
#else
  return lookup_code == EAI_SYSTEM ? words_of(errno) : gai_strerror(lookup_code);
#endif
}

}  // namespace rdpdoctor::net
