// What one file told, before it is known which host it is about.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/byte_source.h"
#include "evidence/case_file.h"

namespace rdpdoctor::analyze {

struct PieceConnection {
  std::string address;  // of the host
  std::uint16_t port = 3389;
  evidence::Connection facts;  // `seen` is set; started_ms is 0 until the case is put together
};
struct PieceUdp {
  Instant at;
  std::string client;  // address
  evidence::UdpExchange facts;
};

struct Piece {
  evidence::SourceRead read;
  std::vector<PieceConnection> connections;  // in order of time
  std::vector<PieceUdp> udp;
  std::vector<evidence::Event> events;
  std::vector<evidence::EventCount> event_counts;
  std::vector<evidence::Told> told;
  std::vector<evidence::RdpSetting> rdp_settings;
  std::vector<evidence::CaseFile> cases;  // from our own JSON: one each
};

// A long read: `bytes` of `total` (0: not known); false from it stops the reading.
using Tick = std::function<bool(std::uint64_t bytes, std::uint64_t total)>;

}  // namespace rdpdoctor::analyze
