// Watches the packets of this process's own connections.
#include "net/core.h"

namespace rdpdoctor::net {

void Reactor::watch_packets() {}

}  // namespace rdpdoctor::net
