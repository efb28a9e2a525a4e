// What stands before the acting host's TLS stack: nothing, a key that can't be used, or a content filter.
#pragma once

#include "base/bytes.h"
#include "lab/fault.h"

namespace rdpdoctor::lab {

enum class Gate {
  wait,  // more bytes are needed to tell
  pass,  // the TLS stack takes over, from the first byte on
  act,   // the connection is left here, as act_of() says
};

// `stream`: all bytes since the confirm; `whole`: they came in one piece. Never waits for more than 64 KiB.
[[nodiscard]] Gate judge_hello(const Behaviour& behaviour, View stream, bool whole);
[[nodiscard]] Leave act_of(const Behaviour& behaviour);

}  // namespace rdpdoctor::lab
