// Which other ports of the host to try, when the one that was asked for does not open: a pure function of
// what is known so far.
#pragma once

#include <string>
#include <vector>

#include "evidence/case_file.h"

namespace rdpdoctor::probe {

struct ControlWish {
  std::string address;
  std::uint16_t port = 0;
};
// Those that are not in `c` already. Empty while the port may still open, and once any connection has opened:
// a host that answers needs no control.
[[nodiscard]] std::vector<ControlWish> next_controls(const evidence::CaseFile& c);

}  // namespace rdpdoctor::probe
