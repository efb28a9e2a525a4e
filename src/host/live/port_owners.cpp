#include "host/live/port_owners.h"

namespace rdpdoctor::host {
namespace {

// The service of each process that runs one alone; "" for several.
std::map<std::uint32_t, std::string> lone_services(const std::vector<RunningService>& services) {
  std::map<std::uint32_t, std::string> out;
  for (const RunningService& service : services) {
    auto [at, first] = out.emplace(service.process_id, service.name);
    if (!first) at->second.clear();
  }
  return out;
}

}  // namespace

void name_owners(std::vector<Listening>& sockets, const std::map<std::uint32_t, std::string>& programs,
                 const std::vector<RunningService>& services) {
  const auto alone = lone_services(services);
  for (Listening& socket : sockets) {
    // 0 is the process that idles, and stands for one that is not told; drivers have it as well.
    if (socket.process_id == 0) continue;
    if (auto at = programs.find(socket.process_id); at != programs.end()) socket.program = at->second;
    if (auto at = alone.find(socket.process_id); at != alone.end()) socket.service = at->second;
  }
}

}  // namespace rdpdoctor::host
