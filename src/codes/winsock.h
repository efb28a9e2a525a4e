// Winsock errors: what Windows programs and logs write for the network's answers. Event logs also write them
// as HRESULT (0x8007274C for 10060); find_value takes either form.
#pragma once

#include "codes/table.h"

namespace rdpdoctor::codes {

inline constexpr Code winsock_codes[] = {
    {10004, "WSAEINTR", "The call was interrupted by the program itself."},
    {10013, "WSAEACCES", "This computer forbade the use of the address or port.",
     "It comes from this computer: its firewall, a security program or a port reservation, not from the "
     "host."},
    {10022, "WSAEINVAL", "The call was given a value that makes no sense."},
    {10024, "WSAEMFILE", "The program has no sockets left."},
    {10035, "WSAEWOULDBLOCK", "The operation could not be completed at once.", "It is not an error."},
    {10038, "WSAENOTSOCK", "The handle is not a socket: often a damaged network stack or a layered filter."},
    {10047, "WSAEAFNOSUPPORT", "The address family (IPv4 or IPv6) is not available here."},
    {10048, "WSAEADDRINUSE", "The port is already taken on this computer.",
     "On the host it means that another program holds the Remote Desktop port."},
    {10049, "WSAEADDRNOTAVAIL", "The address is not one that this computer can use."},
    {10050, "WSAENETDOWN", "This computer's network is down."},
    {10051, "WSAENETUNREACH", "There is no route to the host's network."},
    {10052, "WSAENETRESET", "The connection was dropped because keep-alives went unanswered."},
    {10053, "WSAECONNABORTED", "This computer gave the connection up.",
     "The peer did not reset it: local software or unanswered retransmissions ended it."},
    {10054, "WSAECONNRESET",
     "The connection was reset by the peer or by something on the path that speaks for it.",
     "It does not say whether the host or a middlebox sent the reset."},
    {10055, "WSAENOBUFS", "This computer ran out of buffers or of ephemeral ports."},
    {10057, "WSAENOTCONN", "The socket is not connected."},
    {10058, "WSAESHUTDOWN", "The program had already closed its side of the connection."},
    {10060, "WSAETIMEDOUT", "There was no answer in time.",
     "It does not say whether the host is off or a firewall drops the packets."},
    {10061, "WSAECONNREFUSED", "The host answered that nothing listens on this port.",
     "The host is up and reachable, or a firewall answers in its place."},
    {10064, "WSAEHOSTDOWN", "The host is down as far as the network can tell."},
    {10065, "WSAEHOSTUNREACH", "There is no route to the host."},
    {10091, "WSASYSNOTREADY", "The network subsystem is not ready."},
    {10101, "WSAEDISCON", "The peer closed the connection in an orderly way."},
    {11001, "WSAHOST_NOT_FOUND", "There is no such host name."},
    {11002, "WSATRY_AGAIN", "The name server did not answer, or failed for now.",
     "It does not say that the name does not exist."},
    {11003, "WSANO_RECOVERY", "The name server refused the question or is broken."},
    {11004, "WSANO_DATA", "The name exists but has no address of the kind asked for."},
};
static_assert(well_formed(winsock_codes));

inline constexpr Family winsock{
    .id = "winsock",
    .title = "Winsock error",
    .where = "event logs and messages of Windows programs, in decimal",
    .source = "Windows Sockets Error Codes (Microsoft Learn)",
    .codes = winsock_codes,
};

}  // namespace rdpdoctor::codes
