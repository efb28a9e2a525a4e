#include "host/live/port_owners.h"

#include <doctest/doctest.h>

namespace rdpdoctor::host {

TEST_CASE("a port's program and service are those of its process") {
  std::vector<Listening> sockets{{.port = 3389, .process_id = 1200},
                                 {.port = 135, .process_id = 900},
                                 {.port = 80, .process_id = 4},
                                 {.port = 5985, .process_id = 77},
                                 {.port = 8080, .process_id = 0}};
  const std::vector<RunningService> services{{.name = "TermService", .state = "running", .process_id = 1200},
                                             {.name = "RpcEptMapper", .state = "running", .process_id = 900},
                                             {.name = "RpcSs", .state = "running", .process_id = 900},
                                             {.name = "Spooler", .state = "stopped", .process_id = 0}};
  name_owners(sockets, {{1200, "svchost.exe"}, {900, "svchost.exe"}, {4, "System"}, {0, "idle"}}, services);
  CHECK(sockets[0].program == "svchost.exe");
  CHECK(sockets[0].service == "TermService");
  CHECK(sockets[1].program == "svchost.exe");
  CHECK(sockets[1].service.empty());  // two of them run there
  CHECK(sockets[2].program == "System");
  CHECK(sockets[2].service.empty());
  CHECK(sockets[3].program.empty());  // ended between the two readings
  CHECK(sockets[4].program.empty());  // nobody's, as far as is told
  CHECK(sockets[4].service.empty());
}

}  // namespace rdpdoctor::host
