// From a Windows machine to evidence: one topic a file. An inspector asks the Host and never knows what it
// reads.
#pragma once

#include <functional>

#include "evidence/case_file.h"
#include "host/host.h"

namespace rdpdoctor::inspect {

// False from it stops: what was read so far stays. `doing` is what is being read: "registry", "System.evtx".
using Tick = std::function<bool(std::string_view doing)>;

// Fills c.host, and c.events, c.event_counts and c.sources from the machine's logs; the target's name and
// port where the case has none. `now` is this computer's clock.
void inspect(host::Host& host, Instant now, evidence::CaseFile& c, const Tick& tick = {});

// Fills c.client: the machine as the one that connects to c.target; and c.events and the like from the
// client's own channels.
void inspect_client(host::Host& host, Instant now, evidence::CaseFile& c, const Tick& tick = {});

}  // namespace rdpdoctor::inspect
