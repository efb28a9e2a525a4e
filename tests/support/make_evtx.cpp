// Writes event logs for the integration tests.    make_evtx FOLDER < EVENTS
// EVENTS is a case's "events" (tests/hosts); one CHANNEL.evtx comes out for each channel, '/' as "%4".
#include <cstdio>
#include <fstream>
#include <iostream>

#include "support/host_events.h"

int main(int argc, char** argv) {
  const auto events = nlohmann::json::parse(std::cin, nullptr, false);
  if (argc != 2 || !events.is_array()) {
    std::fprintf(stderr, "usage: make_evtx FOLDER < EVENTS.json\n");
    return 2;
  }
  for (const auto& [channel, bytes] : rdpdoctor::test::event_logs(events)) {
    std::ofstream out(std::string(argv[1]) + "/" + rdpdoctor::test::log_name(channel), std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!out.flush()) return 3;
  }
  return 0;
}
