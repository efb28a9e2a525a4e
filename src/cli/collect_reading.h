// All that the causes and the fixes ask of a machine, asked once, so that a collection holds the answers.
#pragma once

#include "collect/recorder.h"
#include "evidence/case_file.h"
#include "inspect/inspect.h"

namespace rdpdoctor::cli {

// The machine seen from both ends of a connection; `about` is what is known of that.
struct BothEnds {
  evidence::CaseFile as_host;
  evidence::CaseFile as_client;
};
// Inspects it, then plans every fix, which writes nothing. False from `tick` stops.
[[nodiscard]] BothEnds read_all_of(host::Host& machine, Instant now, const evidence::CaseFile& about,
                                   collect::Records& records, const inspect::Tick& tick = {});

}  // namespace rdpdoctor::cli
