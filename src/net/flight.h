// Private to net/*.cpp: finds a connection's largest flight, see FlightRecord.
#pragma once

#include "net/reactor.h"

namespace rdpdoctor::net {

class Flights {
 public:
  // The connection stands, or bytes of ours were handed to the kernel: the next read begins a flight.
  void waiting(Moment since) {
    since_ = since;
    begun_ = false;
  }
  void came(std::size_t bytes, Moment now) {
    if (!begun_) {
      begun_ = true;
      first_ = now;
      current_ = {.first_bytes = bytes, .wait_ms = to_ms(now - since_)};
    }
    current_.bytes += bytes;
    current_.spread_ms = to_ms(now - first_);
    if (largest_.bytes < current_.bytes) largest_ = current_;
  }
  [[nodiscard]] const FlightRecord& largest() const { return largest_; }

 private:
  Moment since_;
  Moment first_;
  bool begun_ = false;
  FlightRecord current_;
  FlightRecord largest_;
};

}  // namespace rdpdoctor::net
