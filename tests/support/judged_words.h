// What was judged, in the words of the cases: "port-closed proven explains".
#pragma once

#include <string>
#include <string_view>

#include "causes/engine/diagnosis.h"

namespace rdpdoctor::test {

inline std::string_view certainty_word(causes::Certainty c) {
  static constexpr std::string_view all[] = {"proven", "likely", "possible"};
  return all[static_cast<int>(c)];
}

inline std::string words(const causes::RankedCause& r, bool with_explains = true) {
  std::string out(r.cause->id);
  out.append(" ").append(certainty_word(r.found.certainty));
  if (with_explains) out += r.found.explains ? " explains" : " not-explaining";
  return out;
}

inline std::string_view health_word(causes::Health h) {
  static constexpr std::string_view all[] = {"healthy", "degraded", "failing", "unknown"};
  return all[static_cast<int>(h)];
}

}  // namespace rdpdoctor::test
