// One thing that was looked for on the host, and where.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/reading.h"
#include "base/time.h"

namespace rdpdoctor::evidence {

template <class T>
struct Fact {
  Reading<T> is;
  std::string
      source;  // "HKLM\SYSTEM\ControlSet001\Control\Terminal Server: fDenyTSConnections", a file's path
  bool by_policy = false;  // `is` is what a policy sets, and the next refresh sets it again
  std::optional<T> local;  // what stands beside the policy, and does not count
  std::string local_source;
  [[nodiscard]] const T* get() const { return is.get(); }
};
using NumberFact = Fact<std::uint32_t>;
using TextFact = Fact<std::string>;

}  // namespace rdpdoctor::evidence
