// ICMP echo.
#include "net/core.h"

namespace rdpdoctor::net {

void Reactor::echo(const EchoRequest& /*request*/, std::function<void(const EchoRecord&)> /*then*/) {}

}  // namespace rdpdoctor::net
