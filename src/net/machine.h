// The one shape of everything that speaks over a connection: events in, a Step out. A Machine owns no socket
// and reads no clock; the reactor drives it over TCP, a test drives it by hand.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/time.h"

namespace rdpdoctor::net {

// How the connection ended, seen from our side.
enum class Ending {
  open,        // not ended yet
  local,       // our machine closed it, having what it wanted
  fin,         // the peer closed in order
  reset,       // the peer (or someone on the path) sent RST
  timed_out,   // the connect's deadline passed, or the system gave up repeating; our machine giving up: local
  unfinished,  // the reactor was stopped (deadline of the whole run, Ctrl-C)
  error,       // another socket error, see os_error
};

struct Step {
  enum class Close { no, fin, reset };
  Bytes send{};
  Close close = Close::no;         // after `send` has been handed to the kernel
  std::optional<Moment> wake{};    // call woken() then; replaces any earlier wake; nullopt: no timer
  bool separate_segments = false;  // send one byte per segment (or by `cut`), so that the peer sees pieces
  std::size_t cut = 0;    // the first piece has this many bytes, the second the rest; 0: byte by byte
  std::size_t piece = 1;  // without a cut: every piece has this many bytes
};

class Machine {
 public:
  virtual ~Machine() = default;
  [[nodiscard]] virtual Step connected(Moment now) = 0;
  [[nodiscard]] virtual Step received(View bytes, Moment now) = 0;  // at least one byte
  [[nodiscard]] virtual Step woken(Moment now) = 0;                 // the wake time was reached
  // The connection is gone, or was closed by the machine's own Step::close (then Ending::local). Last event.
  virtual void ended(Ending how, Moment now) = 0;
};

}  // namespace rdpdoctor::net
