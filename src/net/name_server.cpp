// Questions to DNS servers.
#include "net/core.h"

namespace rdpdoctor::net {

void Reactor::ask_name_server(const NameQuestion& /*question*/, Moment /*deadline*/,
                              std::function<void(NameReply)> /*then*/) {}

NameSetup name_setup() {
  return {};
}

}  // namespace rdpdoctor::net
