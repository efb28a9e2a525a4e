// Ctrl-C while files are read: remembered, so that what was read until then is still told. A second one ends
// the program as if nobody listened. (While connections are open, net/reactor.h listens instead.)
#pragma once

namespace rdpdoctor::host {

class Interrupt {
 public:
  Interrupt();   // listens from here on; one at a time
  ~Interrupt();  // the default action again
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  [[nodiscard]] bool happened() const;
};

}  // namespace rdpdoctor::host
