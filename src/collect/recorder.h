// A Host that keeps what is asked of another one and what it answered: present, absent or unreadable. What an
// inspection and the plans of fixes read through it is exactly what the causes use, and all that a collection
// holds. What may hold a secret is answered and not kept (secrets.h).
#pragma once

#include "collect/event_xml.h"
#include "host/bundle/answers.h"

namespace rdpdoctor::collect {

using host::RecordedFile;
using host::RecordedKey;
using host::RecordedLog;
using host::Records;

// `machine` and `records` must outlive it, and what it opens. Of logs the events of `wish` are kept.
[[nodiscard]] std::unique_ptr<host::Host> recording(host::Host& machine, Records& records,
                                                    EventWish wish = {});

}  // namespace rdpdoctor::collect
