// Gives every accepted connection a session; the only part of the lab that reads clocks.
#include "lab/lab.h"

#include <array>

#include "lab/session.h"
#include "lab/udp_side.h"

namespace rdpdoctor::lab {

namespace {

// The port number that TCP has got; 0 would be another one.
Result<std::uint16_t> serve_udp(net::Reactor& reactor, UdpBehaviour behaviour, const net::Endpoint& at) {
  if (behaviour == UdpBehaviour::none) return at.port;
  std::array<std::uint8_t, 4> number{};
  net::Reactor::random(number);
  auto answer = [side = UdpSide(behaviour, Reader(number).u32be(""))](View datagram) mutable {
    return side.answers_to(datagram);
  };
  return reactor.serve_datagrams(at, std::move(answer));
}

}  // namespace

struct Lab::State {
  net::Reactor& reactor;
};

Lab::Lab(net::Reactor& reactor) : state_(std::make_unique<State>(reactor)) {}
Lab::~Lab() = default;

Result<std::uint16_t> Lab::serve(const Fault& fault, const std::string& address, std::uint16_t port) {
  auto certificate = identity(fault.behaviour.certificate, net::Reactor::wall_clock());
  if (!certificate) return std::unexpected(certificate.error());
  auto make = [behaviour = fault.behaviour, certificate = *certificate,
               arrived = std::uint64_t{0}]() mutable {
    return std::make_unique<Session>(SessionContext{.behaviour = behaviour,
                                                    .identity = certificate,
                                                    .wall_clock = net::Reactor::wall_clock(),
                                                    .start = net::Reactor::now(),
                                                    .fails = fails(behaviour, arrived++)});
  };
  auto got = state_->reactor.listen({address, port}, std::move(make));
  return got ? serve_udp(state_->reactor, fault.behaviour.udp, {address, *got}) : got;
}

}  // namespace rdpdoctor::lab
