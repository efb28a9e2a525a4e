// Windows shows no program the packets of its TCP connections: raw sockets have not received TCP since
// Windows XP SP2, and a capture driver is not ours to install.
#ifdef _WIN32

#include "net/packet_watch.h"

namespace rdpdoctor::net {

PacketWatch::PacketWatch(const WatchedPeer& peer, Moment begun) : peer_(peer), begun_(begun) {}

PacketWatch::~PacketWatch() = default;

void PacketWatch::ours_is(std::uint16_t port) {
  our_port_ = port;
}

void PacketWatch::read(Reading<PacketRecord>& into) {
  into = Reading<PacketRecord>::unreadable("Windows shows a program no packets of its TCP connections");
}

}  // namespace rdpdoctor::net

#endif
