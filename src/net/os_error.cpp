// The systems' error numbers, translated once.
#include <system_error>

#include "net/internal.h"
#include "wire/icmp.h"

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

ConnectOutcome by_icmp(const IcmpReport& icmp, bool ipv6, int os_code) {
  using wire::IcmpSays;
  switch (wire::icmp_says(ipv6 ? wire::IpVersion::v6 : wire::IpVersion::v4, icmp.type, icmp.code)) {
    case IcmpSays::network_unreachable: return network_unreachable;
    case IcmpSays::host_unreachable: return host_unreachable;
    case IcmpSays::port_unreachable: return refused;
    case IcmpSays::prohibited: return prohibited;
    case IcmpSays::protocol_unreachable:
    case IcmpSays::too_big:
    case IcmpSays::other: break;
  }
  return meaning_of(os_code).connect;
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
    const ConnectOutcome told = by_icmp(*report, ipv6, os_code);
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
