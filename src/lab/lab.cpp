// Gives every accepted connection a session; the only part of the lab that reads clocks.
#include "lab/lab.h"

#include "lab/session.h"

namespace rdpdoctor::lab {

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
  return state_->reactor.listen({address, port}, std::move(make));
}

}  // namespace rdpdoctor::lab
