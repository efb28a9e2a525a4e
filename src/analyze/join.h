// Both ends' words on one connection: which event of the host's log belongs to which connection of a capture
// (or of the client's own log), and so how far the clocks are apart.
#pragma once

#include "evidence/case_file.h"

namespace rdpdoctor::analyze {

// Sets Event::connection, Connection::host_log and CaseFile::clocks. REQUIRES: events in order of time.
void join(evidence::CaseFile& c);

}  // namespace rdpdoctor::analyze
