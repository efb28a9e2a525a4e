// The lab server: acts out faults on loopback, from the product's own codecs and OpenSSL.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "lab/fault.h"
#include "net/reactor.h"

namespace rdpdoctor::lab {

class Lab {
 public:
  explicit Lab(net::Reactor& reactor);
  ~Lab();
  // Starts acting out `fault` at address:port (0: any free port) and gives the port. The fault is copied.
  [[nodiscard]] Result<std::uint16_t> serve(const Fault& fault, const std::string& address,
                                            std::uint16_t port);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rdpdoctor::lab
